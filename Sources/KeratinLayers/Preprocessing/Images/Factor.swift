import KeratinCore
import KeratinTensor

extension ClosedRange: NumbersConvertible where Bound == Double {
    /// The smallest and the largest number.
    public var numbers: (values: [Double], extents: [Int]) { ([lowerBound, upperBound], [2]) }
}

/// How strong something random is: a number f, which stands for a range around nothing, or the range [low, high] itself.
struct Factor: Sendable {
    /// What a single number f stands for.
    enum Rule {
        /// −f…f, as far as the bounds allow.
        case within
        /// −f…f.
        case around
        /// 0…f.
        case upTo
    }

    /// As it was given: a number, or two.
    let given: ConfigValue
    let low: Double
    let high: Double
    /// What is wrong with it.
    let mistake: KeratinError?

    init(
        _ factor: any NumbersConvertible, _ name: String, in bounds: ClosedRange<Double>,
        _ rule: Rule = .within, excludingLowest: Bool = false
    ) {
        let (values, extents) = factor.numbers
        let isNumber = extents.isEmpty && values.count == 1
        let fits = { (value: Double) in
            bounds.contains(value) && !(excludingLowest && value == bounds.lowerBound)
        }
        let isRange =
            values.count == 2 && extents == [2]
            && (rule == .within
                ? values[0] <= bounds.upperBound && values[1] >= bounds.lowerBound
                    && values.allSatisfy(\.isFinite)
                : values.allSatisfy(fits))
        guard isNumber ? fits(values[0]) : isRange else {
            given = .list(values.map { .number($0) })
            (low, high) = (0, 0)
            mistake = KeratinError(
                .invalidArgument,
                "\(name) must be a number, or two numbers, in \(excludingLowest ? "(" : "[")\(Factor.text(bounds.lowerBound)), \(Factor.text(bounds.upperBound))], got \(values.map(Factor.text))"
            )
            return
        }
        mistake = nil
        if isNumber {
            let size = abs(values[0])
            given = .number(values[0])
            switch rule {
            case .within: (low, high) = (Swift.max(-size, bounds.lowerBound), size)
            case .around: (low, high) = (-size, size)
            case .upTo: (low, high) = (0, size)
            }
        } else {
            given = .list(values.map { .number($0) })
            (low, high) = (Swift.min(values[0], values[1]), Swift.max(values[0], values[1]))
        }
    }

    /// The range as files hold it.
    var config: ConfigValue { .list([.number(low), .number(high)]) }

    private static func text(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}

/// The darkest and the brightest that pixels can be.
struct ValueRange: Sendable {
    let low: Double
    let high: Double
    /// What is wrong with it.
    let mistake: KeratinError?

    /// What layers compute with inside.
    static let bytes = ValueRange([0, 255] as [Double])

    init(_ range: any NumbersConvertible) {
        let values = range.numbers.values
        guard values.count == 2, values.allSatisfy(\.isFinite), values[0] != values[1] else {
            (low, high) = (0, 255)
            mistake = KeratinError(
                .invalidArgument, "valueRange must be two different numbers, got \(values)")
            return
        }
        mistake = nil
        (low, high) = (Swift.min(values[0], values[1]), Swift.max(values[0], values[1]))
    }

    /// As files hold it.
    var config: ConfigValue { .list([.number(low), .number(high)]) }

    /// Numbers of this range in another one.
    func moved(_ x: Tensor, to other: ValueRange) -> Tensor {
        if low == other.low, high == other.high { return x }
        return (x - low) / (high - low) * (other.high - other.low) + other.low
    }

    func clipped(_ x: Tensor) -> Tensor { x.clipped(low, high) }
}

extension Configuration {
    /// A number or a list of numbers.
    func factor(_ key: String, default fallback: (any NumbersConvertible)? = nil) throws
        -> any NumbersConvertible
    {
        if let numbers = try optionalNumbersArray(key) { return numbers }
        guard let fallback else { throw mismatch(key, expected: "a number or two numbers") }
        return fallback
    }

    func valueRange() throws -> any NumbersConvertible {
        try factor("value_range", default: [0, 255])
    }
}
