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
    ///   - callbacks: who is told of the course of the training, in their order.
    ///   - validationSplit: the part of the samples, taken from the end, that is only evaluated.
    ///   - validationData: samples that are only evaluated; overrides `validationSplit`.
    ///   - shuffle: whether samples are reordered each epoch.
    ///   - classWeight: what samples of a class count in the loss, by class number; others count 1. For models with one output.
    ///   - classWeights: the same by the names of outputs.
    ///   - sampleWeight: what each sample counts in the loss and in weighted metrics, for all outputs or for each; instead of
    ///     `classWeight`.
    ///   - initialEpoch: the number of the first epoch, from 0 on, where training goes on; `epochs` is the number after the last.
    ///   - stepsPerEpoch: steps of an epoch; the next one goes on behind them. nil: all samples.
    ///   - validationSteps: the most steps of a validation.
    ///   - validationBatchSize: samples per step of the validation; nil: as `batchSize`.
    ///   - validationFreq: after every how many epochs samples are evaluated, or after which (counted from 1).
    ///   - validationSampleWeight: the same for `validationData`.
    /// - Returns: the metrics of each epoch.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, batchSize: Int = 32, epochs: Int = 1, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, labels: y,
            ArrayOptions(
                batchSize: batchSize, validationBatchSize: validationBatchSize,
                validationSplit: validationSplit, shuffle: shuffle, stepsPerEpoch: stepsPerEpoch),
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, verbose: verbose.verbosity,
                callbacks: callbacks, validationSteps: validationSteps,
                validationFreq: validationFreq),
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
        _ x: Inputs, batchSize: Int = 32, epochs: Int = 1, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0, validationData: Inputs? = nil,
        shuffle: Bool = true, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1
    ) throws -> History {
        try fit(
            x, labels: nil,
            ArrayOptions(
                batchSize: batchSize, validationBatchSize: validationBatchSize,
                validationSplit: validationSplit, shuffle: shuffle, stepsPerEpoch: stepsPerEpoch),
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, verbose: verbose.verbosity,
                callbacks: callbacks, validationSteps: validationSteps,
                validationFreq: validationFreq),
            nil, nil
        ) {
            try validationData.map { try self.arrays($0, nil, nil, nil) }
        }
    }

    /// How `fit` goes over arrays.
    private struct ArrayOptions {
        var batchSize: Int
        var validationBatchSize: Int?
        var validationSplit: Double
        var shuffle: Bool
        var stepsPerEpoch: Int?

        func validate(at place: String) throws {
            for (name, value) in [
                ("batchSize", batchSize), ("validationBatchSize", validationBatchSize ?? 1),
                ("stepsPerEpoch", stepsPerEpoch ?? 1),
            ] where value < 1 {
                throw KeratinError(
                    .invalidArgument, "\(name) must be positive, got \(value)", at: place)
            }
        }
    }

    private func fit(
        _ x: some ModelArrays, labels: (any ModelArrays)?, _ arrayOptions: ArrayOptions,
        _ options: FitOptions, _ classWeight: ClassWeight?, _ sampleWeight: (any ModelArrays)?,
        validation: () throws -> StepParts<HostArray>?
    ) throws -> History {
        try arrayOptions.validate(at: name)
        try options.validate(at: name)
        return try trainingLock.withLock {
            let (session, backend, arrays) = try prepare(x, labels, sampleWeight, classWeight)
            var unweighted = arrays
            // The weights of classes are for training alone.
            if classWeight != nil { unweighted.weights = arrays.labels.map { _ in nil } }
            let (trainCount, validation) = try split(
                unweighted, arrayOptions.validationSplit, validation)
            let source = ArrayBatches(
                StepData(arrays, inputTypes: inputTypes), count: trainCount,
                batchSize: arrayOptions.batchSize, shuffle: arrayOptions.shuffle,
                stepsPerEpoch: arrayOptions.stepsPerEpoch)
            let evaluated = validation.map {
                ArrayBatches(
                    StepData($0, inputTypes: inputTypes), count: $0.count,
                    batchSize: arrayOptions.validationBatchSize ?? arrayOptions.batchSize,
                    shuffle: false)
            }
            return try FitRun(self, session, backend, source, validation: evaluated, options)
                .run()
        }
    }

    /// Checks data, builds the model if it is not built, and lays out what training needs.
    func prepare(
        _ x: some ModelArrays, _ y: (any ModelArrays)?, _ sampleWeight: (any ModelArrays)? = nil,
        _ classWeight: ClassWeight? = nil
    ) throws -> (session: TrainingSession, backend: any Backend, arrays: StepParts<HostArray>) {
        try lock.withLock {
            let session = try compiledSession()
            let inputs = try check(x)
            try session.requireWhole(self)
            let backend = try resolvedBackend()
            try session.prepare(self, backend)
            return (session, backend, try arrays(checked: inputs, y, sampleWeight, classWeight))
        }
    }

    /// How many samples are trained on, and which are only evaluated.
    private func split(
        _ arrays: StepParts<HostArray>, _ part: Double,
        _ validationData: () throws -> StepParts<HostArray>?
    ) throws -> (count: Int, validation: StepParts<HostArray>?) {
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
}
