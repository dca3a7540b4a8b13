import KeratinCore

/// Several callbacks that are told the same, one after the other: what `fit` has, and what a training loop of one's own may have.
///
/// ```swift
/// let callbacks = CallbackList([EarlyStopping()], addHistory: true, model: model, params: ["epochs": 10])
/// try callbacks.onTrainBegin()
/// ```
public final class CallbackList {
    /// In the order in which they are told.
    public let callbacks: [Callback]
    private let recorder: HistoryRecorder?

    /// - Parameters:
    ///   - addHistory: whether figures are kept for `history`.
    ///   - addProgbar: whether a progress bar is shown, unless a `ProgbarLogger` is among the callbacks.
    ///   - model: what they are told as their model; nil: nothing.
    ///   - params: `epochs`, `steps`, `verbose`.
    public init(
        _ callbacks: [Callback] = [], addHistory: Bool = false, addProgbar: Bool = false,
        model: Model? = nil, params: [String: Int] = [:]
    ) {
        let recorder = addHistory ? HistoryRecorder() : nil
        self.recorder = recorder
        var all = callbacks
        if let recorder { all.append(recorder) }
        if addProgbar, !callbacks.contains(where: { $0 is ProgbarLogger }) {
            all.append(ProgbarLogger())
        }
        self.callbacks = all
        for callback in all {
            if let model { callback.setModel(model) }
            callback.setParams(params)
        }
    }

    /// Whether anybody may want to know of batches: without, nothing is made for their hooks.
    var watchesBatches: Bool { callbacks.count > (recorder == nil ? 0 : 1) }

    /// The figures of the epochs so far; nil without `addHistory`.
    public internal(set) var history: History? {
        get { recorder?.history }
        set { if let newValue { recorder?.history = newValue } }
    }

    /// Tells each callback. What could not be read of the logs ends the run.
    private func tell(_ logs: Logs, _ hook: (Callback) throws -> Void) throws {
        for callback in callbacks {
            try hook(callback)
            try logs.check()
        }
    }

    /// An epoch was broken off: what is shown of it ends.
    func breakOff(_ logs: Logs) throws {
        for case let bar as ProgbarLogger in callbacks { bar.breakOff(logs) }
        try logs.check()
    }

    /// Before the first epoch.
    public func onTrainBegin(logs: Logs = [:]) throws {
        try tell(logs) { try $0.onTrainBegin(logs: logs) }
    }

    /// After the last epoch.
    public func onTrainEnd(logs: Logs = [:]) throws {
        defer { callbacks.letGo() }
        try tell(logs) { try $0.onTrainEnd(logs: logs) }
    }

    /// Before an epoch.
    public func onEpochBegin(_ epoch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onEpochBegin(epoch, logs: logs) }
    }

    /// After an epoch and its validation.
    public func onEpochEnd(_ epoch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onEpochEnd(epoch, logs: logs) }
    }

    /// Before a step of training.
    public func onTrainBatchBegin(_ batch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onTrainBatchBegin(batch, logs: logs) }
    }

    /// After a step of training.
    public func onTrainBatchEnd(_ batch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onTrainBatchEnd(batch, logs: logs) }
    }

    /// Before an evaluation.
    public func onTestBegin(logs: Logs = [:]) throws {
        try tell(logs) { try $0.onTestBegin(logs: logs) }
    }

    /// After an evaluation.
    public func onTestEnd(logs: Logs = [:]) throws {
        try tell(logs) { try $0.onTestEnd(logs: logs) }
    }

    /// Before a step of an evaluation.
    public func onTestBatchBegin(_ batch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onTestBatchBegin(batch, logs: logs) }
    }

    /// After a step of an evaluation.
    public func onTestBatchEnd(_ batch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onTestBatchEnd(batch, logs: logs) }
    }

    /// Before a prediction.
    public func onPredictBegin(logs: Logs = [:]) throws {
        try tell(logs) { try $0.onPredictBegin(logs: logs) }
    }

    /// After a prediction.
    public func onPredictEnd(logs: Logs = [:]) throws {
        try tell(logs) { try $0.onPredictEnd(logs: logs) }
    }

    /// Before a batch of a prediction.
    public func onPredictBatchBegin(_ batch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onPredictBatchBegin(batch, logs: logs) }
    }

    /// After a batch of a prediction.
    public func onPredictBatchEnd(_ batch: Int, logs: Logs = [:]) throws {
        try tell(logs) { try $0.onPredictBatchEnd(batch, logs: logs) }
    }
}

/// Keeps the figures of each epoch.
final class HistoryRecorder: Callback {
    var history = History()
    private var start = MonotonicClock.seconds()

    override func onTrainBegin(logs: Logs) throws { history = History() }

    override func onEpochBegin(_ epoch: Int, logs: Logs) throws { start = MonotonicClock.seconds() }

    override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        history.epoch.append(epoch)
        history.append(logs.figures)
        history.seconds.append(MonotonicClock.seconds() - start)
    }
}
