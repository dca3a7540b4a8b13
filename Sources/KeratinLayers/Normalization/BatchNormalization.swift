import KeratinCore
import KeratinTensor

/// Normalises each channel: with the batch's mean and variance in training, and with their moving
/// averages otherwise (Ioffe and Szegedy, 2015; formulas of Keras 3).
///
/// Weights: gamma, beta (trainable), moving_mean, moving_variance. moving ← moving·momentum +
/// batch·(1 − momentum), with the biased variance. A layer that is not trainable uses the moving averages
/// even in training. Steps that a mask excludes do not count for mean and variance. With `renorm` there are three more
/// weights: moving_stddev, renorm_mean, renorm_stddev (see `BatchRenormalization`).
public final class BatchNormalization: Layer {
    private let axis: Int
    private let momentum: Double
    private let epsilon: Double
    private var affine: ScaleAndOffset
    private var renorm: BatchRenormalization?
    private let movingMeanInitializer: Initializer
    private let movingVarianceInitializer: Initializer
    private var movingMean: Variable?
    private var movingVariance: Variable?

    /// - Parameters:
    ///   - axis: where the channels are.
    ///   - momentum: how much of the moving averages stays at each step.
    ///   - renorm: whether batches are corrected towards moving averages (batch renormalization).
    ///   - renormClipping: what bounds the corrections.
    ///   - renormMomentum: how much of the averages that correct stays at each step.
    public convenience init(
        axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 0.001, center: Bool = true,
        scale: Bool = true, betaInitializer: any InitializerConvertible = .zeros,
        gammaInitializer: any InitializerConvertible = .ones,
        movingMeanInitializer: any InitializerConvertible = .zeros,
        movingVarianceInitializer: any InitializerConvertible = .ones,
        betaRegularizer: (any RegularizerConvertible)? = nil,
        gammaRegularizer: (any RegularizerConvertible)? = nil,
        betaConstraint: (any ConstraintConvertible)? = nil,
        gammaConstraint: (any ConstraintConvertible)? = nil, renorm: Bool = false,
        renormClipping: RenormClipping = RenormClipping(), renormMomentum: Double = 0.99,
        name: String? = nil
    ) {
        self.init(
            axis: axis, momentum: momentum, epsilon: epsilon,
            renorm: renorm
                ? BatchRenormalization(clipping: renormClipping, momentum: renormMomentum) : nil,
            affine: ScaleAndOffset(
                center: center, scale: scale,
                beta: WeightSpecification(betaInitializer, betaRegularizer, betaConstraint),
                gamma: WeightSpecification(gammaInitializer, gammaRegularizer, gammaConstraint)),
            movingMeanInitializer: movingMeanInitializer.initializer,
            movingVarianceInitializer: movingVarianceInitializer.initializer, name: name)
    }

    private init(
        axis: Int, momentum: Double, epsilon: Double, renorm: BatchRenormalization?,
        affine: ScaleAndOffset,
        movingMeanInitializer: Initializer, movingVarianceInitializer: Initializer, name: String?
    ) {
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.renorm = renorm
        self.affine = affine
        self.movingMeanInitializer = movingMeanInitializer
        self.movingVarianceInitializer = movingVarianceInitializer
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        // Files without renormalization stay readable for versions of Keras that do not know it.
        let renormConfig: [String: ConfigValue] =
            renorm.map {
                [
                    "renorm": true, "renorm_clipping": $0.clipping.config,
                    "renorm_momentum": .number($0.momentum),
                ]
            } ?? [:]
        return try super.getConfig().adding(renormConfig)
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
        try renorm?.build(
            self, shape: shape, meanInitializer: movingMeanInitializer,
            varianceInitializer: movingVarianceInitializer)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let movingMean = try built(self.movingMean)
        let movingVariance = try built(self.movingVariance)
        let axis = try input.shape.resolve(axis: self.axis)
        guard input.shape[axis] == movingMean.shape[0] else {
            throw KeratinError(
                .shapeMismatch,
                "expects \(movingMean.shape[0]) channels at axis \(self.axis), got \(input.shape)")
        }
        // The kernel works on the last axis.
        var permutation = Array(0..<input.rank)
        permutation.swapAt(axis, input.rank - 1)
        let x = input.transposed(permutation)
        let y: Tensor
        if !(training && trainable) {
            y = try normalized(x - movingMean.read(), movingVariance.read())
        } else if renorm != nil || input.mask != nil {
            let moments = try moments(input, x, permutation)
            if let renorm {
                y = try renormalized(moments, renorm)
            } else {
                y = try normalized(moments.difference, moments.variance)
                try update(moments.mean, moments.variance)
            }
        } else {
            let results = try Tensor.results(
                BatchNormalizationOperation(epsilon: epsilon), [x, gamma, beta])
            y = results[0]
            try update(results[1], results[2])
        }
        return y.transposed(permutation)
    }

