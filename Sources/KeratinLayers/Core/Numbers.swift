import KeratinCore
import KeratinTensor

/// An argument that is a number or an array of numbers: `0.5`, or `[0.5, 1, 2]`.
public struct Numbers: Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    let values: [Double]
    let shape: Shape

    public init(_ value: Double) {
        values = [value]
        shape = .scalar
    }

    public init(_ values: [Double]) {
        self.values = values
        shape = [values.count]
    }

    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
    public init(arrayLiteral elements: Double...) { self.init(elements) }

    /// An array's numbers.
    public init(_ array: NDArray) { self.init(array.floats.map { Double($0) }, array.shape) }

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
