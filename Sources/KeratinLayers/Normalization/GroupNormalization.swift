import KeratinCore
import KeratinTensor

/// Each sample's channels in groups, each group normalised with its own mean and biased variance over the group's
/// channels and all other axes, then gamma·x + beta a channel (Wu and He, 2018).
///
/// Weights: gamma, beta (channels).
public final class GroupNormalization: Layer {
    private let groups: Int
    private let axis: Int
    private let epsilon: Double
    private var affine: ScaleAndOffset

    /// - Parameters:
    ///   - groups: how many groups; −1: each channel by itself.
    ///   - axis: where the channels are.
    public convenience init(
        groups: Int = 32, axis: Int = -1, epsilon: Double = 0.001, center: Bool = true,
        scale: Bool = true, betaInitializer: any InitializerConvertible = .zeros,
        gammaInitializer: any InitializerConvertible = .ones,
        betaRegularizer: (any RegularizerConvertible)? = nil,
        gammaRegularizer: (any RegularizerConvertible)? = nil,
        betaConstraint: (any ConstraintConvertible)? = nil,
        gammaConstraint: (any ConstraintConvertible)? = nil, name: String? = nil
    ) {
        self.init(
            groups: groups, axis: axis, epsilon: epsilon,
            affine: ScaleAndOffset(
                center: center, scale: scale,
                beta: WeightSpecification(betaInitializer, betaRegularizer, betaConstraint),
                gamma: WeightSpecification(gammaInitializer, gammaRegularizer, gammaConstraint)),
            name: name)
    }

    private init(groups: Int, axis: Int, epsilon: Double, affine: ScaleAndOffset, name: String?) {
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.affine = affine
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "groups": .integer(groups), "axis": .integer(axis), "epsilon": .number(epsilon),
            ])
            .adding(affine.config())
    }

    public override func build(inputShape: [Int?]) throws {
        let channels = try knownExtents(inputShape, axes: [axis])[0]
        guard groups > 0 || groups == -1, groups <= channels, channels % groups == 0 else {
            throw KeratinError(
                .invalidArgument,
                "groups must be −1 or divide the input's channels \(channels), got \(groups)")
        }
        try affine.build(self, shape: [channels])
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let axis = try input.shape.resolve(axis: self.axis)
        let channels = input.shape[axis]
        let groups = self.groups == -1 ? channels : self.groups
        guard axis > 0, groups > 0, channels % groups == 0 else {
            throw KeratinError(
                .shapeMismatch, "\(groups) groups do not divide axis \(self.axis) of \(input.shape)"
            )
        }
        var split = input.shape.dimensions
        split.replaceSubrange(axis...axis, with: [groups, channels / groups])
        let x = input.reshaped(Shape(split))
        let axes = (1..<split.count).filter { $0 != axis }
        let (difference, variance) = try x.centered(axes: axes)
        let y = (difference * (variance + epsilon).unary(.rsqrt)).reshaped(input.shape)
        return try affine(y, broadcast: input.shape.keeping([axis]))
    }
}

extension GroupNormalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            groups: try configuration.integer("groups", default: 32),
            axis: try configuration.integer("axis", default: -1),
            epsilon: try configuration.number("epsilon", default: 0.001),
            affine: try ScaleAndOffset(from: configuration), name: configuration.name)
    }
}
