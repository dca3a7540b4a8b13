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

    /// The figure of a name, which must be there; `names` lists those that are.
    public subscript(name: String) -> Double {
        guard let place = names.firstIndex(of: name) else {
            preconditionFailure("there is no figure '\(name)' among \(names)")
        }
        return values[place]
    }

    /// The same for `figures["loss"]!`, as one writes of a dictionary; `dictionary` tells whether there is a figure of a name.
    @_disfavoredOverload
    public subscript(name: String) -> Double? { dictionary[name] }

    /// The figure of a name, which must be there, as a `Float`.
    @_disfavoredOverload
    public subscript(name: String) -> Float { Float(self[name] as Double) }

    /// The figure at a place: 0 is the loss.
    public subscript(place: Int) -> Double { values[place] }

    /// The figure at a place, as a `Float`.
    @_disfavoredOverload
    public subscript(place: Int) -> Float { Float(values[place]) }
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
