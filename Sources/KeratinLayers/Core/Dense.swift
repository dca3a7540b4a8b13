import KeratinCore
import KeratinTensor

/// activation(x·kernel + bias) over the last axis of inputs of rank 2 or more.
///
/// Weights: kernel (in, units), bias (units).
public final class Dense: Layer {
    /// The extent of the result's last axis.
    public let units: Int
    /// What is applied to the result.
    public let activation: ActivationFunction
    /// Whether a bias is added.
    public let useBias: Bool
    private let kernelSpecification: WeightSpecification
    private let biasSpecification: WeightSpecification
    private var kernel: Variable?
    private var bias: Variable?

    /// - Parameters:
    ///   - units: the extent of the result's last axis.
    ///   - activation: applied to the result; none by default.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    ///   - inputDim: the only extent of a sample, likewise.
    public convenience init(
        _ units: Int, activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil, inputDim: Int? = nil
    ) {
        self.init(
            units, activation: activation, useBias: useBias,
            kernel: WeightSpecification(kernelInitializer, kernelRegularizer, kernelConstraint),
            bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint),
            name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
        sampleShape = inputShape ?? inputDim.map { [$0] }
    }

    /// The same with a function of one's own: `Dense(3, activation: { $0.relu() })`. To be saved it needs a name, see `CustomObjects`.
    public convenience init(
        _ units: Int, activation: @escaping @Sendable (Tensor) throws -> Tensor,
        useBias: Bool = true, name: String? = nil, inputShape: [Int?]? = nil
    ) {
        self.init(
            units, activation: ActivationFunction(activation), useBias: useBias, name: name,
            inputShape: inputShape)
    }

    private init(
        _ units: Int, activation: (any ActivationConvertible)?, useBias: Bool,
        kernel: WeightSpecification,
        bias: WeightSpecification, name: String?
    ) {
        self.units = units
        self.activation = activation?.activationFunction ?? .linear
        self.useBias = useBias
        kernelSpecification = kernel
        biasSpecification = bias
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "units": .integer(units), "activation": try activation.serialized(),
                "use_bias": .boolean(useBias),
            ])
            .adding(kernelSpecification.config("kernel"))
            .adding(biasSpecification.config("bias"))
    }

    public override func build(inputShape: [Int?]) throws {
        guard units > 0 else {
            throw KeratinError(.invalidArgument, "units must be positive, got \(units)")
        }
        try activation.validate()
        let channels = try channels(of: inputShape, minimumRank: 2)
        kernel = try addWeight(name: "kernel", shape: [channels, units], kernelSpecification)
        if useBias { bias = try addWeight(name: "bias", shape: [units], biasSpecification) }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let kernel = try built(self.kernel)
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

extension Dense: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("units"),
            activation: try configuration.object("activation", default: ActivationFunction.linear),
            useBias: try configuration.boolean("use_bias", default: true),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            bias: try WeightSpecification(from: configuration, "bias", default: .zeros),
            name: configuration.name)
    }
}
