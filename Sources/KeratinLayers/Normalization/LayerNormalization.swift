import KeratinCore
import KeratinTensor

/// gamma·(x − μ)/√(σ² + ε) + beta, with each sample's own mean and biased variance over some axes (Ba et al., 2016).
///
/// Weights: gamma, beta, of the extents of the axes.
public final class LayerNormalization: Layer {
    private let axis: Axes
    private let epsilon: Double
    /// A scaling of Keras ≤ 3.8 that divides by the deviation alone, without taking the mean off.
    private let deviationOnly: Bool
    private let arguments: ScaleAndOffset
    private var affine: ScaleAndOffset

    /// - Parameter axis: the axes that are normalised over.
    public convenience init(
        axis: any AxisConvertible = -1, epsilon: Double = 0.001, center: Bool = true,
        scale: Bool = true,
        betaInitializer: any InitializerConvertible = .zeros,
        gammaInitializer: any InitializerConvertible = .ones,
        betaRegularizer: (any RegularizerConvertible)? = nil,
        gammaRegularizer: (any RegularizerConvertible)? = nil,
        betaConstraint: (any ConstraintConvertible)? = nil,
        gammaConstraint: (any ConstraintConvertible)? = nil, name: String? = nil
    ) {
        self.init(
            axis: axis, epsilon: epsilon, deviationOnly: false,
            affine: ScaleAndOffset(
                center: center, scale: scale,
                beta: WeightSpecification(betaInitializer, betaRegularizer, betaConstraint),
                gamma: WeightSpecification(gammaInitializer, gammaRegularizer, gammaConstraint)),
            name: name)
    }

    private init(
        axis: any AxisConvertible, epsilon: Double, deviationOnly: Bool, affine: ScaleAndOffset,
        name: String?
    ) {
        self.axis = Axes(axis)
        self.epsilon = epsilon
        self.deviationOnly = deviationOnly
        arguments = affine
        // With that scaling there is always a gamma and never a beta.
        self.affine =
            deviationOnly
            ? ScaleAndOffset(
                center: false, scale: true, beta: affine.betaSpecification,
                gamma: affine.gammaSpecification) : affine
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "axis": axis.config, "epsilon": .number(epsilon),
                "rms_scaling": .boolean(deviationOnly),
            ])
            .adding(arguments.config())
    }

    public override func build(inputShape: [Int?]) throws {
        _ = try axis.resolved(rank: inputShape.count)
        // Keras orders the axes as they were given, before negative ones are counted from the end.
        let extents = try knownExtents(inputShape, axes: axis.values.sorted())
        try affine.build(self, shape: Shape(extents))
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let axes = try axis.resolved(rank: input.rank)
        let (difference, variance) = try input.centered(axes: axes)
        let inverse = (variance + epsilon).unary(.rsqrt)
        let normalized = (deviationOnly ? input : difference) * inverse
        return try affine(normalized, broadcast: input.shape.keeping(axes))
    }
}

extension LayerNormalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            axis: try Axes(from: configuration, "axis", default: -1),
            epsilon: try configuration.number("epsilon", default: 0.001),
            deviationOnly: try configuration.boolean("rms_scaling", default: false),
            affine: try ScaleAndOffset(from: configuration), name: configuration.name)
    }
}
