import KeratinCPUKernelTable
import KeratinCore

/// What one instruction of a pointwise kernel does over a block.
enum PointwiseCode {
    case floatUnary(FloatUnary)
    case floatBinary(FloatBinary)
    case floatCompare(FloatComparison)
    case selectWord, selectByte
    case intUnary(UnaryFunction)
    case intBinary(BinaryFunction)
    case intCompare(FloatComparison)
    case byteBinary(BinaryFunction)
    case byteCompare(FloatComparison)
    case not, isNaN, isFinite, uniform
    case cast(DType, DType)
    case copy(Int)
}

extension PointwiseCode {
    /// What a node does; nil for inputs and constants.
    /// - Throws: `BackendError.unsupported` if the function is not defined for its operands.
    init?(
        _ node: PointwiseExpression.Node, _ expression: PointwiseExpression, _ index: Int
    ) throws {
        switch node {
        case .input, .constant: return nil
        case .unary(let function, let a): self = try Self.code(function, expression.dtypes[a])
        case .binary(let function, let a, _):
            self = try Self.code(function, expression.dtypes[a])
        case .select:
            self = expression.dtypes[index].byteCount == 4 ? .selectWord : .selectByte
        case .cast(let a):
            self =
                expression.dtypes[a] == expression.dtypes[index]
                ? .copy(expression.dtypes[a].byteCount)
                : .cast(expression.dtypes[a], expression.dtypes[index])
        }
    }

    private static func code(
        _ function: UnaryFunction, _ dtype: DType
    ) throws -> PointwiseCode {
        switch function {
        case .not: return .not
        case .isNaN: return .isNaN
        case .isFinite: return .isFinite
        case .uniform: return .uniform
        default:
            if dtype == .int32 { return .intUnary(function) }
            return .floatUnary(try floatUnary(function))
        }
    }

    private static func floatUnary(_ function: UnaryFunction) throws -> FloatUnary {
        switch function {
        case .negate: .negate
        case .abs: .abs
        case .sign: .sign
        case .reciprocal: .reciprocal
        case .sqrt: .sqrt
        case .rsqrt: .rsqrt
        case .square: .square
        case .exp: .exp
        case .expm1: .expm1
        case .log: .log
        case .log1p: .log1p
        case .sin: .sin
        case .cos: .cos
        case .arctan: .arctan
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .relu: .relu
        case .softplus: .softplus
        case .erf: .erf
        case .erfc: .erfc
        case .floor: .floor
        case .ceil: .ceil
        case .round: .round
        case .not, .isNaN, .isFinite, .uniform:
            throw BackendError.unsupported("\(function.rawValue) does not give a float32")
        }
    }

    private static func code(
        _ function: BinaryFunction, _ dtype: DType
    ) throws -> PointwiseCode {
        let comparison: FloatComparison? =
            switch function {
            case .equal: .equal
            case .notEqual: .notEqual
            case .less: .less
            case .lessEqual: .lessEqual
            case .greater: .greater
            case .greaterEqual: .greaterEqual
            default: nil
            }
        if let comparison {
            switch dtype {
            case .float32: return .floatCompare(comparison)
            case .int32: return .intCompare(comparison)
            case .uint8, .bool: return .byteCompare(comparison)
            }
        }
        switch (dtype, function) {
        case (.int32, _): return .intBinary(function)
        case (.bool, _), (.uint8, _): return .byteBinary(function)
        case (.float32, .add): return .floatBinary(.add)
        case (.float32, .subtract): return .floatBinary(.subtract)
        case (.float32, .multiply): return .floatBinary(.multiply)
        case (.float32, .divide): return .floatBinary(.divide)
        case (.float32, .maximum): return .floatBinary(.maximum)
        case (.float32, .minimum): return .floatBinary(.minimum)
        case (.float32, .power): return .floatBinary(.power)
        case (.float32, .remainder): return .floatBinary(.remainder)
        default:
            throw BackendError.unsupported(
                "\(function.rawValue) is not defined for \(dtype.rawValue)")
        }
    }

    /// Rough time of one element, to tell small work from large.
    var nanoseconds: Double {
        switch self {
        case .floatUnary(let function):
            switch function {
            case .negate, .abs, .square, .relu, .floor, .ceil, .round, .reciprocal, .sign: 0.15
            case .sqrt, .rsqrt: 0.3
            default: 0.8
            }
        case .floatBinary(.power), .floatBinary(.remainder): 10
        case .intBinary(.divide), .intBinary(.remainder): 3
        case .floatBinary, .copy: 0.15
        default: 0.4
        }
    }
}
