import KeratinCore
import KeratinLayers
import KeratinTensor

/// Ends the training when a figure got no better for some epochs.
public final class EarlyStopping: Callback {
    private let patience: Int
    private let verbose: Int
    private let baseline: Double?
    private let restoreBestWeights: Bool
    private let startFromEpoch: Int
    private let initial: Monitor
    private var monitor: Monitor
    private var wait = 0
    private var bestWeights: [NDArray]?
    /// The epoch, from 0, after which the training ended; 0 if it was not ended.
    public private(set) var stoppedEpoch = 0
    /// The epoch, from 0, of the best figure.
    public private(set) var bestEpoch = 0

    /// The best figure of the run; nil before there is one.
    public var best: Double? { monitor.best }

    /// - Parameters:
    ///   - monitor: the figure's name.
    ///   - minDelta: what a figure must get better by to count.
    ///   - patience: how many epochs in a row without a better figure end the training.
    ///   - verbose: 1 says when the training ends.
    ///   - mode: whether smaller or greater is better.
    ///   - baseline: the count of epochs begins anew only for figures better than this.
    ///   - restoreBestWeights: whether the weights of the best epoch are taken in the end.
    ///   - startFromEpoch: the first epoch, from 0, that counts.
    public init(
        monitor: String = "val_loss", minDelta: Double = 0, patience: Int = 0, verbose: Int = 0,
        mode: MonitorMode = .auto, baseline: Double? = nil, restoreBestWeights: Bool = false,
        startFromEpoch: Int = 0
    ) {
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restoreBestWeights = restoreBestWeights
        self.startFromEpoch = startFromEpoch
        initial = Monitor(monitor, mode, minDelta: minDelta, owner: "EarlyStopping")
        self.monitor = initial
    }

    /// The figure by position.
    public convenience init(
        _ monitor: String, minDelta: Double = 0, patience: Int = 0, verbose: Int = 0,
        mode: MonitorMode = .auto, baseline: Double? = nil, restoreBestWeights: Bool = false,
        startFromEpoch: Int = 0
    ) {
        self.init(
            monitor: monitor, minDelta: minDelta, patience: patience, verbose: verbose, mode: mode,
            baseline: baseline, restoreBestWeights: restoreBestWeights,
            startFromEpoch: startFromEpoch)
    }

    public override func onTrainBegin(logs: Logs) throws {
        monitor = initial
        wait = 0
        stoppedEpoch = 0
        bestEpoch = 0
        bestWeights = nil
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        try monitor.resolve(model, logs)
        guard let value = logs[monitor.name] else {
            warn(
                "EarlyStopping looks at '\(monitor.name)', which is not there; there are \(logs.keys.joined(separator: ", "))"
            )
            return
        }
        guard epoch >= startFromEpoch else { return }
        if restoreBestWeights, bestWeights == nil {
            bestWeights = try model.getWeights()
            bestEpoch = epoch
        }
        wait += 1
        if monitor.isBetter(value, than: monitor.best) {
            monitor.best = value
            bestEpoch = epoch
            if restoreBestWeights { bestWeights = try model.getWeights() }
            if baseline == nil || monitor.isBetter(value, than: baseline) { wait = 0 }
            return
        }
        if wait >= patience, epoch > 0 {
            stoppedEpoch = epoch
            model.stopTraining = true
        }
    }

    public override func onTrainEnd(logs: Logs) throws {
        if stoppedEpoch > 0, verbose > 0 { print("Epoch \(stoppedEpoch + 1): early stopping") }
        guard restoreBestWeights, let bestWeights else { return }
        if verbose > 0 {
            print(
                "Restoring model weights from the end of the best epoch: \(bestEpoch + 1).")
        }
        try model.setWeights(bestWeights)
    }

    public override func getState() throws -> [String: ConfigValue]? {
        [
            "wait": .integer(wait), "best_epoch": .integer(bestEpoch),
            "best": .bits(monitor.best),
        ]
    }

    public override func setState(_ state: [String: ConfigValue]) throws {
        wait = state["wait"]?.asInteger ?? 0
        bestEpoch = state["best_epoch"]?.asInteger ?? 0
        monitor.best = state["best"]?.bits
    }

    package override func getStateArrays() throws -> [[Float]] {
        try bestWeights?.map { try $0.floats() } ?? []
    }

    package override func setStateArrays(_ arrays: [[Float]]) throws {
        if arrays.isEmpty { return }
        let own = try model.getWeights()
        guard arrays.map(\.count) == own.map(\.shape.count) else {
            throw KeratinError(
                .invalidData, "the best weights that were kept are not the model's",
                at: "EarlyStopping")
        }
        bestWeights = zip(arrays, own).map { NDArray($0, shape: $1.shape) }
    }
}
