import KeratinCore

precedencegroup ExponentiationPrecedence {
    higherThan: MultiplicationPrecedence
    associativity: right
}

infix operator ** : ExponentiationPrecedence
prefix operator .!

// Arithmetic of tensors, numbers and weights, element by element; shapes broadcast as in NumPy.

extension Tensor {
    /// Each element with the other sign.
    public static prefix func - (a: Tensor) -> Tensor { a.unary(.negate) }
    /// Where a bool tensor does not hold.
    public static prefix func .! (a: Tensor) -> Tensor { a.cast(to: .bool).unary(.not) }

    /// Sums.
    public static func + (a: Tensor, b: Tensor) -> Tensor { a.binary(.add, b) }
    /// Sums.
    @_disfavoredOverload
    public static func + (a: Tensor, b: some TensorConvertible) -> Tensor { a + b.tensor }
    /// Sums.
    @_disfavoredOverload
    public static func + (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor + b }

    /// Differences.
    public static func - (a: Tensor, b: Tensor) -> Tensor { a.binary(.subtract, b) }
    /// Differences.
    @_disfavoredOverload
    public static func - (a: Tensor, b: some TensorConvertible) -> Tensor { a - b.tensor }
    /// Differences.
    @_disfavoredOverload
    public static func - (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor - b }

    /// Products.
    public static func * (a: Tensor, b: Tensor) -> Tensor { a.binary(.multiply, b) }
    /// Products.
    @_disfavoredOverload
    public static func * (a: Tensor, b: some TensorConvertible) -> Tensor { a * b.tensor }
    /// Products.
    @_disfavoredOverload
    public static func * (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor * b }

    /// Quotients, floats also of integers.
    public static func / (a: Tensor, b: Tensor) -> Tensor { a.binary(.divide, b) }
    /// Quotients, floats also of integers.
    @_disfavoredOverload
    public static func / (a: Tensor, b: some TensorConvertible) -> Tensor { a / b.tensor }
    /// Quotients, floats also of integers.
    @_disfavoredOverload
    public static func / (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor / b }

    /// Remainders, with the sign of the divisor.
    public static func % (a: Tensor, b: Tensor) -> Tensor { a.binary(.remainder, b) }
    /// Remainders, with the sign of the divisor.
    @_disfavoredOverload
    public static func % (a: Tensor, b: some TensorConvertible) -> Tensor { a % b.tensor }
    /// Remainders, with the sign of the divisor.
    @_disfavoredOverload
    public static func % (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor % b }

    /// Powers.
    public static func ** (a: Tensor, b: Tensor) -> Tensor {
        b.weakNumber?.value == 2 ? a.unary(.square) : a.binary(.power, b)
    }
    /// Powers.
    @_disfavoredOverload
    public static func ** (a: Tensor, b: some TensorConvertible) -> Tensor { a ** b.tensor }
    /// Powers.
    @_disfavoredOverload
    public static func ** (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor ** b }

    /// Bools: where elements are equal. NaN equals nothing.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { a.binary(.equal, b) }
    /// Bools: where elements are equal. NaN equals nothing.
    @_disfavoredOverload
    public static func .== (a: Tensor, b: some TensorConvertible) -> Tensor { a .== b.tensor }
    /// Bools: where elements are equal. NaN equals nothing.
    @_disfavoredOverload
    public static func .== (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor .== b }

    /// Bools: where elements differ, NaN from everything.
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { a.binary(.notEqual, b) }
    /// Bools: where elements differ, NaN from everything.
    @_disfavoredOverload
    public static func .!= (a: Tensor, b: some TensorConvertible) -> Tensor { a .!= b.tensor }
    /// Bools: where elements differ, NaN from everything.
    @_disfavoredOverload
    public static func .!= (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor .!= b }

    /// Bools: where the left element is less.
    public static func .< (a: Tensor, b: Tensor) -> Tensor { a.binary(.less, b) }
    /// Bools: where the left element is less.
    @_disfavoredOverload
    public static func .< (a: Tensor, b: some TensorConvertible) -> Tensor { a .< b.tensor }
    /// Bools: where the left element is less.
    @_disfavoredOverload
    public static func .< (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor .< b }

    /// Bools: where the left element is less or equal.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { a.binary(.lessEqual, b) }
    /// Bools: where the left element is less or equal.
    @_disfavoredOverload
    public static func .<= (a: Tensor, b: some TensorConvertible) -> Tensor { a .<= b.tensor }
    /// Bools: where the left element is less or equal.
    @_disfavoredOverload
    public static func .<= (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor .<= b }

    /// Bools: where the left element is greater.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { a.binary(.greater, b) }
    /// Bools: where the left element is greater.
    @_disfavoredOverload
    public static func .> (a: Tensor, b: some TensorConvertible) -> Tensor { a .> b.tensor }
    /// Bools: where the left element is greater.
    @_disfavoredOverload
    public static func .> (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor .> b }

    /// Bools: where the left element is greater or equal.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { a.binary(.greaterEqual, b) }
    /// Bools: where the left element is greater or equal.
    @_disfavoredOverload
    public static func .>= (a: Tensor, b: some TensorConvertible) -> Tensor { a .>= b.tensor }
    /// Bools: where the left element is greater or equal.
    @_disfavoredOverload
    public static func .>= (a: some TensorConvertible, b: Tensor) -> Tensor { a.tensor .>= b }

    /// Bools: where both hold.
    public static func .& (a: Tensor, b: Tensor) -> Tensor {
        a.cast(to: .bool).binary(.and, b.cast(to: .bool))
    }
    /// Bools: where one of both holds.
    public static func .| (a: Tensor, b: Tensor) -> Tensor {
        a.cast(to: .bool).binary(.or, b.cast(to: .bool))
    }

    /// Adds to a variable that holds a tensor.
    public static func += (a: inout Tensor, b: some TensorConvertible) { a = a + b.tensor }
    /// Subtracts from a variable that holds a tensor.
    public static func -= (a: inout Tensor, b: some TensorConvertible) { a = a - b.tensor }
    /// Multiplies a variable that holds a tensor.
    public static func *= (a: inout Tensor, b: some TensorConvertible) { a = a * b.tensor }
    /// Divides a variable that holds a tensor.
    public static func /= (a: inout Tensor, b: some TensorConvertible) { a = a / b.tensor }
}
