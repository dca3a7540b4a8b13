/// A callback of closures.
///
/// ```swift
/// LambdaCallback(onEpochEnd: { epoch, logs in print(epoch, logs["loss"] ?? .nan) })
/// ```
public final class LambdaCallback: Callback {
    /// What is done at an epoch or a step, by its number.
    public typealias Hook = (_ number: Int, _ logs: Logs) throws -> Void

    private let epochBegin: Hook?
    private let epochEnd: Hook?
    private let trainBegin: ((Logs) throws -> Void)?
    private let trainEnd: ((Logs) throws -> Void)?
    private let trainBatchBegin: Hook?
    private let trainBatchEnd: Hook?

    /// - Parameters:
    ///   - onEpochBegin: before an epoch, by its number from 0.
    ///   - onEpochEnd: after an epoch, with its figures.
    ///   - onTrainBegin: before the first epoch.
    ///   - onTrainEnd: after the last.
    ///   - onTrainBatchBegin: before a step, by its number in the epoch from 0.
    ///   - onTrainBatchEnd: after a step, with the figures of the epoch so far.
    public init(
        onEpochBegin: Hook? = nil, onEpochEnd: Hook? = nil,
        onTrainBegin: ((_ logs: Logs) throws -> Void)? = nil,
        onTrainEnd: ((_ logs: Logs) throws -> Void)? = nil, onTrainBatchBegin: Hook? = nil,
        onTrainBatchEnd: Hook? = nil
    ) {
        epochBegin = onEpochBegin
        epochEnd = onEpochEnd
        trainBegin = onTrainBegin
        trainEnd = onTrainEnd
        trainBatchBegin = onTrainBatchBegin
        trainBatchEnd = onTrainBatchEnd
    }

    public override func onEpochBegin(_ epoch: Int, logs: Logs) throws {
        try epochBegin?(epoch, logs)
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws { try epochEnd?(epoch, logs) }

    public override func onTrainBegin(logs: Logs) throws { try trainBegin?(logs) }

    public override func onTrainEnd(logs: Logs) throws { try trainEnd?(logs) }

    public override func onTrainBatchBegin(_ batch: Int, logs: Logs) throws {
        try trainBatchBegin?(batch, logs)
    }

    public override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
        try trainBatchEnd?(batch, logs)
    }
}
