import KeratinCore
import KeratinTensor

/// Normalises each channel: with the batch's mean and variance in training, and with their moving
/// averages otherwise (Ioffe and Szegedy, 2015; formulas of Keras 3).
///
/// Weights: gamma, beta (trainable), moving_mean, moving_variance. moving ← moving·momentum +
/// batch·(1 − momentum), with the biased variance. A layer that is not trainable uses the moving averages
/// even in training. Steps that a mask excludes do not count for mean and variance.
public final class BatchNormalization: Layer {
    private let axis: Int
    private let momentum: Double
    private let epsilon: Double
    private var affine: ScaleAndOffset
    private let movingMeanInitializer: Initializer
    private let movingVarianceInitializer: Initializer
    private var movingMean: Variable?
    private var movingVariance: Variable?

    public convenience init(
        axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 0.001, center: Bool = true,
        scale: Bool = true, betaInitializer: Initializer = .zeros,
        gammaInitializer: Initializer = .ones, movingMeanInitializer: Initializer = .zeros,
        movingVarianceInitializer: Initializer = .ones, betaRegularizer: Regularizer? = nil,
        gammaRegularizer: Regularizer? = nil, betaConstraint: Constraint? = nil,
        gammaConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.init(
            axis: axis, momentum: momentum, epsilon: epsilon,
            affine: ScaleAndOffset(
                center: center, scale: scale,
                beta: WeightSpecification(betaInitializer, betaRegularizer, betaConstraint),
                gamma: WeightSpecification(gammaInitializer, gammaRegularizer, gammaConstraint)),
            movingMeanInitializer: movingMeanInitializer,
            movingVarianceInitializer: movingVarianceInitializer, name: name)
    }

    private init(
        axis: Int, momentum: Double, epsilon: Double, affine: ScaleAndOffset,
        movingMeanInitializer: Initializer, movingVarianceInitializer: Initializer, name: String?
    ) {
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.affine = affine
        self.movingMeanInitializer = movingMeanInitializer
        self.movingVarianceInitializer = movingVarianceInitializer
        super.init(name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "axis": .integer(axis), "momentum": .number(momentum),
                "epsilon": .number(epsilon),
                "moving_mean_initializer": try movingMeanInitializer.serialized(),
                "moving_variance_initializer": try movingVarianceInitializer.serialized(),
                // There is one device, so nothing to synchronize.
                "synchronized": false,
            ])
            .adding(affine.config())
    }

    public override func build(inputShape: [Int?]) throws {
        let shape = Shape(try knownExtents(inputShape, axes: [axis]))
        try affine.build(self, shape: shape)
        movingMean = try addWeight(
            name: "moving_mean", shape: shape, initializer: movingMeanInitializer,
            trainable: false)
        movingVariance = try addWeight(
            name: "moving_variance", shape: shape, initializer: movingVarianceInitializer,
            trainable: false)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let movingMean, let movingVariance else {
            throw KeratinError(.invalidState, "is not built")
        }
        let axis = try input.shape.resolve(axis: self.axis)
        guard input.shape[axis] == movingMean.shape[0] else {
            throw KeratinError(
                .shapeMismatch,
                "expects \(movingMean.shape[0]) channels at axis \(self.axis), got \(input.shape)")
        }
        // The kernel works on the last axis.
        var permutation = Array(0..<input.rank)
        permutation.swapAt(axis, input.rank - 1)
        let x = try input.transposed(permutation)
        let y: Tensor
        if !(training && trainable) {
            y = try normalized(x, movingMean.read(), movingVariance.read())
        } else if let mask = input.mask {
            let (mean, variance) = try moments(input, x, mask, permutation)
            y = try normalized(x, mean, variance)
            try update(mean, variance)
        } else {
            let results = try Tensor.apply(
                KeratinCore.BatchNormalization(epsilon: epsilon), [x, gamma, beta])
            y = results[0]
            try update(results[1], results[2])
        }
        return try y.transposed(permutation)
    }

    private var gamma: Tensor {
        get throws { try affine.gamma?.read() ?? Tensor(repeating: 1, shape: channels) }
    }

    private var beta: Tensor {
        get throws { try affine.beta?.read() ?? Tensor(repeating: 0, shape: channels) }
    }

    private var channels: Shape { movingMean?.shape ?? [] }

    /// gamma·(x − mean)/√(variance + ε) + beta over the last axis.
    private func normalized(_ x: Tensor, _ mean: Tensor, _ variance: Tensor) throws -> Tensor {
        let factor = try (variance + epsilon).unary(.rsqrt) * gamma
        return try x * factor + (beta - mean * factor)
    }

    /// Mean and variance over the steps that count.
    private func moments(
        _ input: Tensor, _ x: Tensor, _ mask: Tensor, _ permutation: [Int]
    ) throws -> (mean: Tensor, variance: Tensor) {
        guard mask.rank == input.rank - 1 else {
            throw KeratinError(
                .shapeMismatch,
                "the mask needs an axis less than the input \(input.shape), it is \(mask.shape)")
        }
        let counts = try mask.expandingDimension(at: -1).broadcast(to: input.shape)
            .transposed(permutation)
        let axes = Array(0..<(x.rank - 1))
        // Keras adds its ε, so that a batch without steps gives zeros.
        let divisor = try counts.cast(to: .float32).sum(axes: axes) + 1e-7
        let mean = try counts.select(x, Tensor(0)).sum(axes: axes) / divisor
        let difference = try counts.select(x - mean, Tensor(0))
        return (mean, try difference.square().sum(axes: axes) / divisor)
    }

    private func update(_ mean: Tensor, _ variance: Tensor) throws {
        for (moving, batch) in [(movingMean, mean), (movingVariance, variance)] {
            guard let moving else { continue }
            try moving.assign(try moving.read() * momentum + batch * (1 - momentum))
        }
    }
}

extension BatchNormalization: ConfigurableLayer {
    /// - Throws: `KeratinError` for `renorm`, which is not there.
    public convenience init(from configuration: Configuration) throws {
        guard try !configuration.boolean("renorm", default: false) else {
            throw KeratinError(
                .unavailable, "batch renormalization (renorm) is not there", at: "BatchNormalization"
            )
        }
        configuration.ignore("synchronized", "renorm_clipping", "renorm_momentum")
        self.init(
            axis: try Axes(from: configuration, "axis", default: -1).values.first ?? -1,
            momentum: try configuration.number("momentum", default: 0.99),
            epsilon: try configuration.number("epsilon", default: 0.001),
            affine: try ScaleAndOffset(from: configuration),
            movingMeanInitializer: try configuration.object(
                "moving_mean_initializer", default: .zeros),
            movingVarianceInitializer: try configuration.object(
                "moving_variance_initializer", default: .ones),
            name: configuration.name)
    }
}
