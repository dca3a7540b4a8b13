import KeratinCPUKernelTable
import KeratinCore

/// Elementwise functions of integers. Arithmetic wraps around.
enum IntegerElementwise {
    typealias Input = UnsafeMutablePointer<Int32>

    static func unary(_ function: UnaryFunction, _ x: Input, _ y: Input, _ count: Int) {
        switch function {
        case .negate: for i in 0..<count { y[i] = 0 &- x[i] }
        case .abs: for i in 0..<count { y[i] = x[i] < 0 ? 0 &- x[i] : x[i] }
        case .sign: for i in 0..<count { y[i] = x[i].signum() }
        case .square: for i in 0..<count { y[i] = x[i] &* x[i] }
        case .relu: for i in 0..<count { y[i] = max(x[i], 0) }
        default:
            preconditionFailure(
                "\(function.rawValue) is not defined for int32; the type rule lets none through")
        }
    }

    static func binary(
        _ function: BinaryFunction, _ a: Input, _ b: Input, _ y: Input, _ count: Int
    ) {
        switch function {
        case .add: for i in 0..<count { y[i] = a[i] &+ b[i] }
        case .subtract: for i in 0..<count { y[i] = a[i] &- b[i] }
        case .multiply: for i in 0..<count { y[i] = a[i] &* b[i] }
        case .divide: for i in 0..<count { y[i] = quotient(a[i], b[i]) }
        case .maximum: for i in 0..<count { y[i] = max(a[i], b[i]) }
        case .minimum: for i in 0..<count { y[i] = min(a[i], b[i]) }
        case .remainder: for i in 0..<count { y[i] = remainder(a[i], b[i]) }
        case .and: for i in 0..<count { y[i] = a[i] & b[i] }
        case .or: for i in 0..<count { y[i] = a[i] | b[i] }
        default:
            preconditionFailure(
                "\(function.rawValue) is not defined for int32; the type rule lets none through")
        }
    }

    /// Towards zero; 0 for a zero divisor, and wrapping for the one quotient that does not fit.
    private static func quotient(_ a: Int32, _ b: Int32) -> Int32 {
        b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    }

    /// With the divisor's sign; 0 for a zero divisor.
    private static func remainder(_ a: Int32, _ b: Int32) -> Int32 {
        guard b != 0, b != -1 else { return 0 }
        let rest = a % b
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    }

    static func compare<Element: Comparable>(
        _ comparison: FloatComparison, _ a: UnsafeMutablePointer<Element>,
        _ b: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<UInt8>, _ count: Int
    ) {
        switch comparison {
        case .equal: for i in 0..<count { y[i] = a[i] == b[i] ? 1 : 0 }
        case .notEqual: for i in 0..<count { y[i] = a[i] != b[i] ? 1 : 0 }
        case .less: for i in 0..<count { y[i] = a[i] < b[i] ? 1 : 0 }
        case .lessEqual: for i in 0..<count { y[i] = a[i] <= b[i] ? 1 : 0 }
        case .greater: for i in 0..<count { y[i] = a[i] > b[i] ? 1 : 0 }
        case .greaterEqual: for i in 0..<count { y[i] = a[i] >= b[i] ? 1 : 0 }
        }
    }
}

/// Conversions between element types: floats truncate towards zero and saturate (NaN gives 0),
/// anything to bool is `x != 0`.
enum ElementConversion {
    static func int32(_ value: Double) -> Int32 {
        value.isNaN
            ? 0 : value >= 2_147_483_647 ? .max : value <= -2_147_483_648 ? .min : Int32(value)
    }

    static func uint8(_ value: Double) -> UInt8 {
        value.isNaN || value <= 0 ? 0 : value >= 255 ? 255 : UInt8(value)
    }

    static func convert(
        _ x: UnsafeMutableRawPointer, _ from: DType, _ y: UnsafeMutableRawPointer, _ to: DType,
        _ count: Int
    ) {
        switch (from, to) {
        case (.float32, .int32): for i in 0..<count { y.ints[i] = int32(Double(x.floats[i])) }
        case (.float32, .uint8): for i in 0..<count { y.bytes[i] = uint8(Double(x.floats[i])) }
        case (.float32, .bool): for i in 0..<count { y.bytes[i] = x.floats[i] != 0 ? 1 : 0 }
        case (.int32, .float32): for i in 0..<count { y.floats[i] = Float(x.ints[i]) }
        case (.int32, .uint8):
            for i in 0..<count { y.bytes[i] = UInt8(truncatingIfNeeded: x.ints[i]) }
        case (.int32, .bool): for i in 0..<count { y.bytes[i] = x.ints[i] != 0 ? 1 : 0 }
        case (.uint8, .float32), (.bool, .float32):
            for i in 0..<count { y.floats[i] = Float(x.bytes[i]) }
        case (.uint8, .int32), (.bool, .int32):
            for i in 0..<count { y.ints[i] = Int32(x.bytes[i]) }
        case (.uint8, .bool): for i in 0..<count { y.bytes[i] = x.bytes[i] != 0 ? 1 : 0 }
        case (.bool, .uint8): for i in 0..<count { y.bytes[i] = x.bytes[i] }
        case (.float32, .float32), (.int32, .int32), (.uint8, .uint8), (.bool, .bool):
            y.copyMemory(from: x, byteCount: count * from.byteCount)
        }
    }
}
