import KeratinCore
import KeratinLayers
import KeratinTensor

// Batches from anything that gives them: a `Dataset`, an array of batches, a generator, any `Sequence` of tensors or tuples of them.

extension Model {
    /// Trains the model on batches of inputs and labels, as they come.
    ///
    /// Each epoch walks over the sequence anew. With `stepsPerEpoch` an epoch has so many steps, and the next one goes on behind them; at
    /// the end of the sequence it is walked over again. A sequence that can be walked over once, such as a generator
    /// (`AnyIterator`), ends the training when it ends. An element that carries an error (`Dataset` gives such) ends `fit` with it.
    ///
    /// ```swift
    /// try model.fit(Dataset(x, y).shuffled().batched(64), epochs: 3)
    /// ```
    ///
    /// - Parameters:
    ///   - batches: pairs of inputs and labels, [samples, …] each; of models with several inputs or outputs lists, or dictionaries by name.
    ///   - stepsPerEpoch: steps of an epoch; nil: one walk over the sequence.
    ///   - callbacks: who is told of the course of the training, in their order.
    ///   - validationData: batches that are only evaluated.
    ///   - classWeight: what samples of a class count in the loss, by class number.
    ///   - validationSteps: the most steps of a validation.
    ///   - validationFreq: after every how many epochs there is a validation, or after which (counted from 1).
    /// - Returns: the metrics of each epoch.
    /// - Throws: `KeratinError` for batches that do not fit, and a sequence that gives none; `BackendError` from the device.
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels)>, epochs: Int = 1, stepsPerEpoch: Int? = nil,
        verbose: any Verbosity = 1, callbacks: [Callback] = [],
        validationData: (any Sequence<(Inputs, Labels)>)? = nil, validationSteps: Int? = nil,
        validationFreq: any ValidationFrequency = 1, classWeight: [Int: Double]? = nil,
        initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            try labelled(batches, classWeight, stepsPerEpoch),
            try validationData.map { try labelled($0, nil, nil) },
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, verbose: verbose.verbosity,
                callbacks: callbacks, validationSteps: validationSteps,
                validationFreq: validationFreq))
    }

    /// Batches with arrays that are only evaluated.
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels)>, epochs: Int = 1, stepsPerEpoch: Int? = nil,
        verbose: any Verbosity = 1, callbacks: [Callback] = [],
        validationData: (x: Inputs, y: Labels), validationBatchSize: Int = 32,
        validationFreq: any ValidationFrequency = 1, classWeight: [Int: Double]? = nil,
        initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            try labelled(batches, classWeight, stepsPerEpoch),
            try validationSource(validationData, batchSize: validationBatchSize),
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, verbose: verbose.verbosity,
                callbacks: callbacks, validationFreq: validationFreq))
    }

    /// Batches of inputs, labels and what each sample counts.
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels, Tensor)>, epochs: Int = 1,
        stepsPerEpoch: Int? = nil, verbose: any Verbosity = 1, callbacks: [Callback] = [],
        validationData: (any Sequence<(Inputs, Labels, Tensor)>)? = nil,
        validationSteps: Int? = nil, validationFreq: any ValidationFrequency = 1,
        initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            try weighted(batches, stepsPerEpoch),
            try validationData.map { try weighted($0, nil) },
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, verbose: verbose.verbosity,
                callbacks: callbacks, validationSteps: validationSteps,
                validationFreq: validationFreq))
    }

    /// Batches without labels, for models whose layers add losses or that override `trainStep`.
    @_disfavoredOverload
    @discardableResult
    public func fit(
        _ batches: some Sequence<Tensor>, epochs: Int = 1, stepsPerEpoch: Int? = nil,
        verbose: any Verbosity = 1, callbacks: [Callback] = [],
        validationData: (any Sequence<Tensor>)? = nil, validationSteps: Int? = nil,
        validationFreq: any ValidationFrequency = 1, initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            try unlabelled(batches, stepsPerEpoch),
            try validationData.map { try unlabelled($0, nil) },
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, verbose: verbose.verbosity,
                callbacks: callbacks, validationSteps: validationSteps,
                validationFreq: validationFreq))
    }

    /// The same, with the steps of an epoch before the epochs.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels)>, stepsPerEpoch: Int, epochs: Int,
        verbose: any Verbosity = 1, callbacks: [Callback] = [],
        validationData: (any Sequence<(Inputs, Labels)>)? = nil, validationSteps: Int? = nil,
        validationFreq: any ValidationFrequency = 1, classWeight: [Int: Double]? = nil,
        initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            batches, epochs: epochs, stepsPerEpoch: stepsPerEpoch, verbose: verbose,
            callbacks: callbacks, validationData: validationData, validationSteps: validationSteps,
            validationFreq: validationFreq, classWeight: classWeight, initialEpoch: initialEpoch)
    }

    /// The same, with the validation before the callbacks.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels)>, epochs: Int = 1, stepsPerEpoch: Int? = nil,
        validationData: (any Sequence<(Inputs, Labels)>)? = nil, validationSteps: Int? = nil,
        callbacks: [Callback] = [], verbose: any Verbosity = 1, classWeight: [Int: Double]? = nil,
        initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            batches, epochs: epochs, stepsPerEpoch: stepsPerEpoch, verbose: verbose,
            callbacks: callbacks, validationData: validationData, validationSteps: validationSteps,
            classWeight: classWeight, initialEpoch: initialEpoch)
    }

    /// The same, with the validation before the epochs.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels)>,
        validationData: any Sequence<(Inputs, Labels)>, epochs: Int, verbose: any Verbosity = 1,
        callbacks: [Callback] = []
    ) throws -> History {
        try fit(
            batches, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationData: validationData)
    }

    /// The loss and the metrics over batches of inputs and labels.
    /// - Parameter steps: the most steps; nil: all that the sequence gives.
    /// - Throws: `KeratinError` for batches that do not fit, and a sequence that gives none; `BackendError` from the device.
    public func evaluate<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels)>, verbose: any Verbosity = 1, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> Figures {
        try evaluate(try labelled(batches, nil, nil), verbose.verbosity, steps, callbacks)
    }

    /// The loss and the metrics over batches of inputs, labels and what each sample counts.
    public func evaluate<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels, Tensor)>, verbose: any Verbosity = 1,
        steps: Int? = nil, callbacks: [Callback] = []
    ) throws -> Figures {
        try evaluate(try weighted(batches, nil), verbose.verbosity, steps, callbacks)
    }

    /// The results for batches of inputs, one behind the other: one array for each output, in the model's order.
    /// - Parameter steps: the most batches; nil: all that the sequence gives.
    @_disfavoredOverload
    public func predict(
        _ batches: some Sequence<Tensor>, verbose: any Verbosity = 0, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> Tensor {
        try predictBatches(batches.lazy.map { $0 }, verbose, steps, callbacks)
    }

    /// The results for the inputs of batches that have labels as well.
    public func predict<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: some Sequence<(Inputs, Labels)>, verbose: any Verbosity = 0, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> Tensor {
        try predictBatches(batches.lazy.map { $0.0 }, verbose, steps, callbacks)
    }
}

