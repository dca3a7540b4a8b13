import KeratinCore
import KeratinLayers

/// What `evaluate` and its kin return: the loss and the metrics, by their names and by their places.
///
/// ```swift
/// let score = try model.evaluate(x, y)
/// print(score["accuracy"], score[0])
/// ```
/// Numbers come as `Double`, or as `Float` where one is asked for.
public struct Figures: Sendable {
    /// The names in Keras's order: the loss, a model's own metrics, then the others sorted.
    public let names: [String]
    /// The figures in the order of `names`.
    public let values: [Double]

    /// - Parameter first: the names that come before the others.
    init(_ logs: [(name: String, value: Double)], first: [String] = []) {
        let leading = first.reduce(into: []) { found, name in
            if !found.contains(name) { found.append(name) }
        }.flatMap { name in logs.filter { $0.name == name } }
        let ordered = leading + logs.filter { !first.contains($0.name) }
        names = ordered.map(\.name)
        values = ordered.map(\.value)
    }

    /// The figures by their names; of several of one name the first.
    public var dictionary: [String: Double] {
        Dictionary(zip(names, values), uniquingKeysWith: { first, _ in first })
    }

    /// How many there are.
    public var count: Int { values.count }

    /// The figure of a name; `names` lists those that are there. Of another name NaN, with a warning that suggests the nearest: it
    /// compares with nothing, so that it is never taken for a figure.
    public subscript(name: String) -> Double {
        if let place = names.firstIndex(of: name) { return values[place] }
        warnOnce(unknownName(name, among: names, what: "figure").message + "; it counts as NaN")
        return .nan
    }

    /// The same for `figures["loss"]!`, as one writes of a dictionary; `dictionary` tells whether there is a figure of a name.
    @_disfavoredOverload
    public subscript(name: String) -> Double? { dictionary[name] }

    /// The figure of a name as a `Float`; NaN, with a warning, of a name that is not there.
    @_disfavoredOverload
    public subscript(name: String) -> Float { Float(self[name] as Double) }

    /// The figure at a place: 0 is the loss. NaN, with a warning, of a place that is not there.
    public subscript(place: Int) -> Double {
        if values.indices.contains(place) { return values[place] }
        warnOnce(
            "there is no figure \(place) among the \(count) (\(names.joined(separator: ", "))); it counts as NaN"
        )
        return .nan
    }

    /// The figure at a place, as a `Float`; NaN, with a warning, of a place that is not there.
    @_disfavoredOverload
    public subscript(place: Int) -> Float { Float(self[place] as Double) }
}

extension Figures: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Double)...) {
        self.init(elements.map { (name: $0.0, value: $0.1) })
    }
}

extension Figures: Hashable {
    /// Whether both have the same names with the same figures, in whatever order.
    public static func == (a: Figures, b: Figures) -> Bool { a.dictionary == b.dictionary }

    public func hash(into hasher: inout Hasher) { hasher.combine(dictionary) }
}

extension Figures: CustomStringConvertible {
    /// `loss: 0.25, accuracy: 0.875`
    public var description: String {
        zip(names, values).map { "\($0): \($1)" }.joined(separator: ", ")
    }
}

extension Figures: Sequence {
    /// The names with their figures, in order.
    public func makeIterator() -> some IteratorProtocol<(key: String, value: Double)> {
        zip(names, values).map { (key: $0, value: $1) }.makeIterator()
    }
}
