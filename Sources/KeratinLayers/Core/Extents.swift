import KeratinCore
import KeratinTensor

/// An argument that Keras takes as one number for all axes or as one an axis: `2`, or `[2, 1]`.
struct Extents: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    AxisConvertible
{
    let values: [Int]
    var axes: [Int] { values }

    /// No window, stride or border is larger: computing with them cannot overflow.
    static let largest = 1 << 24

    init(_ values: [Int]) { self.values = values }
    init(_ value: any AxisConvertible) { values = value.axes }
    init(integerLiteral value: Int) { values = [value] }
    init(arrayLiteral elements: Int...) { values = elements }

    /// One number an axis.
    /// - Throws: `KeratinError` if there are neither one nor `rank`, or one is less than the minimum or more than any
    ///   window covers.
    func resolved(rank: Int, _ what: String, minimum: Int = 1) throws -> [Int] {
        let all = values.count == 1 ? [Int](repeating: values[0], count: rank) : values
        guard all.count == rank, all.allSatisfy({ $0 >= minimum && $0 <= Extents.largest }) else {
            let kind = minimum > 0 ? "positive numbers" : "numbers that are not negative"
            throw KeratinError(
                .invalidArgument,
                "\(what) needs \(rank) \(kind) of at most \(Extents.largest), got \(values)")
        }
        return all
    }
}

/// How many cells are added or taken off on both sides of each spatial axis: `1` (everywhere), `[1, 2]` (both
/// sides of each axis; of one axis: before and after), or `[[1, 2], [3, 4]]` (before and after each axis).
public struct Borders: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    private indirect enum Spelling: Hashable, Sendable {
        case number(Int)
        case list([Borders])
    }

    private let spelling: Spelling

    /// The same on both sides of every axis.
    public init(_ value: Int) { spelling = .number(value) }
    /// For each axis, or before and after the only one.
    public init(_ elements: [Borders]) { spelling = .list(elements) }
    public init(integerLiteral value: Int) { spelling = .number(value) }
    public init(arrayLiteral elements: Borders...) { spelling = .list(elements) }

    /// The cells before and after each axis.
    /// - Throws: `KeratinError` for another nesting than the above, and for negative numbers.
    func resolved(rank: Int, _ what: String) throws -> [(low: Int, high: Int)] {
        var sides: [(low: Int, high: Int)?]
        switch spelling {
        case .number: sides = [(low: Int, high: Int)?](repeating: pair, count: rank)
        case .list(let elements) where rank > 1: sides = elements.map(\.pair)
        case .list: sides = [pair]
        }
        let range = 0...Extents.largest
        let known = sides.compactMap { $0 }.filter {
            range.contains($0.low) && range.contains($0.high)
        }
        guard known.count == rank, sides.count == rank else {
            throw KeratinError(
                .invalidArgument,
                "\(what) needs a number, or \(rank) numbers or pairs of numbers, none negative or above \(Extents.largest), got \(value)"
            )
        }
        return known
    }

    /// A number for both sides, or one for each.
    private var pair: (low: Int, high: Int)? {
        switch spelling {
        case .number(let value): return (value, value)
        case .list(let elements):
            guard elements.count == 2, case .number(let low) = elements[0].spelling,
                case .number(let high) = elements[1].spelling
            else { return nil }
            return (low, high)
        }
    }

    /// As it was given.
    private var value: ConfigValue {
        switch spelling {
        case .number(let value): .integer(value)
        case .list(let elements): .list(elements.map(\.value))
        }
    }

    /// - Throws: `KeratinError` if the value is neither an integer nor a list of such.
    init(from configuration: Configuration, _ key: String, default fallback: Borders) throws {
        func read(_ value: ConfigValue) throws -> Borders {
            if let number = value.asExtent { return Borders(number) }
            guard case .list(let elements) = value else {
                throw configuration.mismatch(key, expected: "integers or pairs of integers")
            }
            return Borders(try elements.map(read))
        }
        self = try configuration.value(key).map(read) ?? fallback
    }

    /// As Keras writes it: a pair for one axis, else a pair for each.
    func config(rank: Int, _ what: String) throws -> ConfigValue {
        let pairs = try resolved(rank: rank, what).map { ConfigValue([$0.low, $0.high]) }
        return rank == 1 ? pairs[0] : .list(pairs)
    }
}

/// One axis, or several: `-1`, or `[1, 2]`. Negative ones count from the end.
struct Axes: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    AxisConvertible
{
    let values: [Int]
    var axes: [Int] { values }
    /// Whether it was given as a list, which files keep apart from a number.
    private let isList: Bool

    init(_ values: [Int]) {
        self.values = values
        isList = true
    }

    init(_ axis: any AxisConvertible) {
        values = axis.axes
        isList = (axis as? Axes)?.isList ?? !(axis is Int)
    }

    init(integerLiteral value: Int) {
        values = [value]
        isList = false
    }

    init(arrayLiteral elements: Int...) { self.init(elements) }

    /// - Throws: `KeratinError` if the value is neither an integer nor a list of integers.
    init(from configuration: Configuration, _ key: String, default fallback: Axes) throws {
        guard let value = configuration.value(key) else {
            self = fallback
            return
        }
        values = try configuration.integers(key)
        isList = value.asInteger == nil
    }

    var config: ConfigValue { isList ? ConfigValue(values) : .integer(values[0]) }

    /// Counted from the start, in ascending order.
    /// - Throws: `KeratinError` if one lies outside the rank, or is named twice.
    func resolved(rank: Int) throws -> [Int] {
        let resolved = values.map { $0 < 0 ? $0 + rank : $0 }.sorted()
        guard Set(resolved).count == values.count,
            resolved.allSatisfy({ (0..<rank).contains($0) })
        else {
            throw KeratinError(
                .invalidArgument, "axis \(values) does not fit an input of rank \(rank)")
        }
        return resolved
    }
}
