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
    ///   - classWeight: what samples of a class count in the loss, by class number; others count 1.
    ///   - sampleWeight: what each sample counts in the loss and in weighted metrics; instead of `classWeight`.
    ///   - validationSampleWeight: the same for `validationData`.
    /// - Returns: the metrics of each epoch.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    @discardableResult
    public func fit(
        _ x: NDArray, _ y: NDArray, batchSize: Int = 32, epochs: Int = 1, verbose: Int = 1,
        validationSplit: Double = 0, validationData: (x: NDArray, y: NDArray)? = nil,
        shuffle: Bool = true, classWeight: [Int: Double]? = nil, sampleWeight: NDArray? = nil,
        validationSampleWeight: NDArray? = nil
    ) throws -> History {
        guard batchSize > 0, epochs >= 0 else {
            throw KeratinError(
                .invalidArgument,
                "batchSize must be positive and epochs ≥ 0, got \(batchSize) and \(epochs)",
                at: name)
        }
        checkVerbosity(verbose)
        return try trainingLock.withLock {
            let (session, backend) = try prepare(x, y)
            let weights = try SampleWeights.resolve(sampleWeight, classWeight, y: y, at: name)
            let (trainCount, validation) = try split(
                x, y, sampleWeight, validationSplit, validationData, validationSampleWeight)
            let data = TrainingData(
                x: x, y: y, weights: weights, inputType: inputType,
                capacity: min(batchSize, trainCount))
            let validationData = validation.map {
                TrainingData(
                    x: $0.x, y: $0.y, weights: $0.weights, inputType: inputType,
                    capacity: min(batchSize, $0.x.count))
            }
            return try train(
                session, backend, data, trainCount, validationData, batchSize: batchSize,
                epochs: epochs, verbose: verbose, shuffle: shuffle)
        }
    }

    /// Checks data, builds the model if it is not built, and lays out what training needs.
    func prepare(
        _ x: NDArray, _ y: NDArray
    ) throws -> (session: TrainingSession, backend: any Backend) {
        try lock.withLock {
            let session = try compiledSession()
            try check(x, y)
            try session.requireWhole(self)
            let backend = try resolvedBackend()
            try session.prepare(self, backend)
            return (session, backend)
        }
    }

    /// The epochs.
    private func train(
        _ session: TrainingSession, _ backend: any Backend, _ data: TrainingData,
        _ trainCount: Int, _ validationData: TrainingData?, batchSize: Int, epochs: Int,
        verbose: Int, shuffle: Bool
    ) throws -> History {
        let steps = (trainCount - 1) / batchSize + 1
        var generator = PhiloxGenerator(seed: RandomSeed.next(), stream: 1)
        var order = Array(0..<trainCount)
        var history = History()
        var warned = false
        for epoch in 0..<epochs {
            let start = now()
            if verbose > 0 { Terminal.write("Epoch \(epoch + 1)/\(epochs)\n") }
            var bar = ProgressBar(target: steps, verbose: verbose)
            try session.totals.reset()
            lock.withLock { session.plans.beginRound() }
            if shuffle { order.shuffle(using: &generator) }
            for step in 0..<steps {
                let indices = order[
                    (step * batchSize)..<min(step * batchSize + batchSize, trainCount)]
                try trainStep(session, backend, data, indices)
                if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                    bar.update(step: step + 1, logs: try session.totals.logs())
                }
            }
            var logs = try session.totals.logs()
            if let validationData {
                let results = try evaluate(
                    session, backend, validationData, batchSize: batchSize, verbose: 0)
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
            try afterEpoch?()
        }
        if epochs > 0 { try lock.withLock { try session.optimizer.finalize() } }
        return history
    }

    private typealias Samples = (x: NDArray, y: NDArray, weights: NDArray?)

    /// How many samples are trained on, and which are only evaluated.
    private func split(
        _ x: NDArray, _ y: NDArray, _ weights: NDArray?, _ part: Double,
        _ data: (x: NDArray, y: NDArray)?, _ dataWeights: NDArray?
    ) throws -> (count: Int, validation: Samples?) {
        if let data {
            try check(data.x, data.y)
            let weights = try SampleWeights.resolve(dataWeights, nil, y: data.y, at: name)
            return (x.count, (data.x, data.y, weights))
        }
        guard part != 0 else { return (x.count, nil) }
        let isPart = part > 0 && part < 1
        let count = isPart ? Int((Double(x.count) * (1 - part)).rounded(.down)) : 0
        guard isPart, count > 0, count < x.count else {
            throw KeratinError(
                .invalidArgument,
                "\(x.count) samples cannot be split into training and validation by \(part)",
                at: name)
        }
        let rest = count..<x.count
        return (count, (x.samples(rest), y.samples(rest), weights?.samples(rest)))
    }

    /// Stages a batch and runs one training step.
    private func trainStep(
        _ session: TrainingSession, _ backend: any Backend, _ data: TrainingData,
        _ indices: ArraySlice<Int>
    ) throws {
        try lock.withLock {
            let plan = try trainPlan(session, backend, data.types(indices.count))
            try data.write(indices, to: plan)
            try session.run(plan)
            session.optimizer.countStep()
        }
    }

    package func trainPlan(
        _ session: TrainingSession, _ backend: any Backend, _ types: [TensorType]
    ) throws -> Plan {
        try withMemoryAdvice(types[0].shape[0]) {
            try session.plans.plan(PlanCache.Key(mode: .train, types: types), on: backend) {
                try withBackend(backend) { try session.trainStep(self, types) }
            }
        } requirement: { batch in
            let smaller = types.map { type in
                var type = type
                type.shape[0] = batch
                return type
            }
            let function = try withBackend(backend) { try session.trainStep(self, smaller) }
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
        try exclusively {
            let (session, backend) = try prepare(x, y)
            let data = TrainingData(x: x, y: y, weights: nil, inputType: inputType, capacity: 1)
            return try trainPlan(session, backend, data.types(x.count))
        }
    }

    /// One training step on a batch. Metrics go on from earlier batches until `resetMetrics`, as in Keras.
    /// - Returns: the loss and the metrics.
    @discardableResult
    public func trainOnBatch(
        _ x: NDArray, _ y: NDArray, sampleWeight: NDArray? = nil, classWeight: [Int: Double]? = nil
    ) throws -> [String: Double] {
        try exclusively {
            let (session, backend) = try prepare(x, y)
            let weights = try SampleWeights.resolve(sampleWeight, classWeight, y: y, at: name)
            session.plans.beginRound()
            let data = TrainingData(
                x: x, y: y, weights: weights, inputType: inputType, capacity: x.count)
            try trainStep(session, backend, data, ArraySlice(0..<x.count))
            return Dictionary(
                uniqueKeysWithValues: try session.totals.logs().map { ($0.name, $0.value) })
        }
    }
}
