/// Functions of one element. `relu` passes NaN on; `softplus`, `sigmoid`, `log1p` and `expm1` are
/// stable for large arguments and accurate near zero.
public enum UnaryFunction: String, Hashable, Sendable, CaseIterable {
    case negate, abs, sign, reciprocal, sqrt, rsqrt, square
    case exp, expm1, log, log1p, sin, cos, arctan, tanh, sigmoid, relu, softplus, erf
    /// 1 − erf(x), accurate also where it is small.
    case erfc
    case floor, ceil
    /// To the nearest integer, halves to even.
    case round
    /// Logical negation of a bool.
    case not
    case isNaN, isFinite
    /// 32 random bits (int32) to a float in [0, 1): `Float(UInt32(bits) >> 8) · 2⁻²⁴`.
    case uniform

    /// The element type of the result.
    /// - Throws: `KeratinError` if the function is not defined for `dtype`.
    package func resultType(_ dtype: DType) throws(KeratinError) -> DType {
        switch self {
        case .negate, .abs, .sign, .square:
            if dtype == .float32 || dtype == .int32 { return dtype }
        case .relu:
            if dtype == .float32 || dtype == .int32 { return dtype }
        case .not:
            if dtype == .bool { return .bool }
        case .isNaN, .isFinite:
            if dtype == .float32 { return .bool }
        case .uniform:
            if dtype == .int32 { return .float32 }
        default:
            if dtype == .float32 { return .float32 }
        }
        throw KeratinError(.dtypeMismatch, "\(rawValue) is not defined for \(dtype.rawValue)")
    }
}

/// Functions of two elements of one type. `maximum` and `minimum` pass NaN on from either side;
/// `remainder` has the divisor's sign (Python's `%`); integer division rounds towards zero, and an
/// integer divided by zero gives zero, as does its remainder. Integers wrap around.
public enum BinaryFunction: String, Hashable, Sendable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum, power, remainder
    case equal, notEqual, less, lessEqual, greater, greaterEqual
    /// Of bools logical, of int32 bit by bit.
    case and, or

    /// Whether the result is a bool that compares the operands.
    public var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: true
        default: false
        }
    }

    /// The element type of the result.
    /// - Throws: `KeratinError` if the operand types differ or the function is not defined for them.
    package func resultType(_ left: DType, _ right: DType) throws(KeratinError) -> DType {
        guard left == right else {
            throw KeratinError(
                .dtypeMismatch,
                "\(rawValue) needs operands of one type, got \(left.rawValue) and \(right.rawValue)"
            )
        }
        switch self {
        case .and, .or:
            if left == .bool || left == .int32 { return left }
        case _ where isComparison:
            return .bool
        case .power:
            if left == .float32 { return left }
        default:
            if left == .float32 || left == .int32 { return left }
        }
        throw KeratinError(.dtypeMismatch, "\(rawValue) is not defined for \(left.rawValue)")
    }
}

/// What becomes of the elements along the axes that a reduction takes away.
public enum ReduceFunction: String, Hashable, Sendable, CaseIterable {
    case sum, product
    /// NaN wins; the maximum of no elements is −∞ (int32: the smallest value).
    case maximum
    /// NaN wins; the minimum of no elements is +∞ (int32: the largest value).
    case minimum
}

/// Whose position along an axis is wanted: that of the first largest or of the first smallest element.
public enum ArgReduceFunction: String, Hashable, Sendable, CaseIterable {
    case maximum, minimum
}

/// Activations that the kernels of products and convolutions apply to a result before storing it.
///
/// Fewer than those of recurrent cells (`RecurrentActivation`), which need a derivative from their result; what `KeratinLayers` calls
/// an `ActivationFunction` is any function of Keras or the user's. A backend has numbers of its own for them.
public enum FusedActivation: String, Hashable, Sendable, CaseIterable {
    case none, relu, sigmoid, tanh

    /// The elementwise function, nil for `none`.
    public var function: UnaryFunction? {
        switch self {
        case .none: nil
        case .relu: .relu
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        }
    }
}
