import KeratinCore
import KeratinTensor

// A weight in arithmetic is its value.

extension Variable: TensorConvertible {
    /// Sums.
    public static func + (a: Variable, b: Variable) -> Tensor { a.tensor + b.tensor }
    /// Sums.
    public static func + (a: Tensor, b: Variable) -> Tensor { a + b.tensor }
    /// Sums.
    public static func + (a: Variable, b: Tensor) -> Tensor { a.tensor + b }
    /// Sums.
    @_disfavoredOverload
    public static func + (a: Variable, b: some TensorConvertible) -> Tensor { a.tensor + b.tensor }
    /// Sums.
    @_disfavoredOverload
    public static func + (a: some TensorConvertible, b: Variable) -> Tensor { a.tensor + b.tensor }

    /// Differences.
    public static func - (a: Variable, b: Variable) -> Tensor { a.tensor - b.tensor }
    /// Differences.
    public static func - (a: Tensor, b: Variable) -> Tensor { a - b.tensor }
    /// Differences.
    public static func - (a: Variable, b: Tensor) -> Tensor { a.tensor - b }
    /// Differences.
    @_disfavoredOverload
    public static func - (a: Variable, b: some TensorConvertible) -> Tensor { a.tensor - b.tensor }
    /// Differences.
    @_disfavoredOverload
    public static func - (a: some TensorConvertible, b: Variable) -> Tensor { a.tensor - b.tensor }

    /// Products.
    public static func * (a: Variable, b: Variable) -> Tensor { a.tensor * b.tensor }
    /// Products.
    public static func * (a: Tensor, b: Variable) -> Tensor { a * b.tensor }
    /// Products.
    public static func * (a: Variable, b: Tensor) -> Tensor { a.tensor * b }
    /// Products.
    @_disfavoredOverload
    public static func * (a: Variable, b: some TensorConvertible) -> Tensor { a.tensor * b.tensor }
    /// Products.
    @_disfavoredOverload
    public static func * (a: some TensorConvertible, b: Variable) -> Tensor { a.tensor * b.tensor }

    /// Quotients.
    public static func / (a: Variable, b: Variable) -> Tensor { a.tensor / b.tensor }
    /// Quotients.
    public static func / (a: Tensor, b: Variable) -> Tensor { a / b.tensor }
    /// Quotients.
    public static func / (a: Variable, b: Tensor) -> Tensor { a.tensor / b }
    /// Quotients.
    @_disfavoredOverload
    public static func / (a: Variable, b: some TensorConvertible) -> Tensor { a.tensor / b.tensor }
    /// Quotients.
    @_disfavoredOverload
    public static func / (a: some TensorConvertible, b: Variable) -> Tensor { a.tensor / b.tensor }

    /// Powers.
    public static func ** (a: Variable, b: Variable) -> Tensor { a.tensor ** b.tensor }
    /// Powers.
    public static func ** (a: Tensor, b: Variable) -> Tensor { a ** b.tensor }
    /// Powers.
    public static func ** (a: Variable, b: Tensor) -> Tensor { a.tensor ** b }
    /// Powers.
    @_disfavoredOverload
    public static func ** (a: Variable, b: some TensorConvertible) -> Tensor {
        a.tensor ** b.tensor
    }
    /// Powers.
    @_disfavoredOverload
    public static func ** (a: some TensorConvertible, b: Variable) -> Tensor {
        a.tensor ** b.tensor
    }
    /// Each element with the other sign.
    public static prefix func - (a: Variable) -> Tensor { -a.tensor }
}
