import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// The model's results for inputs [samples, …]. Any number of tasks may ask one model at a time; batches are served one
    /// after the other, each with the weights of one moment.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func predict(_ x: NDArray, batchSize: Int = 32, verbose: Int = 0) throws -> NDArray {
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "batchSize must be positive, got \(batchSize)", at: name)
        }
        let backend = try lock.withLock {
            try check(x)
            try training?.requireWhole(self)
            predictionPlans.beginRound()
            return try resolvedBackend()
        }
        let inputs = Batches(
            x, as: inputType, capacity: bucket(x.count, batchSize), at: "x")
        let steps = (x.count - 1) / batchSize + 1
        var bar = ProgressBar(target: steps, verbose: verbose)
        var results = ResultRows()
        for step in 0..<steps {
            let samples = (step * batchSize)..<min(step * batchSize + batchSize, x.count)
            try lock.withLock { try predict(samples, inputs, backend, batchSize, &results) }
            if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                bar.update(step: step + 1, logs: [])
            }
        }
        bar.update(step: steps, logs: [], finalize: true)
        return try results.array()
    }

    /// One batch.
    private func predict(
        _ samples: Range<Int>, _ inputs: Batches, _ backend: any Backend, _ batchSize: Int,
        _ results: inout ResultRows
    ) throws {
        let plans = predictionPlans
        func key(_ count: Int) -> PlanCache.Key {
            PlanCache.Key(mode: .predict, types: [inputs.type(count)])
        }
        func record(_ key: PlanCache.Key) throws -> TracedFunction {
            try withBackend(backend) { try predictStep(self, key.types[0]) }
        }
        var rows = bucket(samples.count, batchSize)
        // Samples that fill up a batch would leave a trace in what a stateful layer remembers.
        if rows != samples.count,
            try isStateful
                || !plans.rowsAreIndependent(key(rows), key(samples.count), record: record)
        {
            rows = samples.count
        }
        let plan = try plans.plan(key(rows), on: backend) { try record(key(rows)) }
        let result = plan.resultType(0)
        guard result.shape.rank > 0, rows == samples.count || result.shape[0] == rows else {
            throw KeratinError(
                .shapeMismatch, "a prediction must have one row per sample, got \(result)",
                at: name)
        }
        try plan.write(inputs.gather(samples, padded: rows), toArgument: 0)
        try plan.run()
        try results.append(plan, rows: rows == samples.count ? result.shape[0] : samples.count)
    }

    /// Batches of any size share few plans: the next power of two, but no more than a full batch.
    private func bucket(_ count: Int, _ batchSize: Int) -> Int {
        var bucket = 1
        while bucket < count && bucket < batchSize { bucket *= 2 }
        return min(bucket, batchSize)
    }
}

/// Rows of the results of batches, one batch after the other.
private struct ResultRows {
    private var bytes: [UInt8] = []
    private var type: TensorType?

    /// Takes the first rows of a plan's result.
    mutating func append(_ plan: Plan, rows: Int) throws {
        let result = plan.resultType(0)
        var row = result
        row.shape[0] = 1
        var joined = type ?? TensorType(Shape([0] + row.shape.dimensions.dropFirst()), row.dtype)
        guard joined.dtype == row.dtype,
            joined.shape.dimensions.dropFirst() == row.shape.dimensions.dropFirst()
        else {
            throw KeratinError(
                .shapeMismatch, "results of batches differ in shape: \(joined) and \(result)")
        }
        joined.shape[0] += rows
        type = joined
        let start = bytes.count
        bytes += try [UInt8](unsafeUninitializedCapacity: result.byteCount) { buffer, count in
            count = 0
            try plan.read(result: 0, into: UnsafeMutableRawBufferPointer(buffer))
            count = result.byteCount
        }
        bytes.removeLast(bytes.count - start - rows * row.byteCount)
    }

    func array() throws -> NDArray {
        try NDArray(bytes: bytes, type ?? TensorType([0]))
    }
}
