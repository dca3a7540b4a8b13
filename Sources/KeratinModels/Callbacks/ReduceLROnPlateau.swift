import KeratinCore
import KeratinLayers

/// Makes the learning rate smaller when a figure got no better for some epochs.
public final class ReduceLROnPlateau: Callback {
    private let factor: Double
    private let patience: Int
    private let verbose: Int
    private let cooldown: Int
    private let minLR: Double
    private let initial: Monitor
    private var monitor: Monitor
    private var cooldownCounter = 0
    private var wait = 0

    /// - Parameters:
    ///   - monitor: the figure's name.
    ///   - factor: what the rate is multiplied by, less than 1.
    ///   - patience: after how many epochs in a row without a better figure.
    ///   - verbose: 1 says each change.
    ///   - mode: whether smaller or greater is better.
    ///   - minDelta: what a figure must get better by to count.
    ///   - cooldown: for how many epochs after a change none is counted.
    ///   - minLR: the smallest rate.
    public init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, verbose: Int = 0,
        mode: MonitorMode = .auto, minDelta: Double = 1e-4, cooldown: Int = 0, minLR: Double = 0
    ) {
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.minLR = minLR
        initial = Monitor(monitor, mode, minDelta: minDelta, owner: "ReduceLROnPlateau")
        self.monitor = initial
    }

    /// The figure by position.
    public convenience init(
        _ monitor: String, factor: Double = 0.1, patience: Int = 10, verbose: Int = 0,
        mode: MonitorMode = .auto, minDelta: Double = 1e-4, cooldown: Int = 0, minLR: Double = 0
    ) {
        self.init(
            monitor: monitor, factor: factor, patience: patience, verbose: verbose, mode: mode,
            minDelta: minDelta, cooldown: cooldown, minLR: minLR)
    }

    public override func onTrainBegin(logs: Logs) throws {
        guard factor < 1, factor >= 0 else {
            throw KeratinError(
                .invalidArgument, "the factor must be ≥ 0 and less than 1, got \(factor)",
                at: "ReduceLROnPlateau")
        }
        monitor = initial
        cooldownCounter = 0
        wait = 0
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        try monitor.resolve(model, logs)
        logs["learning_rate"] = model.learningRate
        guard let value = logs[monitor.name] else {
            warn(
                "ReduceLROnPlateau looks at '\(monitor.name)', which is not there; there are \(logs.keys.joined(separator: ", "))"
            )
            return
        }
        if cooldownCounter > 0 {
            cooldownCounter -= 1
            wait = 0
        }
        if monitor.isBetter(value, than: monitor.best) {
            monitor.best = value
            wait = 0
        } else if cooldownCounter == 0 {
            wait += 1
            if wait >= patience { try reduce(epoch) }
        }
    }

    private func reduce(_ epoch: Int) throws {
        let old = try model.constantLearningRate(for: "ReduceLROnPlateau")
        guard Float(old) > Float(minLR) else { return }
        let new = max(old * factor, minLR)
        model.learningRate = new
        if verbose > 0 {
            print(
                "\nEpoch \(epoch + 1): ReduceLROnPlateau reducing learning rate to \(new).")
        }
        cooldownCounter = cooldown
        wait = 0
    }

    public override func getState() throws -> [String: ConfigValue]? {
        [
            "wait": .integer(wait), "cooldown_counter": .integer(cooldownCounter),
            "best": .bits(monitor.best),
        ]
    }

    public override func setState(_ state: [String: ConfigValue]) throws {
        wait = state["wait"]?.asInteger ?? 0
        cooldownCounter = state["cooldown_counter"]?.asInteger ?? 0
        monitor.best = state["best"]?.bits
    }
}

extension Model {
    /// The learning rate that a callback is about to change.
    /// - Throws: `KeratinError` if it follows a schedule, which a number would replace, or there is none.
    func constantLearningRate(for callback: String) throws -> Double {
        guard let optimizer, let rate = learningRate else {
            throw KeratinError(
                .invalidState, "the model '\(name)' is not compiled with an optimizer", at: callback
            )
        }
        guard optimizer.learningRate.constant != nil else {
            throw KeratinError(
                .invalidArgument,
                "the learning rate of '\(optimizer.name)' follows a schedule and cannot be set as well",
                at: callback)
        }
        return rate
    }
}
