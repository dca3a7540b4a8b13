import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// The loss and the metrics over samples, by Keras's names.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func evaluate(
        _ x: NDArray, _ y: NDArray, batchSize: Int = 32, verbose: Int = 1
    ) throws -> [String: Double] {
        let session = try compiledSession()
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "batchSize must be positive, got \(batchSize)", at: name)
        }
        try check(x, y)
        try session.requireWhole(self)
        let backend = try resolvedBackend()
        try session.prepare(self, backend)
        session.plans.beginRound()
        let logs = try evaluate(session, backend, x, y, batchSize: batchSize, verbose: verbose)
        return Dictionary(uniqueKeysWithValues: logs.map { ($0.name, $0.value) })
    }

    func evaluate(
        _ session: TrainingSession, _ backend: any Backend, _ x: NDArray, _ y: NDArray,
        batchSize: Int, verbose: Int
    ) throws -> [(name: String, value: Double)] {
        let capacity = min(batchSize, x.count)
        let inputs = Batches(x, dtype: inputDType, capacity: capacity)
        let labels = Batches(y, dtype: y.dtype, capacity: capacity)
        let order = Array(0..<x.count)
        let steps = (x.count + batchSize - 1) / batchSize
        var bar = ProgressBar(target: steps, verbose: verbose)
        try session.resetMetrics()
        for step in 0..<steps {
            let indices = order[(step * batchSize)..<min((step + 1) * batchSize, x.count)]
            let types = [inputs.type(indices.count), labels.type(indices.count)]
            let plan = try session.plans.plan(
                PlanCache.Key(mode: .test, types: types), on: backend
            ) {
                try withBackend(backend) { try session.testStep(self, types[0], types[1]) }
            }
            try plan.write(inputs.gather(indices), toArgument: 0)
            try plan.write(labels.gather(indices), toArgument: 1)
            try session.run(plan)
            if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                bar.update(step: step + 1, logs: try session.logs())
            }
        }
        let logs = try session.logs()
        bar.update(step: steps, logs: logs, finalize: true)
        return logs
    }
}
