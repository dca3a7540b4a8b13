import KeratinCore
import KeratinTensor

/// What an argument takes that is a number or an array of numbers: `0.5`, `[0.5, 1, 2]`, or a tensor of any shape.
public protocol NumbersConvertible: Sendable {
    /// The numbers in row-major order, and their extents; a number has none.
    var numbers: (values: [Double], extents: [Int]) { get }
}

extension Double: NumbersConvertible {
    /// This number, without extents.
    public var numbers: (values: [Double], extents: [Int]) { ([self], []) }
}

extension Int: NumbersConvertible {
    /// This number, without extents.
    public var numbers: (values: [Double], extents: [Int]) { ([Double(self)], []) }
}

extension Float: NumbersConvertible {
    /// This number, without extents.
    public var numbers: (values: [Double], extents: [Int]) { ([Double(self)], []) }
}

extension Tensor: NumbersConvertible {
    /// The elements as they are; none, which every argument refuses, of a tensor without numbers.
    public var numbers: (values: [Double], extents: [Int]) {
        guard let values = try? array(of: Double.self) else { return ([], [0]) }
        return (values, shape.dimensions)
    }
}

extension Array: NumbersConvertible where Element: NumbersConvertible & Comparable {
    /// The elements, which are numbers since tensors have no order, in one row.
    public var numbers: (values: [Double], extents: [Int]) {
        (flatMap(\.numbers.values), [count])
    }
}

/// A number or an array of numbers, as files hold it.
struct Numbers: Hashable, Sendable, NumbersConvertible {
    let values: [Double]
    let shape: Shape

    var numbers: (values: [Double], extents: [Int]) { (values, shape.dimensions) }

    init(_ argument: any NumbersConvertible) {
        let (values, extents) = argument.numbers
        self.init(values, Shape(extents))
    }

    private init(_ values: [Double], _ shape: Shape) {
        self.values = values
        self.shape = shape
    }

    /// From a number or nested lists, also as Keras writes NumPy arrays and tuples.
    /// - Throws: `KeratinError` for anything else, and for lists of different lengths.
    init(_ value: ConfigValue, _ mismatch: () -> KeratinError) throws {
        if let number = value.plain.asNumber {
            self.init(number)
            return
        }
        guard case .list(let elements) = value.plain else { throw mismatch() }
        let parts = try elements.map { try Numbers($0, mismatch) }
        guard parts.allSatisfy({ $0.shape == parts[0].shape }) else { throw mismatch() }
        self.init(
            parts.flatMap(\.values),
            Shape([parts.count] + (parts.first?.shape.dimensions ?? [])))
    }

    /// A number, or nested lists.
    var config: ConfigValue {
        func nested(_ values: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> ConfigValue {
            guard let count = shape.first else { return .number(values[values.startIndex]) }
            let width = values.count / max(count, 1)
            return .list(
                (0..<count).map {
                    let start = values.startIndex + $0 * width
                    return nested(values[start..<(start + width)], shape.dropFirst())
                })
        }
        return nested(values[...], shape.dimensions[...])
    }
}

extension Configuration {
    /// A number or an array; nil if the key is absent or null.
    func optionalNumbersArray(_ key: String) throws -> Numbers? {
        try value(key).map {
            try Numbers($0) { mismatch(key, expected: "a number or an array of numbers") }
        }
    }
}
