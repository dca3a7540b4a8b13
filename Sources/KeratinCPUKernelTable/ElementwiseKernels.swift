/// Float functions of one argument, in the table's own numbering so that kernels need no Core.
@usableFromInline
package enum FloatUnary: Int32, Sendable, CaseIterable {
    case negate, abs, sign, reciprocal, sqrt, rsqrt, square, exp, expm1, log, log1p, sin, cos
    case arctan, tanh
    case sigmoid, relu, softplus, erf, erfc, floor, ceil, round
}

/// Float functions of two arguments. Maximum and minimum let NaN through from either side;
/// `remainder` takes the sign of the divisor.
@usableFromInline
package enum FloatBinary: Int32, Sendable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum, power, remainder
}

/// Comparisons of two floats to one byte, 0 or 1.
@usableFromInline
package enum FloatComparison: Int32, Sendable, CaseIterable {
    case equal, notEqual, less, lessEqual, greater, greaterEqual
}

/// Loops over contiguous elements.
package struct ElementwiseKernels: Sendable {
    /// y[i] = f(x[i])
    package typealias Unary = @Sendable (FloatUnary, FloatInput, FloatOutput, Int) -> Void
    /// y[i] = f(a[i], b[i])
    package typealias Binary =
        @Sendable (FloatBinary, FloatInput, FloatInput, FloatOutput, Int) -> Void
    /// y[i] = a[i] ? b[i]
    package typealias Compare =
        @Sendable (FloatComparison, FloatInput, FloatInput, ByteOutput, Int) -> Void
    /// y[i] = condition[i] != 0 ? a[i] : b[i]
    package typealias Select =
        @Sendable (ByteInput, FloatInput, FloatInput, FloatOutput, Int) -> Void
    /// y[i] = a[i]·b[i] + c[i], one rounding where the processor has FMA
    package typealias MultiplyAdd =
        @Sendable (FloatInput, FloatInput, FloatInput, FloatOutput, Int) -> Void
    /// Philox4x32-10: `count` words of the stream beginning with word `first`.
    /// Arguments: key words 0 and 1, counter words 1, 2 and 3, first, out, count.
    package typealias Philox =
        @Sendable (
            UInt32, UInt32, UInt32, UInt32, UInt32, Int, UnsafeMutablePointer<UInt32>, Int
        ) -> Void

    package let unary: Unary
    package let binary: Binary
    package let compare: Compare
    package let select: Select
    package let multiplyAdd: MultiplyAdd
    package let philox: Philox

    package init(
        unary: @escaping Unary, binary: @escaping Binary, compare: @escaping Compare,
        select: @escaping Select, multiplyAdd: @escaping MultiplyAdd, philox: @escaping Philox
    ) {
        self.unary = unary
        self.binary = binary
        self.compare = compare
        self.select = select
        self.multiplyAdd = multiplyAdd
        self.philox = philox
    }
}