/// Makes the source of a run's batches, once the model is locked and prepared.
typealias SourceMaker = () throws -> any BatchSource

extension Model {
    private func labelled<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: any Sequence<(Inputs, Labels)>, _ classWeight: [Int: Double]?, _ steps: Int?
    ) throws -> SourceMaker {
        let weight = try ClassWeight(classWeight, nil, at: name)
        return source(batches, steps) { [unowned self] in
            try batch($0.0, $0.1, nil, weight, isFirst: $1)
        }
    }

    private func weighted<Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: any Sequence<(Inputs, Labels, Tensor)>, _ steps: Int?
    ) throws -> SourceMaker {
        source(batches, steps) { [unowned self] in try batch($0.0, $0.1, $0.2, nil, isFirst: $1) }
    }

    private func unlabelled(
        _ batches: any Sequence<Tensor>, _ steps: Int?
    ) throws -> SourceMaker {
        source(batches, steps) { [unowned self] in try batch($0, nil, nil, nil, isFirst: $1) }
    }

    /// Batches of arrays that are only evaluated.
    func validationSource(
        _ data: (x: some ModelArrays, y: some ModelArrays), batchSize: Int
    ) throws -> SourceMaker {
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "validationBatchSize must be positive, got \(batchSize)",
                at: name)
        }
        return { [unowned self] in
            let arrays = try self.arrays(data.x, data.y, nil, nil)
            return ArrayBatches(
                StepData(arrays, inputTypes: self.inputTypes), count: arrays.count,
                batchSize: batchSize, shuffle: false)
        }
    }

    /// Pairs of which each walk is begun by a closure.
    func labelledWalks<Inputs: ModelArrays, Labels: ModelArrays>(
        _ steps: Int?, _ begin: @escaping () -> () throws -> (Inputs, Labels)?
    ) -> SourceMaker {
        source(steps, begin) { [unowned self] in try batch($0.0, $0.1, nil, nil, isFirst: $1) }
    }

    /// A batch, checked against the model.
    /// - Parameter isFirst: whether it is the first of a walk: a model that waits for data is built then.
    private func batch(
        _ x: some ModelArrays, _ y: (any ModelArrays)?, _ sampleWeight: (any ModelArrays)?,
        _ classWeight: ClassWeight?, isFirst: Bool
    ) throws -> StepParts<HostArray> {
        try lock.withLock {
            let inputs = try check(x)
            if isFirst { try compiledSession().prepare(self, try resolvedBackend()) }
            return try arrays(checked: inputs, y, sampleWeight, classWeight)
        }
    }

    private func source<Element>(
        _ batches: any Sequence<Element>, _ steps: Int?,
        _ take: @escaping (Element, Bool) throws -> StepParts<HostArray>
    ) -> SourceMaker {
        source(steps, { walk(batches) }, take)
    }

    /// - Parameters:
    ///   - begin: begins a walk; what it gives returns the next element.
    ///   - take: checks an element against the model; it is told whether it is the first of a walk.
    private func source<Element>(
        _ steps: Int?, _ begin: @escaping () -> () throws -> Element?,
        _ take: @escaping (Element, Bool) throws -> StepParts<HostArray>
    ) -> SourceMaker {
        {
            SequenceBatches(for: self, stepsPerEpoch: steps) {
                let next = begin()
                var isFirst = true
                return {
                    defer { isFirst = false }
                    return try next().map { try take($0, isFirst) }
                }
            }
        }
    }

    func fit(
        _ source: SourceMaker, _ validation: SourceMaker?, _ options: FitOptions
    ) throws -> History {
        try options.validate(at: name)
        return try trainingLock.withLock {
            let (session, backend) = try prepareForBatches()
            let batches = try source()
            if let steps = batches.steps, steps < 1 {
                throw KeratinError(
                    .invalidArgument, "stepsPerEpoch must be positive, got \(steps)", at: name)
            }
            return try FitRun(
                self, session, backend, batches, validation: try validation?(), options
            ).run()
        }
    }

    func evaluate(
        _ source: SourceMaker, _ verbose: Int, _ steps: Int?, _ callbacks: [Callback]
    ) throws -> Figures {
        try trainingLock.withLock {
            let (session, backend) = try prepareForBatches()
            return try evaluate(session, backend, try source(), steps, verbose, callbacks)
        }
    }

    /// What training needs, as far as that is known before there are data: a model that is not built waits for the first batch.
    private func prepareForBatches() throws -> (TrainingSession, any Backend) {
        try lock.withLock {
            let session = try compiledSession()
            try session.requireWhole(self)
            return (session, try resolvedBackend())
        }
    }

    private func predictBatches<Inputs: ModelArrays>(
        _ batches: some Sequence<Inputs>, _ verbose: any Verbosity, _ steps: Int?,
        _ callbacks: [Callback]
    ) throws -> Tensor {
        if let steps, steps < 1 {
            throw KeratinError(.invalidArgument, "steps must be positive, got \(steps)", at: name)
        }
        let limit = min(steps ?? .max, TrainingLimits.maxStepsPerEpoch ?? .max)
        var params = ["verbose": verbose.verbosity]
        params["steps"] = steps
        let list = CallbackList(
            callbacks, addProgbar: verbose.verbosity != 0, model: self, params: params)
        stopPredicting = false
        try list.onPredictBegin()
        var results: [[Tensor]] = []
        for batch in batches.prefix(limit) {
            if stopPredicting { break }
            try list.onPredictBatchBegin(results.count)
            let outputs = try predictAll(batch, batchSize: .max)
            results.append(outputs)
            let logs = Logs(numbers: [])
            logs.outputs = outputs
            try list.onPredictBatchEnd(results.count - 1, logs: logs)
        }
        try list.onPredictEnd()
        guard let first = results.first else {
            throw KeratinError(.invalidData, "the data gave no batch", at: name)
        }
        let joined = try first.indices.map { output in
            let tensor = Tensor.concatenate(results.map { $0[output] }, axis: 0)
            try tensor.check()
            return tensor
        }
        return Tensor(results: joined, names: outputNames, at: name)
    }
}

/// Begins a walk over a sequence of any type.
private func walk<Element>(_ sequence: any Sequence<Element>) -> () -> Element? {
    func open<S: Sequence>(_ sequence: S) -> () -> Element? where S.Element == Element {
        var iterator = sequence.makeIterator()
        return { iterator.next() }
    }
    return open(sequence)
}
