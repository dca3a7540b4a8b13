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
        verbose: any Verbosity = 1,
        sampleWeight: (any ModelArrays)? = nil
    ) throws -> Figures {
        try evaluate(x, labels: y, batchSize, verbose.verbosity, sampleWeight)
    }

    /// What the test step reports of samples without labels, for models whose layers add losses or that override `testStep`.
    public func evaluate(
        _ x: some ModelArrays, batchSize: Int = 32, verbose: any Verbosity = 1
    ) throws -> Figures {
        try evaluate(x, labels: nil, batchSize, verbose.verbosity, nil)
    }

    private func evaluate(
        _ x: some ModelArrays, labels: (any ModelArrays)?, _ batchSize: Int, _ verbose: Int,
        _ sampleWeight: (any ModelArrays)?
    ) throws -> Figures {
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "batchSize must be positive, got \(batchSize)", at: name)
        }
        checkVerbosity(verbose)
        return try trainingLock.withLock {
            let (session, backend, arrays) = try prepare(x, labels, sampleWeight)
            lock.withLock { session.plans.beginRound() }
            let data = StepData(arrays, inputTypes: inputTypes)
            let logs = try evaluate(session, backend, data, batchSize: batchSize, verbose: verbose)
            return figures(logs)
        }
    }

    func evaluate(
        _ session: TrainingSession, _ backend: any Backend, _ data: StepData, batchSize: Int,
        verbose: Int
    ) throws -> [(name: String, value: Double)] {
        let order = Array(0..<data.count)
        let steps = TrainingLimits.steps((data.count - 1) / batchSize + 1)
        var bar = ProgressBar(target: steps, verbose: verbose)
        try session.resetTotals(self)
        let changes = lock.withLock { changeCount }
        for step in 0..<steps {
            let indices = order[
                (step * batchSize)..<min(step * batchSize + batchSize, data.count)]
            try testStep(session, backend, data, indices, changes)
            if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                bar.update(step: step + 1, logs: try session.logs(.test))
            }
        }
        let logs = try session.logs(.test)
        bar.update(step: steps, logs: logs, finalize: true)
        return logs
    }

    /// Stages a batch and adds it to the figures.
    func testStep(
        _ session: TrainingSession, _ backend: any Backend, _ data: StepData,
        _ indices: ArraySlice<Int>, _ changes: Int
    ) throws {
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
