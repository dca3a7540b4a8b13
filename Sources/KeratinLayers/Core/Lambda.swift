import KeratinCore
import KeratinTensor

/// A layer made of a closure over tensors. It has no weights and cannot be saved: what files should hold is a layer class
/// of its own, registered with `CustomObjects.register(layer:)`.
public final class Lambda: Layer {
    private let body: (Tensor) throws -> Tensor

    /// - Parameter body: computes the result from the input, with the batch as its first axis; it has no weights.
    public init(name: String? = nil, _ body: @escaping (Tensor) throws -> Tensor) {
        self.body = body
        super.init(name: name)
    }

    /// - Throws: `KeratinError`, always: a closure has no written form.
    public override func getConfig() throws -> [String: ConfigValue] {
        throw KeratinError(
            .unavailable,
            "holds a closure, which cannot be saved: make it a layer class of your own and register that with "
                + "CustomObjects.register(layer:)", at: place)
    }

    /// The closure is shared.
    public override func copied() throws -> Layer { Lambda(name: name, body) }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try body(input)
    }
}
