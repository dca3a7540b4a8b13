import KeratinTensor

/// Applies an activation function.
public final class Activation: Layer {
    let function: ActivationFunction

    /// - Parameter function: a member such as `.relu`, Keras's name as a string, or a layer without weights.
    public init(_ function: any ActivationConvertible, name: String? = nil) {
        self.function = function.activationFunction
        super.init(name: name)
    }

    /// A function of one's own. To be saved it needs a name: `CustomObjects.register("swish", activation: swish)`.
    public convenience init(
        _ function: @escaping @Sendable (Tensor) throws -> Tensor, name: String? = nil
    ) {
        self.init(ActivationFunction(function), name: name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["activation": try function.serialized()])
    }

    public override func build(inputShape: [Int?]) throws { try function.validate() }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try function(input)
    }
}

extension Activation: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.object("activation", default: ActivationFunction.linear),
            name: configuration.name)
    }
}
