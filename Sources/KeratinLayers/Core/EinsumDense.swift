import KeratinCore
import KeratinTensor

/// activation(einsum(equation, x, kernel) + bias): a dense layer over any axes.
///
///     EinsumDense("ab,bc->ac", outputShape: 64, biasAxes: "c")            // what Dense(64) does
///     EinsumDense("abc,cd->abd", outputShape: [nil, 64], biasAxes: "d")   // for each step of a sequence
///     EinsumDense("...x,xy->...y", outputShape: 64, biasAxes: "y")        // whatever lies before the last axis
///
/// Weights: kernel, its axes as the equation names them; bias, over the result's axes from the first of `biasAxes` on, 1 where an axis is
/// not among them. The fans of the kernel's initializer are the axes that are summed and those that the result has.
public final class EinsumDense: Layer {
    private let equation: String
    private let partialOutputShape: PartialShape
    private let activation: ActivationFunction
    private let biasAxes: String?
    private let kernelSpecification: WeightSpecification
    private let biasSpecification: WeightSpecification
    private var kernel: Variable?
    private var bias: Variable?

    /// - Parameters:
    ///   - equation: `input,kernel->result`; `...` may begin, or end, both the input and the result.
    ///   - outputShape: the result's extents without the batch and without what `...` stands for; nil for one that the input has.
    ///   - biasAxes: the letters of the result that have a bias; nil: there is none.
    public convenience init(
        _ equation: String, outputShape: PartialShape,
        activation: any ActivationConvertible = .linear,
        biasAxes: String? = nil, kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil
    ) {
        self.init(
            equation, outputShape, activation: activation, biasAxes: biasAxes,
            kernel: WeightSpecification(kernelInitializer, kernelRegularizer, kernelConstraint),
            bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint), name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
    }

    /// With what other layers were told about their weights.
    init(
        _ equation: String, _ outputShape: PartialShape,
        activation: any ActivationConvertible = .linear,
        biasAxes: String?, kernel: WeightSpecification, bias: WeightSpecification,
        name: String? = nil
    ) {
        self.equation = equation
        partialOutputShape = outputShape
        self.activation = activation.activationFunction
        self.biasAxes = biasAxes
        kernelSpecification = kernel
        biasSpecification = bias
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "equation": .string(equation), "output_shape": partialOutputShape.config,
                "activation": try activation.serialized(),
                "bias_axes": biasAxes.map { .string($0) } ?? .null,
                "activity_regularizer": try activityRegularizer.serialized(),
            ])
            .adding(kernelSpecification.config("kernel"))
            .adding(biasSpecification.config("bias"))
    }

    public override func build(inputShape: [Int?]) throws {
        try activation.validate()
        let shapes = try EinsumDenseShapes(
            equation, biasAxes: biasAxes, input: inputShape, output: partialOutputShape.extents)
        inputSpec = InputSpec(ndim: inputShape.count)
        var specification = kernelSpecification
        specification.initializer = specification.initializer.scaled(
            inputAxes: shapes.inputAxes, outputAxes: shapes.outputAxes)
        kernel = try addWeight(name: "kernel", shape: shapes.kernel, specification)
        bias = try shapes.bias.map {
            try addWeight(name: "bias", shape: $0, biasSpecification)
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let kernel = try built(self.kernel)
        var y = try Tensor.einsum(equation, [input, kernel.read()])
        if let bias { y = try y + bias.read() }
        return try activation(y)
    }

    public override func unbuild() {
        super.unbuild()
        kernel = nil
        bias = nil
    }
}

extension EinsumDense: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        try configuration.refuseQuantization()
        guard let extents = try configuration.optionalPartialShape("output_shape") else {
            throw configuration.mismatch("output_shape", expected: "a shape")
        }
        self.init(
            try configuration.string("equation"), extents,
            activation: try configuration.object("activation", default: ActivationFunction.linear),
            biasAxes: try configuration.optionalString("bias_axes"),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            bias: try WeightSpecification(from: configuration, "bias", default: .zeros),
            name: configuration.name)
    }
}
