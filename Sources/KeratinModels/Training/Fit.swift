import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// Trains the model.
    ///
    /// - Parameters:
    ///   - x: inputs [samples, …].
    ///   - y: labels [samples, …].
    ///   - batchSize: samples a step; the last step of an epoch takes the rest.
    ///   - verbose: 0 silent, 1 a bar (a line an epoch where output is no terminal), 2 a line an epoch.
    ///   - validationSplit: the part of the samples, taken from the end, that is only evaluated.
    ///   - validationData: samples that are only evaluated; overrides `validationSplit`.
    ///   - shuffle: whether samples are reordered each epoch.
    /// - Returns: the metrics of each epoch.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    @discardableResult
    public func fit(
        _ x: NDArray, _ y: NDArray, batchSize: Int = 32, epochs: Int = 1, verbose: Int = 1,
        validationSplit: Double = 0, validationData: (x: NDArray, y: NDArray)? = nil,
        shuffle: Bool = true
    ) throws -> History {
        let session = try compiledSession()
        guard batchSize > 0, epochs >= 0 else {
            throw KeratinError(
                .invalidArgument,
                "batchSize must be positive and epochs ≥ 0, got \(batchSize) and \(epochs)",
                at: name)
        }
        try check(x, y)
        try session.requireWhole(self)
        let (trainCount, validation) = try split(x, y, validationSplit, validationData)
        let backend = try resolvedBackend()
        try session.prepare(self, backend)

        let capacity = min(batchSize, trainCount)
        let inputs = Batches(x, dtype: inputDType, capacity: capacity)
        let labels = Batches(y, dtype: y.dtype, capacity: capacity)
        let steps = (trainCount + batchSize - 1) / batchSize
        var generator = PhiloxGenerator(seed: RandomSeed.next(), stream: 1)
        var order = Array(0..<trainCount)
        var history = History()
        var warned = false
        for epoch in 0..<epochs {
            let start = now()
            if verbose > 0 { Terminal.write("Epoch \(epoch + 1)/\(epochs)\n") }
            var bar = ProgressBar(target: steps, verbose: verbose)
            try session.resetMetrics()
            session.plans.beginRound()
            if shuffle { order.shuffle(using: &generator) }
            for step in 0..<steps {
                let indices = order[(step * batchSize)..<min((step + 1) * batchSize, trainCount)]
                try trainStep(session, backend, inputs, labels, indices)
                if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                    bar.update(step: step + 1, logs: try session.logs())
                }
            }
            var logs = try session.logs()
            if let validation {
                let results = try evaluate(
                    session, backend, validation.x, validation.y, batchSize: batchSize, verbose: 0)
                logs += results.map { ("val_\($0.name)", $0.value) }
            }
            bar.update(step: steps, logs: logs, finalize: true)
            if !warned, logs.contains(where: { $0.name == "loss" && $0.value.isNaN }) {
                warned = true
                warn("the loss became NaN in epoch \(epoch + 1); training goes on")
            }
            history.epoch.append(epoch)
            history.append(logs)
            history.seconds.append(now() - start)
        }
        return history
    }

    private func split(
        _ x: NDArray, _ y: NDArray, _ part: Double, _ data: (x: NDArray, y: NDArray)?
    ) throws -> (count: Int, validation: (x: NDArray, y: NDArray)?) {
        if let data {
            try check(data.x, data.y)
            return (x.count, data)
        }
        guard part != 0 else { return (x.count, nil) }
        let count = Int((Double(x.count) * (1 - part)).rounded(.down))
        guard part > 0, part < 1, count > 0, count < x.count else {
            throw KeratinError(
                .invalidArgument,
                "\(x.count) samples cannot be split into training and validation by \(part)",
                at: name)
        }
        let rest = count..<x.count
        return (count, (x.samples(rest), y.samples(rest)))
    }

    /// Stages a batch and runs one training step.
    private func trainStep(
        _ session: TrainingSession, _ backend: any Backend, _ inputs: Batches, _ labels: Batches,
        _ indices: ArraySlice<Int>
    ) throws {
        let plan = try trainPlan(
            session, backend, inputs.type(indices.count), labels.type(indices.count))
        try plan.write(inputs.gather(indices), toArgument: 0)
        try plan.write(labels.gather(indices), toArgument: 1)
        try session.run(plan)
        session.optimizer.countStep()
    }

    package func trainPlan(
        _ session: TrainingSession, _ backend: any Backend, _ x: TensorType, _ y: TensorType
    ) throws -> Plan {
        try withMemoryAdvice(x.shape[0]) {
            try session.plans.plan(
                PlanCache.Key(mode: .train, types: [x, y]), on: backend
            ) {
                try withBackend(backend) { try session.trainStep(self, x, y) }
            }
        } requirement: { batch in
            var (x, y) = (x, y)
            x.shape[0] = batch
            y.shape[0] = batch
            let function = try withBackend(backend) { try session.trainStep(self, x, y) }
            return try Plan.byteCount(function, on: backend)
        }
    }

    /// Turns a lack of memory into an error that names the largest batch that fits.
    private func withMemoryAdvice<Result>(
        _ batch: Int, _ body: () throws -> Result, requirement: (Int) throws -> Int
    ) throws -> Result {
        do {
            return try body()
        } catch BackendError.outOfMemory(let needed, let available, let largest, _) {
            let total = try requirement(batch)
            var (fits, fails) = (0, batch)
            while fails - fits > 1 {
                let middle = (fits + fails) / 2
                if try requirement(middle) <= available { fits = middle } else { fails = middle }
            }
            let advice =
                fits > 0
                ? "a step of \(batch) samples needs \(total) bytes; the largest batch that fits is \(fits)"
                : "a step of \(batch) samples needs \(total) bytes; not even one sample fits"
            throw BackendError.outOfMemory(
                needed: max(needed, total), available: available, largestAllocation: largest,
                context: advice)
        }
    }

    /// The plan of the training step for batches of this shape, for benchmarks and tests.
    package func trainingStep(_ x: NDArray, _ y: NDArray) throws -> Plan {
        let session = try compiledSession()
        try check(x, y)
        let backend = try resolvedBackend()
        try session.prepare(self, backend)
        let inputs = Batches(x, dtype: inputDType, capacity: 1).type(x.count)
        return try trainPlan(
            session, backend, inputs, Batches(y, dtype: y.dtype, capacity: 1).type(y.count))
    }

    /// One training step on a batch. Metrics go on from earlier batches until `resetMetrics`, as in Keras.
    /// - Returns: the loss and the metrics.
    @discardableResult
    public func trainOnBatch(_ x: NDArray, _ y: NDArray) throws -> [String: Double] {
        let session = try compiledSession()
        try check(x, y)
        try session.requireWhole(self)
        let backend = try resolvedBackend()
        try session.prepare(self, backend)
        session.plans.beginRound()
        let inputs = Batches(x, dtype: inputDType, capacity: x.count)
        let labels = Batches(y, dtype: y.dtype, capacity: x.count)
        try trainStep(session, backend, inputs, labels, ArraySlice(0..<x.count))
        return Dictionary(uniqueKeysWithValues: try session.logs().map { ($0.name, $0.value) })
    }
}
