import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// The model's result for inputs [samples, …]. Any number of tasks may ask one model at a time; batches are served one
    /// after the other, each with the weights of one moment.
    /// - Throws: `KeratinError` for data that do not fit, and for a model with several outputs (see `predictAll`); `BackendError`
    ///   from the device.
    public func predict(
        _ x: some ModelArrays, batchSize: Int = 32, verbose: Int = 0
    ) throws -> NDArray {
        let results = try predictAll(x, batchSize: batchSize, verbose: verbose)
        guard results.count == 1 else {
            throw KeratinError(
                .invalidArgument, "has \(results.count) outputs: predictAll gives all of them",
                at: name)
        }
        return results[0]
    }

    /// The results of every output, in the model's order, for inputs [samples, …].
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func predictAll(
        _ x: some ModelArrays, batchSize: Int = 32, verbose: Int = 0
    ) throws -> [NDArray] {
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "batchSize must be positive, got \(batchSize)", at: name)
        }
        let (arrays, backend) = try lock.withLock {
            let arrays = try check(x)
            try training?.requireWhole(self)
            predictionPlans.beginRound()
            return (arrays, try resolvedBackend())
        }
        let parts = StepParts(inputs: arrays, labels: [], weights: [])
        let count = parts.count
        let inputs = StepData(parts, inputTypes: inputTypes, capacity: bucket(count, batchSize))
        let steps = (count - 1) / batchSize + 1
        var bar = ProgressBar(target: steps, verbose: verbose)
        var results: [ResultRows] = []
        for step in 0..<steps {
            let samples = (step * batchSize)..<min(step * batchSize + batchSize, count)
            try lock.withLock { try predict(samples, inputs, backend, batchSize, &results) }
            if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                bar.update(step: step + 1, logs: [])
            }
        }
        bar.update(step: steps, logs: [], finalize: true)
        return try results.map { try $0.array() }
    }

    /// The model's result for one batch.
    public func predictOnBatch(_ x: some ModelArrays) throws -> NDArray {
        try predict(x, batchSize: .max)
    }

    /// One batch.
    private func predict(
        _ samples: Range<Int>, _ inputs: StepData, _ backend: any Backend, _ batchSize: Int,
        _ results: inout [ResultRows]
    ) throws {
        let plans = predictionPlans
        func key(_ count: Int) -> PlanCache.Key {
            PlanCache.Key(mode: .predict, types: inputs.types(count))
        }
        func record(_ key: PlanCache.Key) throws -> TracedFunction {
            try withBackend(backend) { try predictStep(self, key.types.inputs) }
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
        let types = (0..<plan.function.resultCount).map { plan.resultType($0) }
        for type in types
        where type.shape.rank == 0 || rows != samples.count && type.shape[0] != rows {
            throw KeratinError(
                .shapeMismatch, "a prediction must have one row per sample, got \(type)",
                at: name)
        }
        try inputs.write(samples, padded: rows, to: plan)
        try plan.run()
        if results.isEmpty { results = types.map { _ in ResultRows() } }
        for (index, type) in types.enumerated() {
            try results[index].append(
                plan, index, rows: rows == samples.count ? type.shape[0] : samples.count)
        }
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

    /// Takes the first rows of one of a plan's results.
    mutating func append(_ plan: Plan, _ index: Int, rows: Int) throws {
        let result = plan.resultType(index)
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
            try plan.read(result: index, into: UnsafeMutableRawBufferPointer(buffer))
            count = result.byteCount
        }
        bytes.removeLast(bytes.count - start - rows * row.byteCount)
    }

    func array() throws -> NDArray {
        try NDArray(bytes: bytes, type ?? TensorType([0]))
    }
}
