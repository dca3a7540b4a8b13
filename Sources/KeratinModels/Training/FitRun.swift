import KeratinCore
import KeratinLayers
import KeratinTensor

/// One run of `fit`: its epochs, and what goes on from each to the next.
final class FitRun {
    private let model: Model
    private let session: TrainingSession
    private let backend: any Backend
    private let data: StepData
    private let validation: StepData?
    private let batchSize: Int
    private let verbose: Int
    private let shuffle: Bool
    /// Steps of an epoch.
    private let steps: Int
    private var generator = PhiloxGenerator(seed: RandomSeed.next(), stream: 1)
    /// The samples to train on, as the present epoch takes them.
    private var order: [Int]
    private var history = History()
    private var hasWarnedOfNaN = false

    /// - Parameters:
    ///   - trainCount: how many samples, from the first on, are trained on.
    ///   - validation: samples that are only evaluated, after each epoch.
    init(
        _ model: Model, _ session: TrainingSession, _ backend: any Backend, _ data: StepData,
        trainCount: Int, validation: StepData?, batchSize: Int, verbose: Int, shuffle: Bool
    ) {
        self.model = model
        self.session = session
        self.backend = backend
        self.data = data
        self.validation = validation
        self.batchSize = batchSize
        self.verbose = verbose
        self.shuffle = shuffle
        steps = TrainingLimits.steps((trainCount - 1) / batchSize + 1)
        order = Array(0..<trainCount)
    }

    func run(_ epochs: EpochRange) throws -> History {
        model.lock.withLock { session.plans.beginRound() }
        for epoch in epochs.first..<max(epochs.first, epochs.end) {
            guard try self.epoch(epoch, of: epochs) else { break }
            try model.afterEpoch?()
            if isToldToStop { break }
        }
        if epochs.end > epochs.first {
            try model.lock.withLock { try session.optimizer.finalize() }
        }
        return history
    }

    /// - Returns: whether it came to its end.
    private func epoch(_ epoch: Int, of epochs: EpochRange) throws -> Bool {
        let start = MonotonicClock.seconds()
        if verbose > 0 { Terminal.write("Epoch \(epoch + 1)/\(epochs.end)\n") }
        var bar = ProgressBar(target: steps, verbose: verbose)
        let done = try train(&bar)
        guard done == steps else {
            bar.update(step: done, logs: try session.logs(.train), finalize: true)
            return false
        }
        let isEvaluated = (epoch + 1) % epochs.validationFreq == 0
        let logs = try session.logs(.train) + (isEvaluated ? validationLogs() : [])
        bar.update(step: steps, logs: logs, finalize: true)
        warnOfNaN(logs, epoch)
        history.epoch.append(epoch)
        history.append(logs)
        history.seconds.append(MonotonicClock.seconds() - start)
        return true
    }

    /// Whether the training ends here: the task that runs it was cancelled, or who was asked said so.
    private var isToldToStop: Bool { Task.isCancelled || model.stopsTraining?() == true }

    /// The training steps of an epoch.
    /// - Returns: how many were done.
    private func train(_ bar: inout ProgressBar) throws -> Int {
        try session.resetTotals(model)
        // Once per epoch: it asks every layer.
        let changes = model.lock.withLock { model.changeCount }
        if shuffle { order.shuffle(using: &generator) }
        for step in 0..<steps {
            let first = step * batchSize
            let samples = order[first..<min(first + batchSize, order.count)]
            try model.trainStep(session, backend, data, samples, changes)
            // What is wrong with the data from the start is said before more is learnt from it.
            if step == 0 { try session.plans.status.check() }
            if isToldToStop { return step + 1 }
            if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                bar.update(step: step + 1, logs: try session.logs(.train))
            }
        }
        return steps
    }

    /// What the samples that are only evaluated give, under Keras's names.
    private func validationLogs() throws -> [(name: String, value: Double)] {
        guard let validation else { return [] }
        return try model.evaluate(session, backend, validation, batchSize: batchSize, verbose: 0)
            .map { ("val_\($0.name)", $0.value) }
    }

    /// Says it once.
    private func warnOfNaN(_ logs: [(name: String, value: Double)], _ epoch: Int) {
        guard !hasWarnedOfNaN, logs.contains(where: { $0.name == "loss" && $0.value.isNaN }) else {
            return
        }
        hasWarnedOfNaN = true
        warn("the loss became NaN in epoch \(epoch + 1); training goes on")
    }
}
