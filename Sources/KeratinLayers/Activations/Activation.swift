import KeratinTensor

/// Applies an activation function.
public final class Activation: Layer {
    private let function: ActivationFunction

    /// - Parameter function: a member such as `.relu`, Keras's name as a string, or a function of one's own.
    public init(_ function: ActivationFunction, name: String? = nil) {
        self.function = function
        super.init(name: name)
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

extension Activation: ConfigurableLayer {
    public convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.object("activation", default: .linear), name: configuration.name)
    }
}
