import KeratinCore
import KeratinTensor

/// activation(x·kernel + bias) over the last axis of inputs of rank 2 or more.
///
/// Weights: kernel (in, units), bias (units).
public final class Dense: Layer {
    private let units: Int
    private let activation: ActivationFunction
    private let useBias: Bool
    private let kernelInitializer: Initializer
    private let biasInitializer: Initializer
    private var kernel: Variable?
    private var bias: Variable?

    public init(
        _ units: Int, activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        name: String? = nil
    ) {
        self.units = units
        self.activation = activation
        self.useBias = useBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
        super.init(name: name)
    }

    public override func build(inputShape: [Int?]) throws {
        guard units > 0 else {
            throw KeratinError(.invalidArgument, "units must be positive, got \(units)")
        }
        try activation.validate()
        let channels = try channels(of: inputShape, minimumRank: 2)
        kernel = try addWeight(
            name: "kernel", shape: [channels, units], initializer: kernelInitializer)
        if useBias {
            bias = try addWeight(name: "bias", shape: [units], initializer: biasInitializer)
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let kernel else { throw KeratinError(.invalidState, "is not built") }
        let channels = input.shape.dimensions.last ?? 0
        guard input.rank >= 2, channels == kernel.shape[0] else {
            throw KeratinError(
                .shapeMismatch,
                "expects last dimension \(kernel.shape[0]), got \(input.shape)")
        }
        let rows = input.shape.dimensions.dropLast().reduce(1, *)
        var y = try input.reshaped([rows, channels]).matmul(kernel.read())
        if let bias { y = try y + bias.read() }
        let shape = Shape(input.shape.dimensions.dropLast() + [units])
        return try activation(y.reshaped(shape))
    }
}
