import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// Trains the model.
    ///
    /// - Parameters:
    ///   - x: inputs [samples, …]: one array, a list in the order of the model's inputs, or a dictionary by their names.
    ///   - y: labels [samples, …] of each output that has a loss or metrics, likewise.
    ///   - batchSize: samples per step; the last step of an epoch takes the rest.
    ///   - verbose: 0 silent, 1 a bar (a line per epoch where output is no terminal), 2 a line per epoch.
    ///   - validationSplit: the part of the samples, taken from the end, that is only evaluated.
    ///   - validationData: samples that are only evaluated; overrides `validationSplit`.
    ///   - shuffle: whether samples are reordered each epoch.
    ///   - classWeight: what samples of a class count in the loss, by class number; others count 1. For models with one output.
    ///   - classWeights: the same by the names of outputs.
    ///   - sampleWeight: what each sample counts in the loss and in weighted metrics, for all outputs or for each; instead of
    ///     `classWeight`.
    ///   - validationSampleWeight: the same for `validationData`.
    /// - Returns: the metrics of each epoch.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, batchSize: Int = 32, epochs: Int = 1, verbose: Int = 1,
        validationSplit: Double = 0, validationData: (x: Inputs, y: Labels)? = nil,
        shuffle: Bool = true, classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, labels: y, batchSize, epochs, verbose, validationSplit, shuffle,
            try ClassWeight(classWeight, classWeights, at: name), sampleWeight
        ) {
            try validationData.map { try self.arrays($0.x, $0.y, validationSampleWeight, nil) }
        }
    }

    /// Trains the model on samples without labels: its layers add losses, or it overrides `trainStep`.
    ///
    /// - Parameters:
    ///   - x: inputs [samples, …]: one array, a list in the order of the model's inputs, or a dictionary by their names.
    ///   - validationData: samples that are only evaluated; overrides `validationSplit`.
    /// - Returns: the metrics of each epoch.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    @discardableResult
    public func fit<Inputs: ModelArrays>(
        _ x: Inputs, batchSize: Int = 32, epochs: Int = 1, verbose: Int = 1,
        validationSplit: Double = 0, validationData: Inputs? = nil, shuffle: Bool = true
    ) throws -> History {
        try fit(
            x, labels: nil, batchSize, epochs, verbose, validationSplit, shuffle, nil, nil
        ) {
            try validationData.map { try self.arrays($0, nil, nil, nil) }
        }
    }

    private func fit(
        _ x: some ModelArrays, labels: (any ModelArrays)?, _ batchSize: Int, _ epochs: Int,
        _ verbose: Int, _ validationSplit: Double, _ shuffle: Bool, _ classWeight: ClassWeight?,
        _ sampleWeight: (any ModelArrays)?, validation: () throws -> StepParts<NDArray>?
    ) throws -> History {
        guard batchSize > 0, epochs >= 0 else {
            throw KeratinError(
                .invalidArgument,
                "batchSize must be positive and epochs ≥ 0, got \(batchSize) and \(epochs)",
                at: name)
        }
        checkVerbosity(verbose)
        return try trainingLock.withLock {
            let (session, backend, arrays) = try prepare(x, labels, sampleWeight, classWeight)
            var unweighted = arrays
            // The weights of classes are for training alone.
            if classWeight != nil { unweighted.weights = arrays.labels.map { _ in nil } }
            let (trainCount, validation) = try split(unweighted, validationSplit, validation)
            let data = StepData(
                arrays, inputTypes: inputTypes)
            let validationData = validation.map {
                StepData($0, inputTypes: inputTypes)
            }
            return try train(
                session, backend, data, trainCount, validationData, batchSize: batchSize,
                epochs: TrainingLimits.epochs(epochs), verbose: verbose, shuffle: shuffle)
        }
    }

    /// Checks data, builds the model if it is not built, and lays out what training needs.
    func prepare(
        _ x: some ModelArrays, _ y: (any ModelArrays)?, _ sampleWeight: (any ModelArrays)? = nil,
        _ classWeight: ClassWeight? = nil
    ) throws -> (session: TrainingSession, backend: any Backend, arrays: StepParts<NDArray>) {
        try lock.withLock {
            let session = try compiledSession()
            let inputs = try check(x)
            try session.requireWhole(self)
            let backend = try resolvedBackend()
            try session.prepare(self, backend)
            return (session, backend, try arrays(inputs, y, sampleWeight, classWeight))
        }
    }

    /// The epochs.
    private func train(
        _ session: TrainingSession, _ backend: any Backend, _ data: StepData,
        _ trainCount: Int, _ validationData: StepData?, batchSize: Int, epochs: Int,
        verbose: Int, shuffle: Bool
    ) throws -> History {
        lock.withLock { session.plans.beginRound() }
        let steps = TrainingLimits.steps((trainCount - 1) / batchSize + 1)
        var generator = PhiloxGenerator(seed: RandomSeed.next(), stream: 1)
        var order = Array(0..<trainCount)
        var history = History()
        var warned = false
        for epoch in 0..<epochs {
            let start = MonotonicClock.seconds()
            if verbose > 0 { Terminal.write("Epoch \(epoch + 1)/\(epochs)\n") }
            var bar = ProgressBar(target: steps, verbose: verbose)
            try session.resetTotals(self)
            // Once per epoch: it asks every layer.
            let changes = lock.withLock { changeCount }
            if shuffle { order.shuffle(using: &generator) }
            for step in 0..<steps {
                let indices = order[
                    (step * batchSize)..<min(step * batchSize + batchSize, trainCount)]
                try trainStep(session, backend, data, indices, changes)
                if bar.wantsUpdate(step: step + 1), step + 1 < steps {
                    bar.update(step: step + 1, logs: try session.logs(.train))
                }
            }
            var logs = try session.logs(.train)
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
            history.seconds.append(MonotonicClock.seconds() - start)
            try afterEpoch?()
        }
        if epochs > 0 { try lock.withLock { try session.optimizer.finalize() } }
        return history
    }

    /// How many samples are trained on, and which are only evaluated.
    private func split(
        _ arrays: StepParts<NDArray>, _ part: Double,
        _ validationData: () throws -> StepParts<NDArray>?
    ) throws -> (count: Int, validation: StepParts<NDArray>?) {
        let total = arrays.count
        if let data = try validationData() { return (total, data) }
        guard part != 0 else { return (total, nil) }
        let isPart = part > 0 && part < 1
        let count = isPart ? Int((Double(total) * (1 - part)).rounded(.down)) : 0
        guard isPart, count > 0, count < total else {
            throw KeratinError(
                .invalidArgument,
                "\(total) samples cannot be split into training and validation by \(part)",
                at: name)
        }
        return (count, arrays.samples(count..<total))
    }

    /// Stages a batch and runs one training step.
    private func trainStep(
        _ session: TrainingSession, _ backend: any Backend, _ data: StepData,
        _ indices: ArraySlice<Int>, _ changes: Int
    ) throws {
        try lock.withLock {
            let plan = try trainPlan(session, backend, data.types(indices.count), changes)
            try data.write(indices, to: plan)
            try session.run(plan)
        }
    }

    func trainPlan(
        _ session: TrainingSession, _ backend: any Backend, _ types: StepParts<TensorType>,
        _ changes: Int
    ) throws -> Plan {
        try withMemoryAdvice(types.inputs[0].shape[0]) {
            try session.plans.plan(
                PlanCache.Key(mode: .train, types: types), changes: changes, on: backend
            ) {
                try withBackend(backend) { try session.recordTrainStep(self, types) }
            }
        } requirement: { batch in
            let smaller = types.map { type in
                var type = type
                type.shape[0] = batch
                return type
            }
            let function = try withBackend(backend) { try session.recordTrainStep(self, smaller) }
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
    package func trainingStep(_ x: some ModelArrays, _ y: some ModelArrays) throws -> Plan {
        try exclusively {
            let (session, backend, arrays) = try prepare(x, y)
            let data = StepData(arrays, inputTypes: inputTypes)
            return try trainPlan(session, backend, data.types(arrays.count), changeCount)
        }
    }

    /// The training step as it is recorded for batches of this shape, for benchmarks and tests.
    package func recordedTrainingStep(
        _ x: some ModelArrays, _ y: some ModelArrays
    ) throws -> TracedFunction {
        try exclusively {
            let (session, backend, arrays) = try prepare(x, y)
            let data = StepData(arrays, inputTypes: inputTypes)
            return try withBackend(backend) {
                try session.recordTrainStep(self, data.types(arrays.count))
            }
        }
    }

    /// Lets the training step be recorded and compared anew, as a new epoch does.
    package func beginTrainingRound() throws {
        try exclusively { try compiledSession().plans.beginRound() }
    }

    /// One training step on a batch. Metrics go on from earlier batches until `resetMetrics`, as in Keras.
    /// - Returns: the loss and the metrics.
    @discardableResult
    public func trainOnBatch(
        _ x: some ModelArrays, _ y: some ModelArrays, sampleWeight: (any ModelArrays)? = nil,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil
    ) throws -> [String: Double] {
        try exclusively {
            let (session, backend, arrays) = try prepare(
                x, y, sampleWeight, ClassWeight(classWeight, classWeights, at: name))
            let data = StepData(arrays, inputTypes: inputTypes)
            try trainStep(session, backend, data, ArraySlice(0..<arrays.count), changeCount)
            return figures(try session.logs(.train))
        }
    }

    /// The loss and the metrics of one batch, without training. Metrics go on from earlier batches until `resetMetrics`, as in Keras.
    public func testOnBatch(
        _ x: some ModelArrays, _ y: some ModelArrays, sampleWeight: (any ModelArrays)? = nil
    ) throws -> [String: Double] {
        try exclusively {
            let (session, backend, arrays) = try prepare(x, y, sampleWeight)
            let data = StepData(arrays, inputTypes: inputTypes)
            try testStep(session, backend, data, ArraySlice(0..<arrays.count), changeCount)
            return figures(try session.logs(.test))
        }
    }

    func figures(_ logs: [(name: String, value: Double)]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: logs.map { ($0.name, $0.value) })
    }
}
