import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// The model's results for inputs [samples, …].
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func predict(_ x: NDArray, batchSize: Int = 32, verbose: Int = 0) throws -> NDArray {
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "batchSize must be positive, got \(batchSize)", at: name)
        }
        try check(x)
        try training?.requireWhole(self)
        let backend = try resolvedBackend()
        let plans = predictionPlans
        plans.beginRound()
        let inputs = Batches(
            x, dtype: inputDType, capacity: min(batchSize, bucket(x.count, batchSize)))
        let order = Array(0..<x.count)
        let steps = (x.count - 1) / batchSize + 1
        var bar = ProgressBar(target: steps, verbose: verbose)
        var values = [Float]()
        var sample: [Int] = []
        for step in 0..<steps {
            let indices = order[(step * batchSize)..<min((step + 1) * batchSize, x.count)]
            // Samples that fill up a batch would leave a trace in what a stateful layer remembers.
            let padded = isStateful ? indices.count : bucket(indices.count, batchSize)
            let type = inputs.type(padded)
            let plan = try plans.plan(
                PlanCache.Key(mode: .predict, types: [type]), on: backend
            ) {
                try withBackend(backend) { try predictStep(self, type) }
            }
            let result = plan.resultType(0)
            guard result.dtype == .float32, result.shape.dimensions.first == padded else {
                throw KeratinError(
                    .shapeMismatch,
                    "a prediction must be float32 with one row a sample, got \(result)",
                    at: name)
            }
            try plan.write(inputs.gather(indices, padded: padded), toArgument: 0)
            try plan.run()
            sample = Array(result.shape.dimensions.dropFirst())
            let rows = try plan.floats(result: 0)
            values += rows.prefix(indices.count * sample.reduce(1, *))
            if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                bar.update(step: step + 1, logs: [])
            }
        }
        bar.update(step: steps, logs: [], finalize: true)
        return try NDArray(values, shape: Shape([x.count] + sample))
    }

    /// Batches of any size share few plans: the next power of two, but no more than a full batch.
    private func bucket(_ count: Int, _ batchSize: Int) -> Int {
        var bucket = 1
        while bucket < count { bucket *= 2 }
        return min(bucket, batchSize)
    }
}
