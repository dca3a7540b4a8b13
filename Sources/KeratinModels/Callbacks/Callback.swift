import KeratinCore
import KeratinLayers
import KeratinTensor

/// What is told of the course of a training, an evaluation or a prediction: a class of your own overrides what it wants to know.
///
/// ```swift
/// final class Beep: Callback {
///     override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
///         if let loss = logs["val_loss"], loss < 0.01 { model.stopTraining = true }
///     }
/// }
/// try model.fit(x, y, epochs: 50, callbacks: [Beep(), EarlyStopping(patience: 3)])
/// ```
///
/// Callbacks are told in the order in which they stand, on the thread that trains. They may read and set weights, evaluate, predict and
/// save; the step that follows sees what they changed. An error that one throws ends the run, and `fit` throws it.
open class Callback {
    private var target: Model?

    /// A callback that does nothing.
    public init() {}

    /// The model that is trained. Before a run it is an empty one that does nothing.
    public var model: Model {
        if let target { return target }
        let none = Model(name: "model_of_no_run")
        target = none
        return none
    }

    /// What the run was told: `epochs`, `steps` (of an epoch, where they are known) and `verbose`.
    public private(set) var params: [String: Int] = [:]

    /// Takes the model before the run begins.
    open func setModel(_ model: Model) { target = model }

    /// Takes what the run was told before it begins.
    open func setParams(_ params: [String: Int]) { self.params = params }

    // MARK: Training

    /// Before the first epoch.
    open func onTrainBegin(logs: Logs) throws {}

    /// After the last epoch.
    /// - Parameter logs: the figures of the last epoch.
    open func onTrainEnd(logs: Logs) throws {}

    /// Before an epoch.
    /// - Parameter epoch: its number, from 0.
    open func onEpochBegin(_ epoch: Int, logs: Logs) throws {}

    /// After an epoch and its validation.
    /// - Parameters:
    ///   - epoch: its number, from 0.
    ///   - logs: the loss and the metrics, those of the validation with `val_` before their names. What is added here stands in the history.
    open func onEpochEnd(_ epoch: Int, logs: Logs) throws {}

    /// Before a step of training. It calls `onBatchBegin`.
    /// - Parameter batch: the step's number in its epoch, from 0.
    open func onTrainBatchBegin(_ batch: Int, logs: Logs) throws {
        try onBatchBegin(batch, logs: logs)
    }

    /// After a step of training. It calls `onBatchEnd`.
    /// - Parameters:
    ///   - batch: the step's number in its epoch, from 0.
    ///   - logs: the loss and the metrics of the epoch so far. Reading them waits for the device.
    open func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
        try onBatchEnd(batch, logs: logs)
    }

    /// The same as `onTrainBatchBegin`, by its older name.
    open func onBatchBegin(_ batch: Int, logs: Logs) throws {}

    /// The same as `onTrainBatchEnd`, by its older name.
    open func onBatchEnd(_ batch: Int, logs: Logs) throws {}

    // MARK: Evaluation

    /// Before an evaluation, that of an epoch's validation too.
    open func onTestBegin(logs: Logs) throws {}

    /// After an evaluation.
    /// - Parameter logs: the loss and the metrics.
    open func onTestEnd(logs: Logs) throws {}

    /// Before a step of an evaluation.
    open func onTestBatchBegin(_ batch: Int, logs: Logs) throws {}

    /// After a step of an evaluation.
    /// - Parameter logs: the loss and the metrics so far. Reading them waits for the device.
    open func onTestBatchEnd(_ batch: Int, logs: Logs) throws {}

    // MARK: Prediction

    /// Before a prediction.
    open func onPredictBegin(logs: Logs) throws {}

    /// After a prediction.
    open func onPredictEnd(logs: Logs) throws {}

    /// Before a batch of a prediction.
    open func onPredictBatchBegin(_ batch: Int, logs: Logs) throws {}

    /// After a batch of a prediction.
    /// - Parameter logs: `outputs` are the batch's results.
    open func onPredictBatchEnd(_ batch: Int, logs: Logs) throws {}

    // MARK: Going on after an interruption

    /// What the callback must remember so that a run that was cut off goes on as if it had not been, as `BackupAndRestore` keeps it: counters,
    /// the best figure so far. nil: nothing.
    open func getState() throws -> [String: ConfigValue]? { nil }

    /// Takes what `getState` gave. It comes after `onTrainBegin`.
    /// - Throws: an error if the values are not its own.
    open func setState(_ state: [String: ConfigValue]) throws {}

    /// What it must remember that is too large for `getState`: weights.
    package func getStateArrays() throws -> [[Float]] { [] }

    /// Takes what `getStateArrays` gave, behind `setState`.
    package func setStateArrays(_ arrays: [[Float]]) throws {}
}
