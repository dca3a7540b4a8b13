import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Functions of single elements, in Double; int32 wraps around.
enum ReferenceElementwise {
    static func unary(_ function: UnaryFunction, _ dtype: DType, _ x: Double) -> Double {
        if dtype == .int32 && function != .uniform { return integer(function, Int64(x)) }
        switch function {
        case .negate: return -x
        case .abs: return Swift.abs(x)
        case .sign: return x > 0 ? 1 : x < 0 ? -1 : x
        case .reciprocal: return 1 / x
        case .sqrt: return x.squareRoot()
        case .rsqrt: return 1 / x.squareRoot()
        case .square: return x * x
        case .exp: return exp(x)
        case .expm1: return expm1(x)
        case .log: return log(x)
        case .log1p: return log1p(x)
        case .sin: return sin(x)
        case .cos: return cos(x)
        case .arctan: return atan(x)
        case .tanh: return tanh(x)
        case .sigmoid: return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
        case .relu: return x.isNaN ? x : max(x, 0)
        case .softplus: return max(x, 0) + log1p(exp(-Swift.abs(x)))
        case .erf: return erf(x)
        case .erfc: return erfc(x)
        case .floor: return floor(x)
        case .ceil: return ceil(x)
        case .round: return x.rounded(.toNearestOrEven)
        case .not: return x == 0 ? 1 : 0
        case .isNaN: return x.isNaN ? 1 : 0
        case .isFinite: return x.isFinite ? 1 : 0
        case .uniform: return Double(UInt32(bitPattern: Int32(x)) >> 8) * 0x1p-24
        }
    }

    private static func integer(_ function: UnaryFunction, _ x: Int64) -> Double {
        switch function {
        case .negate: return wrap(-x)
        case .abs: return wrap(Swift.abs(x))
        case .sign: return Double(x.signum())
        case .square: return wrap(x * x)
        case .relu: return Double(max(x, 0))
        default: preconditionFailure("\(function) is not defined for int32")
        }
    }

    private static func wrap(_ x: Int64) -> Double { Double(Int32(truncatingIfNeeded: x)) }

    static func binary(
        _ function: BinaryFunction, _ dtype: DType, _ a: Double, _ b: Double
    ) -> Double {
        switch function {
        case .equal: return a == b ? 1 : 0
        case .notEqual: return a != b ? 1 : 0
        case .less: return a < b ? 1 : 0
        case .lessEqual: return a <= b ? 1 : 0
        case .greater: return a > b ? 1 : 0
        case .greaterEqual: return a >= b ? 1 : 0
        case .and where dtype == .bool: return a != 0 && b != 0 ? 1 : 0
        case .or where dtype == .bool: return a != 0 || b != 0 ? 1 : 0
        default: break
        }
        if dtype == .int32 { return integer(function, Int64(a), Int64(b)) }
        switch function {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return a / b
        case .maximum: return a.isNaN || b.isNaN ? .nan : max(a, b)
        case .minimum: return a.isNaN || b.isNaN ? .nan : min(a, b)
        case .power: return pow(a, b)
        default: return remainder(a, b)
        }
    }

    /// Python's `%`: the result has the divisor's sign.
    private static func remainder(_ a: Double, _ b: Double) -> Double {
        let rest = fmod(a, b)
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    }

    private static func integer(_ function: BinaryFunction, _ a: Int64, _ b: Int64) -> Double {
        switch function {
        case .add: return wrap(a + b)
        case .subtract: return wrap(a - b)
        case .multiply: return wrap(a * b)
        case .divide: return b == 0 ? 0 : wrap(a / b)
        case .maximum: return Double(max(a, b))
        case .minimum: return Double(min(a, b))
        case .remainder:
            if b == 0 { return 0 }
            let rest = a % b
            return Double(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest)
        case .and: return wrap(a & b)
        case .or: return wrap(a | b)
        default: preconditionFailure("\(function) is not defined for int32")
        }
    }

    /// Float to integer truncates and saturates, NaN is 0; int32 to uint8 keeps eight bits; anything to bool is x ≠ 0.
    static func cast(_ x: Double, from source: DType = .float32, to dtype: DType) -> Double {
        if source == .int32, dtype == .uint8 { return Double(UInt8(truncatingIfNeeded: Int64(x))) }
        switch dtype {
        case .float32: return x
        case .bool: return x != 0 ? 1 : 0
        case .int32: return x.isNaN ? 0 : min(max(x.rounded(.towardZero), -0x1p31), 0x1p31 - 1)
        case .uint8: return x.isNaN ? 0 : min(max(x.rounded(.towardZero), 0), 255)
        }
    }

    static func activation(_ activation: FusedActivation, _ x: Double) -> Double {
        activation.function.map { unary($0, .float32, x) } ?? x
    }

    /// Applies a function of corresponding elements after broadcasting.
    static func map(
        _ inputs: [ReferenceTensor], to type: TensorType, _ body: ([Double]) -> Double
    ) -> ReferenceTensor {
        let strides = inputs.map { $0.shape.broadcastStrides(to: type.shape) }
        var result = ReferenceTensor(type)
        var arguments = [Double](repeating: 0, count: inputs.count)
        forEachIndex(type.shape) { flat, index in
            for position in inputs.indices {
                arguments[position] = inputs[position].values[offset(index, strides[position])]
            }
            result.values[flat] = body(arguments)
        }
        return result
    }

    static func pointwise(_ pointwise: Pointwise, _ inputs: [ReferenceTensor]) -> [ReferenceTensor]
    {
        let expression = pointwise.expression
        var results = expression.results.map {
            ReferenceTensor(TensorType(pointwise.shape, expression.dtypes[$0]))
        }
        let strides = inputs.map { $0.shape.broadcastStrides(to: pointwise.shape) }
        var values = [Double](repeating: 0, count: expression.nodes.count)
        forEachIndex(pointwise.shape) { flat, index in
            for (position, node) in expression.nodes.enumerated() {
                let dtype = expression.dtypes[position]
                switch node {
                case .input(let input):
                    values[position] = inputs[input].values[offset(index, strides[input])]
                case .constant(let constant): values[position] = cast(constant, to: dtype)
                case .unary(let function, let a):
                    values[position] = unary(function, expression.dtypes[a], values[a])
                case .binary(let function, let a, let b):
                    values[position] = binary(function, expression.dtypes[a], values[a], values[b])
                case .select(let condition, let a, let b):
                    values[position] = values[condition] != 0 ? values[a] : values[b]
                case .cast(let a):
                    values[position] = cast(values[a], from: expression.dtypes[a], to: dtype)
                }
            }
            for (position, node) in expression.results.enumerated() {
                results[position].values[flat] = values[node]
            }
        }
        return results
    }
}