    private var gamma: Tensor {
        get throws { try affine.gamma?.read() ?? Tensor(repeating: 1, shape: channels) }
    }

    private var beta: Tensor {
        get throws { try affine.beta?.read() ?? Tensor(repeating: 0, shape: channels) }
    }

    private var channels: Shape { movingMean?.shape ?? [] }

    /// gamma·difference/√(variance + ε) + beta over the last axis.
    private func normalized(_ difference: Tensor, _ variance: Tensor) throws -> Tensor {
        try difference * ((variance + epsilon).unary(.rsqrt) * gamma) + beta
    }

    /// The corrected batch; moves all averages.
    private func renormalized(
        _ moments: Moments, _ renorm: BatchRenormalization
    ) throws -> Tensor {
        let mean = moments.mean
        let deviation = (moments.variance + epsilon).sqrt()
        let (r, d) = try renorm.correction(mean: mean, deviation: deviation, epsilon: epsilon)
        let y = try (moments.difference / deviation * r + d) * gamma + beta
        if let movingMean {
            try movingMean.store(movingMean.read() * momentum + mean * (1 - momentum))
        }
        try movingVariance?.store(
            renorm.update(
                mean: mean, deviation: deviation, epsilon: epsilon, layerMomentum: momentum))
        return y
    }

    /// The mean, the difference from it, and the variance.
    private typealias Moments = (mean: Tensor, difference: Tensor, variance: Tensor)

    /// Moments over all steps, or over those that count. The first mean is a constant near the true one, from which small
    /// differences are exact.
    private func moments(
        _ input: Tensor, _ x: Tensor, _ permutation: [Int]
    ) throws -> Moments {
        let axes = Array(0..<(x.rank - 1))
        guard let mask = input.mask else {
            let shift = x.mean(axes: axes).stoppingGradient()
            let shifted = x - shift
            let rest = shifted.mean(axes: axes)
            let difference = shifted - rest
            return (shift + rest, difference, difference.square().mean(axes: axes))
        }
        guard mask.rank == input.rank - 1 else {
            throw KeratinError(
                .shapeMismatch,
                "the mask needs an axis less than the input \(input.shape), it is \(mask.shape)")
        }
        let counts = mask.expandingDimension(at: -1).broadcast(to: input.shape)
            .transposed(permutation)
        // Keras adds its ε, so that a batch without steps gives zeros.
        let count = counts.cast(to: .float32).sum(axes: axes)
        let divisor = count + 1e-7
        let shift = (counts.select(x, Tensor(0)).sum(axes: axes) / divisor).stoppingGradient()
        let shifted = x - shift
        let rest =
            (counts.select(shifted, Tensor(0)).sum(axes: axes) - shift * (divisor - count))
            / divisor
        let difference = shifted - rest
        let counted = counts.select(difference, Tensor(0))
        return (shift + rest, difference, counted.square().sum(axes: axes) / divisor)
    }

    private func update(_ mean: Tensor, _ variance: Tensor) throws {
        for (moving, batch) in [(movingMean, mean), (movingVariance, variance)] {
            guard let moving else { continue }
            try moving.store(try moving.read() * momentum + batch * (1 - momentum))
        }
    }
}

extension BatchNormalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        configuration.ignore("synchronized", "renorm_clipping", "renorm_momentum")
        var renorm: BatchRenormalization?
        if try configuration.boolean("renorm", default: false) {
            renorm = BatchRenormalization(
                clipping: try RenormClipping(from: configuration),
                momentum: try configuration.number("renorm_momentum", default: 0.99))
        }
        self.init(
            axis: try Axes(from: configuration, "axis", default: -1).values.first ?? -1,
            momentum: try configuration.number("momentum", default: 0.99),
            epsilon: try configuration.number("epsilon", default: 0.001), renorm: renorm,
            affine: try ScaleAndOffset(from: configuration),
            movingMeanInitializer: try configuration.object(
                "moving_mean_initializer", default: .zeros),
            movingVarianceInitializer: try configuration.object(
                "moving_variance_initializer", default: .ones),
            name: configuration.name)
    }
}
