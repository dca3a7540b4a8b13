import KeratinCore
import KeratinLayers
import KeratinTensor

/// What `fit` was told besides the data.
struct FitOptions {
    var epochs: Int
    var initialEpoch = 0
    var verbose = 1
    var callbacks: [Callback] = []
    var validationSteps: Int?
    var validationFreq: any ValidationFrequency = 1
    /// Whether the task that waits for the run was cancelled, where it runs on a thread of its own.
    var isCancelled: (() -> Bool)?

    /// - Throws: `KeratinError` for numbers out of range.
    func validate(at place: String) throws {
        for (name, value) in [("epochs", epochs), ("initialEpoch", initialEpoch)] where value < 0 {
            throw KeratinError(
                .invalidArgument, "\(name) must be ≥ 0, got \(value)", at: place)
        }
        try validationFreq.validate(at: place)
        if let validationSteps, validationSteps < 1 {
            throw KeratinError(
                .invalidArgument, "validationSteps must be positive, got \(validationSteps)",
                at: place)
        }
        checkVerbosity(verbose)
    }
}

/// One run of `fit`: its epochs, and what goes on from each to the next. Callbacks, the history and the progress bar look on.
package final class FitRun {
    package let model: Model
    package let session: TrainingSession
    let backend: any Backend
    let source: any BatchSource
    private let validation: (any BatchSource)?
    let options: FitOptions
    private let epochs: Range<Int>
    /// How many steps an epoch may take; nil: what the data give.
    private let stepLimit: Int?
    let callbacks: CallbackList
    private let keepers: [any RunKeeper]
    private var hasWarnedOfNaN = false
    /// Where the data and the seeds were before the batch was taken that comes next.
    struct Mark {
        let position: SourcePosition
        let randomSeed: RandomSeed.Snapshot

        init(_ position: SourcePosition, _ randomSeed: RandomSeed.Snapshot) {
            self.position = position
            self.randomSeed = randomSeed
        }
    }
    private(set) var mark: Mark?
    /// What an interrupted run left.
    var resumed: TrainingCheckpoint?

    /// - Parameter validation: samples that are only evaluated, after each epoch.
    init(
        _ model: Model, _ session: TrainingSession, _ backend: any Backend,
        _ source: any BatchSource, validation: (any BatchSource)?, _ options: FitOptions
    ) {
        self.model = model
        self.session = session
        self.backend = backend
        self.source = source
        self.validation = validation
        self.options = options
        let count = TrainingLimits.epochs(max(options.epochs - options.initialEpoch, 0))
        epochs = options.initialEpoch..<(options.initialEpoch + count)
        stepLimit = source.stepLimit()
        var params = ["epochs": epochs.upperBound, "verbose": options.verbose]
        params["steps"] = stepLimit
        callbacks = CallbackList(
            options.callbacks, addHistory: true, addProgbar: options.verbose != 0, model: model,
            params: params)
        keepers = options.callbacks.compactMap { $0 as? any RunKeeper }
    }

    func run() throws -> History {
        model.lock.withLock { session.plans.beginRound() }
        model.stopTraining = false
        let outer = model.run
        model.run = self
        defer {
            model.run = outer
            // However it ended: nobody keeps a file or a lock.
            options.callbacks.letGo()
        }
        var last = Logs(numbers: [])
        try callbacks.onTrainBegin()
        let (first, firstStep) = try resume()
        for epoch in first..<max(first, epochs.upperBound) {
            guard let logs = try self.epoch(epoch, from: epoch == first ? firstStep : 0) else {
                break
            }
            last = logs
            if model.stopTraining || isBrokenOff { break }
        }
        if !epochs.isEmpty { try model.lock.withLock { try session.optimizer.finalize() } }
        // A run that was broken off may go on another time; its end is not this one.
        if !isBrokenOff { try callbacks.onTrainEnd(logs: last) }
        return callbacks.history ?? History()
    }

    /// The epoch and the step to begin with.
    private func resume() throws -> (epoch: Int, step: Int) {
        guard let resumed else { return (epochs.lowerBound, 0) }
        try restore(resumed)
        return (resumed.epoch, resumed.step)
    }

    /// Whether the training ends after the present step, as if it had not come to its end: the task that runs it was cancelled, or who was
    /// asked said so.
    private var isBrokenOff: Bool {
        Task.isCancelled || options.isCancelled?() == true || model.breaksOff?() == true
    }

    /// - Parameter first: the step to begin with.
    /// - Returns: the figures; nil if the epoch was broken off, or had no data.
    private func epoch(_ epoch: Int, from first: Int) throws -> Logs? {
        if first == 0 {
            try model.lock.withLock { try session.resetTotals(model) }
            try source.begin(epoch: epoch)
        }
        try callbacks.onEpochBegin(epoch)
        let trained = try train(epoch, from: first)
        session.settleLogs()
        guard let done = trained else {
            try callbacks.breakOff(Logs(numbers: try session.logs(.train)))
            return nil
        }
        guard done > 0 else {
            try tellOfNoData(epoch)
            return nil
        }
        var figures = try session.logs(.train)
        if validation != nil, options.validationFreq.isDue(epoch) { figures += try validate() }
        warnOfNaN(figures, epoch)
        let logs = Logs(numbers: figures)
        mark = nil
        try callbacks.onEpochEnd(epoch, logs: logs)
        for keeper in keepers { try keeper.afterEpoch(epoch, of: self) }
        return logs
    }

    /// The training steps of an epoch.
    /// - Returns: how many were done; nil if the epoch was broken off.
    private func train(_ epoch: Int, from first: Int) throws -> Int? {
        // Once per epoch: it asks every layer.
        let changes = model.lock.withLock { model.changeCount }
        // As many as nobody has are all.
        let several = min(session.specification.stepsPerExecution, 1 << 40)
        let limit = stepLimit ?? .max
        let isWatched = callbacks.watchesBatches
        var step = first
        var fetched = step < limit ? try source.next() : nil
        while var batch = fetched {
            let end = step + several - 1
            if isWatched { try callbacks.onTrainBatchBegin(step) }
            while true {
                try model.trainStep(session, backend, batch.data, batch.indices, changes)
                // What is wrong with the data from the start is said before more is learnt from it.
                if step == first { try session.plans.status.check() }
                step += 1
                guard step <= end, step < limit, let next = try source.next() else { break }
                batch = next
            }
            if isWatched {
                try callbacks.onTrainBatchEnd(end, logs: session.unreadLogs(.train))
            }
            if isBrokenOff { return nil }
            if model.stopTraining { return step }
            if !keepers.isEmpty { mark = Mark(source.position, RandomSeed.snapshot) }
            fetched = step < limit ? try source.next() : nil
            // Behind the last step the epoch's end is what is kept.
            guard fetched != nil else { break }
            for keeper in keepers { try keeper.afterBatch(step, epoch, of: self) }
        }
        if options.isCancelled?() == true { return nil }
        if let steps = source.steps, step < min(steps, limit), step > 0 {
            warn(
                "the data ended after \(step) of \(steps) steps of epoch \(epoch + 1): the epoch ends there"
            )
        }
        return step
    }

    /// The data had nothing for an epoch.
    private func tellOfNoData(_ epoch: Int) throws {
        guard epoch > epochs.lowerBound else {
            throw KeratinError(.invalidData, "the data gave no batch", at: model.name)
        }
        warn(
            "the data ended: there is nothing for epoch \(epoch + 1) of \(epochs.upperBound), and the training ends"
        )
    }

    /// What the samples that are only evaluated give, under Keras's names.
    private func validate() throws -> [(name: String, value: Double)] {
        guard let validation else { return [] }
        return try model.evaluate(
            session, backend, validation, steps: options.validationSteps, callbacks
        ).map { ("val_\($0.name)", $0.value) }
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

extension BatchSource {
    /// How many steps an epoch may take; nil: what the data give.
    func stepLimit() -> Int? {
        steps.map { TrainingLimits.steps($0) } ?? TrainingLimits.maxStepsPerEpoch
    }
}

/// A callback that keeps the state of runs. It is told when all callbacks have done their part.
package protocol RunKeeper: Callback {
    /// After a whole epoch.
    func afterEpoch(_ epoch: Int, of run: FitRun) throws
    /// After steps of an epoch that has more of them; `step` were done.
    func afterBatch(_ step: Int, _ epoch: Int, of run: FitRun) throws
}
