import KeratinCore
import KeratinTensor

// A layer keeps its weights in properties such as `private var kernel: Variable!`, which are nil until `build` has run. Used before, as
// where somebody calls `layer.call(x)` in place of `layer(x)`, they give a tensor that carries the error; the program does not end.

extension Optional: TensorConvertible where Wrapped == Variable {
    /// The weight's value; before the weight is made a tensor that carries the error.
    public var tensor: Tensor {
        Tensor.carrying {
            guard let self else {
                throw KeratinError(
                    .invalidState,
                    "a weight is used before it is made: call layers as layer(x), which builds them first, and make every weight in "
                        + "build(inputShape:)")
            }
            return try self.read()
        }
    }
}

extension Tensor {
    /// Sums; an error before the weight is made.
    public static func + (a: Tensor, b: Variable?) -> Tensor { a + b.tensor }
    /// Sums; an error before the weight is made.
    public static func + (a: Variable?, b: Tensor) -> Tensor { a.tensor + b }
    /// Differences; an error before the weight is made.
    public static func - (a: Tensor, b: Variable?) -> Tensor { a - b.tensor }
    /// Differences; an error before the weight is made.
    public static func - (a: Variable?, b: Tensor) -> Tensor { a.tensor - b }
    /// Products; an error before the weight is made.
    public static func * (a: Tensor, b: Variable?) -> Tensor { a * b.tensor }
    /// Products; an error before the weight is made.
    public static func * (a: Variable?, b: Tensor) -> Tensor { a.tensor * b }
    /// Quotients; an error before the weight is made.
    public static func / (a: Tensor, b: Variable?) -> Tensor { a / b.tensor }
    /// Quotients; an error before the weight is made.
    public static func / (a: Variable?, b: Tensor) -> Tensor { a.tensor / b }
}
