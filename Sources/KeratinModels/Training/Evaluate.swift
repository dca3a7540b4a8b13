import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// The loss and the metrics over samples, by Keras's names and in its order: `figures["loss"]`, `figures[0]`.
    ///
    /// - Parameter sampleWeight: what each sample counts in the loss and in weighted metrics: one number per sample, or more
    ///   for the leading axes of the loss.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func evaluate(
        _ x: some ModelArrays, _ y: some ModelArrays, batchSize: Int = 32,
        verbose: any Verbosity = 1, sampleWeight: (any ModelArrays)? = nil, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> Figures {
        try evaluate(
            x, labels: y, batchSize, verbose.verbosity, sampleWeight, steps, callbacks)
    }

    /// What the test step reports of samples without labels, for models whose layers add losses or that override `testStep`.
    public func evaluate(
        _ x: some ModelArrays, batchSize: Int = 32, verbose: any Verbosity = 1, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> Figures {
        try evaluate(x, labels: nil, batchSize, verbose.verbosity, nil, steps, callbacks)
    }

    private func evaluate(
        _ x: some ModelArrays, labels: (any ModelArrays)?, _ batchSize: Int, _ verbose: Int,
        _ sampleWeight: (any ModelArrays)?, _ steps: Int?, _ callbacks: [Callback]
    ) throws -> Figures {
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "batchSize must be positive, got \(batchSize)", at: name)
        }
        return try trainingLock.withLock {
            let (session, backend, arrays) = try prepare(x, labels, sampleWeight)
            let source = ArrayBatches(
                StepData(arrays, inputTypes: inputTypes), count: arrays.count,
                batchSize: batchSize, shuffle: false)
            return try evaluate(session, backend, source, steps, verbose, callbacks)
        }
    }

    /// An evaluation of its own, not within `fit`.
    func evaluate(
        _ session: TrainingSession, _ backend: any Backend, _ source: any BatchSource,
        _ steps: Int?, _ verbose: Int, _ callbacks: [Callback]
    ) throws -> Figures {
        if let steps, steps < 1 {
            throw KeratinError(.invalidArgument, "steps must be positive, got \(steps)", at: name)
        }
        checkVerbosity(verbose)
        lock.withLock { session.plans.beginRound() }
        var params = ["verbose": verbose]
        params["steps"] = source.steps.map { min($0, steps ?? $0) } ?? steps
        let list = CallbackList(
            callbacks, addProgbar: verbose != 0, model: self, params: params)
        return figures(try evaluate(session, backend, source, steps: steps, list))
    }

    /// - Parameter steps: the most steps; nil: all that the data give.
    func evaluate(
        _ session: TrainingSession, _ backend: any Backend, _ source: any BatchSource,
        steps: Int?, _ callbacks: CallbackList
    ) throws -> [(name: String, value: Double)] {
        stopEvaluating = false
        try lock.withLock { try session.resetTotals(self) }
        try source.begin(epoch: 0)
        try callbacks.onTestBegin()
        let changes = lock.withLock { changeCount }
        // As many as nobody has are all.
        let several = min(session.specification.stepsPerExecution, 1 << 40)
        let isWatched = callbacks.watchesBatches
        let limit = min(source.stepLimit() ?? .max, steps ?? .max)
        var step = 0
        while step < limit, !stopEvaluating, var batch = try source.next() {
            let end = step + several - 1
            if isWatched { try callbacks.onTestBatchBegin(step) }
            while true {
                try testStep(session, backend, batch.data, batch.indices, changes)
                step += 1
                guard step <= end, step < limit, let next = try source.next() else { break }
                batch = next
            }
            if isWatched {
                try callbacks.onTestBatchEnd(end, logs: session.unreadLogs(.test))
            }
        }
        session.settleLogs()
        guard step > 0 else {
            throw KeratinError(.invalidData, "the data gave no batch", at: name)
        }
        let figures = try session.logs(.test)
        try callbacks.onTestEnd(logs: Logs(numbers: figures))
        return figures
    }

    /// Stages a batch and adds it to the figures.
    func testStep(
        _ session: TrainingSession, _ backend: any Backend, _ data: StepData,
        _ indices: ArraySlice<Int>, _ changes: Int
    ) throws {
        session.settleLogs()
        try lock.withLock {
            let types = data.types(indices.count)
            let reader = session.reader(data, indices, training: false, on: backend)
            let plan = try session.plans.plan(
                PlanCache.Key(mode: .test, types: types), changes: changes, on: backend
            ) {
                try withBackend(backend) {
                    try session.recordTestStep(self, types, reader)
                }
            }
            try data.write(indices, to: plan)
            try session.run(plan, training: false)
        }
    }
}
