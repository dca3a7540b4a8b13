import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// Decides how the model is trained. Training starts anew: the optimizer keeps nothing of earlier steps.
    ///
    /// - Parameters:
    ///   - metrics: figures in which every sample counts once.
    ///   - weightedMetrics: figures in which samples count as their weights say.
    /// - Throws: `KeratinError` for an unknown optimizer, loss or metric; it suggests the nearest name.
    public func compile(
        optimizer: Optimizer = .rmsprop(), loss: Loss, metrics: [Metric] = [],
        weightedMetrics: [Metric] = []
    ) throws {
        try exclusively {
            training = try TrainingSession(
                optimizer: optimizer, loss: loss, metrics: metrics,
                weightedMetrics: weightedMetrics
            ) { [unowned self] in try self.resolvedBackend() }
        }
    }

    /// The optimizer in use; its learning rate may be changed between steps.
    public var optimizer: Optimizer? { lock.withLock { training?.optimizer.optimizer } }

    /// The learning rate of the next step; changing it needs no new compilation. A number replaces a schedule.
    public var learningRate: Double? {
        get { lock.withLock { training?.optimizer.learningRate } }
        set {
            guard let newValue else { return }
            // A number is warned of, never refused.
            try? LearningRate(newValue).validate()
            lock.withLock { training?.optimizer.learningRate = newValue }
        }
    }

    /// Sets the totals of the loss and the metrics to zero.
    public func resetMetrics() throws { try exclusively { try training?.totals.reset() } }

    package func compiledSession() throws -> TrainingSession {
        guard let training else {
            throw KeratinError(.invalidState, "is not compiled: call compile first", at: name)
        }
        return training
    }

    /// Checks data against the model, building it if it is not built.
    package func check(_ x: NDArray, _ y: NDArray? = nil) throws {
        guard x.shape.rank >= 1, x.count > 0 else {
            throw KeratinError(.invalidData, "x is empty: \(x.shape)", at: name)
        }
        if let y, y.shape.rank < 1 || y.count != x.count {
            throw KeratinError(
                .shapeMismatch, "x has \(x.count) samples, y has \(y.shape.rank < 1 ? 0 : y.count)",
                at: name)
        }
        if !isBuilt { try build(inputShape: [nil] + x.shape.dimensions.dropFirst().map { $0 }) }
        guard let expected = inputShape else { return }
        let fits =
            expected.count == x.shape.rank
            && zip(expected, x.shape.dimensions).dropFirst().allSatisfy { $0 == nil || $0 == $1 }
        guard fits else {
            throw KeratinError(
                .shapeMismatch, "expects inputs of shape \(describe(expected)), got \(x.shape)",
                at: name)
        }
        try check(data: x)
    }
}
