import KeratinCore
import KeratinTensor

/// Normalises each channel: with the batch's mean and variance in training, and with their moving
/// averages otherwise (Ioffe and Szegedy, 2015; formulas of Keras 3).
///
/// Weights: gamma, beta (trainable), moving_mean, moving_variance. moving ← moving·momentum +
/// batch·(1 − momentum), with the biased variance. A layer that is not trainable uses the moving averages
/// even in training.
public final class BatchNormalization: Layer {
    private let axis: Int
    private let momentum: Double
    private let epsilon: Double
    private let center: Bool
    private let scale: Bool
    private let betaInitializer: Initializer
    private let gammaInitializer: Initializer
    private let movingMeanInitializer: Initializer
    private let movingVarianceInitializer: Initializer
    private var gamma: Variable?
    private var beta: Variable?
    private var movingMean: Variable?
    private var movingVariance: Variable?

    public init(
        axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 0.001, center: Bool = true,
        scale: Bool = true, betaInitializer: Initializer = .zeros,
        gammaInitializer: Initializer = .ones, movingMeanInitializer: Initializer = .zeros,
        movingVarianceInitializer: Initializer = .ones, name: String? = nil
    ) {
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.betaInitializer = betaInitializer
        self.gammaInitializer = gammaInitializer
        self.movingMeanInitializer = movingMeanInitializer
        self.movingVarianceInitializer = movingVarianceInitializer
        super.init(name: name)
    }

    public override func build(inputShape: [Int?]) throws {
        let axis = self.axis < 0 ? self.axis + inputShape.count : self.axis
        guard inputShape.indices.contains(axis), let channels = inputShape[axis] else {
            throw KeratinError(
                .shapeMismatch,
                "axis \(self.axis) needs a known extent, got \(describe(inputShape))")
        }
        let shape: Shape = [channels]
        if scale {
            gamma = try addWeight(name: "gamma", shape: shape, initializer: gammaInitializer)
        }
        if center { beta = try addWeight(name: "beta", shape: shape, initializer: betaInitializer) }
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
        let gamma = try self.gamma?.read() ?? Tensor(repeating: 1, shape: movingMean.shape)
        let beta = try self.beta?.read() ?? Tensor(repeating: 0, shape: movingMean.shape)
        let y: Tensor
        if training && trainable {
            let results = try Tensor.apply(
                KeratinCore.BatchNormalization(epsilon: epsilon), [x, gamma, beta])
            y = results[0]
            try update(movingMean, results[1])
            try update(movingVariance, results[2])
        } else {
            let inverse = try (movingVariance.read() + epsilon).unary(.rsqrt)
            let factor = try inverse * gamma
            let offset = try beta - movingMean.read() * factor
            y = try x * factor + offset
        }
        return try y.transposed(permutation)
    }

    private func update(_ moving: Variable, _ batch: Tensor) throws {
        try moving.assign(try moving.read() * momentum + batch * (1 - momentum))
    }
}
