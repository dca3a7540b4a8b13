import KeratinCore
import KeratinLayers

/// Evaluates with the moving averages of the weights that an optimizer with `useEMA: true` keeps, and trains on with the weights
/// themselves.
public final class SwapEMAWeights: Callback {
    private let swapOnEpoch: Bool
    private var areAveragesInModel = false

    /// - Parameter swapOnEpoch: whether the averages are in the model at the end of each epoch too, so that a `ModelCheckpoint` behind
    ///   this callback saves them.
    public init(swapOnEpoch: Bool = false) { self.swapOnEpoch = swapOnEpoch }

    private func swap(_ areIn: Bool) throws {
        guard areAveragesInModel != areIn else { return }
        try model.swapAverages()
        areAveragesInModel = areIn
    }

    public override func onTrainBegin(logs: Logs) throws { areAveragesInModel = false }

    public override func onEpochBegin(_ epoch: Int, logs: Logs) throws {
        if swapOnEpoch { try swap(false) }
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        guard swapOnEpoch else { return }
        try swap(true)
        // The end of `fit` gives the model the averages: which are in it, not where they were.
        if let epochs = params["epochs"], epoch == epochs - 1 {
            try model.keepAverages()
            areAveragesInModel = false
        }
    }

    public override func onTestBegin(logs: Logs) throws { try swap(true) }
    public override func onTestEnd(logs: Logs) throws { try swap(false) }
    public override func onPredictBegin(logs: Logs) throws { try swap(true) }
    public override func onPredictEnd(logs: Logs) throws { try swap(false) }
}

extension Model {
    private func averaging() throws -> OptimizerState {
        guard let state = training?.optimizer, state.options.useEMA else {
            throw KeratinError(
                .invalidArgument,
                "the optimizer keeps no averages: compile with one that has useEMA: true",
                at: "SwapEMAWeights")
        }
        return state
    }

    /// The weights and their averages change places.
    fileprivate func swapAverages() throws {
        try lock.withLock { try averaging().swapAverages() }
    }

    /// The averages become what the weights are.
    fileprivate func keepAverages() throws {
        try lock.withLock { try averaging().keepWeightsAsAverages() }
    }
}
