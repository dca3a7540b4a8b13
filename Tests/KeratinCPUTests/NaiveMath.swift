import Glibc
import KeratinCore

/// The elementwise functions by the C library, in double.
enum NaiveMath {
    static func unary(_ function: UnaryFunction, _ x: Double) -> Double {
        switch function {
        case .negate: -x
        case .abs: Swift.abs(x)
        case .sign: x > 0 ? 1 : x < 0 ? -1 : x
        case .reciprocal: 1 / x
        case .sqrt: x.squareRoot()
        case .rsqrt: 1 / x.squareRoot()
        case .square: x * x
        case .exp: Glibc.exp(x)
        case .expm1: Glibc.expm1(x)
        case .log: Glibc.log(x)
        case .log1p: Glibc.log1p(x)
        case .sin: Glibc.sin(x)
        case .cos: Glibc.cos(x)
        case .arctan: Glibc.atan(x)
        case .tanh: Glibc.tanh(x)
        case .sigmoid: 1 / (1 + Glibc.exp(-x))
        case .relu: x < 0 ? 0 : x
        case .softplus: x.isNaN ? x : max(x, 0) + Glibc.log1p(Glibc.exp(-Swift.abs(x)))
        case .erf: Glibc.erf(x)
        case .erfc: Glibc.erfc(x)
        case .floor: x.rounded(.down)
        case .ceil: x.rounded(.up)
        case .round: x.rounded(.toNearestOrEven)
        case .not: x == 0 ? 1 : 0
        case .isNaN: x.isNaN ? 1 : 0
        case .isFinite: x.isFinite ? 1 : 0
        case .uniform: Double(UInt32(bitPattern: Int32(x)) >> 8) * 0x1p-24
        }
    }

    static func binary(
        _ function: BinaryFunction, _ a: Double, _ b: Double, isInteger: Bool
    ) -> Double {
        switch function {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide:
            if isInteger { return b == 0 ? 0 : (a / b).rounded(.towardZero) }
            return a / b
        case .maximum: return a.isNaN || b.isNaN ? .nan : max(a, b)
        case .minimum: return a.isNaN || b.isNaN ? .nan : min(a, b)
        case .power: return Glibc.pow(a, b)
        case .remainder:
            if isInteger && b == 0 { return 0 }
            let rest = fmod(a, b)
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
        case .equal: return a == b ? 1 : 0
        case .notEqual: return a != b ? 1 : 0
        case .less: return a < b ? 1 : 0
        case .lessEqual: return a <= b ? 1 : 0
        case .greater: return a > b ? 1 : 0
        case .greaterEqual: return a >= b ? 1 : 0
        case .and:
            if isInteger { return Double(Int32(a) & Int32(b)) }
            return a != 0 && b != 0 ? 1 : 0
        case .or:
            if isInteger { return Double(Int32(a) | Int32(b)) }
            return a != 0 || b != 0 ? 1 : 0
        }
    }
}
