import KeratinCore
import KeratinTensor

/// A dense layer that lets part of its input through (Srivastava et al., 2015), as Keras 1 had it:
/// σ(x·carry + b)·activation(x·kernel + b) + (1 − σ(x·carry + b))·x.
///
/// Weights, in the order of Keras 1: kernel and carry_kernel (in, in), bias and carry_bias (in).
package final class Highway: Layer {
    private let activation: ActivationFunction
    private let useBias: Bool
    private let kernelSpecification: WeightSpecification
    private let biasSpecification: WeightSpecification
    private var kernels: [Variable] = []
    private var biases: [Variable] = []

    init(
        activation: ActivationFunction, useBias: Bool, kernel: WeightSpecification,
        bias: WeightSpecification, name: String?
    ) {
        self.activation = activation
        self.useBias = useBias
        kernelSpecification = kernel
        biasSpecification = bias
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    package override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "activation": try activation.serialized(), "use_bias": .boolean(useBias),
            ])
            .adding(kernelSpecification.config("kernel"))
            .adding(biasSpecification.config("bias"))
    }

    package override func build(inputShape: [Int?]) throws {
        try activation.validate()
        let channels = try channels(of: inputShape, minimumRank: 2)
        kernels = try ["kernel", "carry_kernel"].map {
            try addWeight(name: $0, shape: [channels, channels], kernelSpecification)
        }
        guard useBias else { return }
        var carry = biasSpecification
        carry.initializer = .ones
        biases = try [("bias", biasSpecification), ("carry_bias", carry)].map {
            try addWeight(name: $0.0, shape: [channels], $0.1)
        }
    }

    package override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        func product(_ index: Int) throws -> Tensor {
            let y = try input.matmul(built(kernels.count == 2 ? kernels[index] : nil).read())
            return try biases.count == 2 ? y + biases[index].read() : y
        }
        let part = try product(1).sigmoid()
        return try part * activation(product(0)) + (1 - part) * input
    }

    package override func unbuild() {
        super.unbuild()
        kernels = []
        biases = []
    }
}

extension Highway: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            activation: try configuration.object("activation", default: ActivationFunction.linear),
            useBias: try configuration.boolean("use_bias", default: true),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            bias: try WeightSpecification(from: configuration, "bias", default: .zeros),
            name: configuration.name)
    }
}
