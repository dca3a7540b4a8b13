import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// Decides how the model is trained. Training starts anew: the optimizer keeps nothing of earlier steps.
    ///
    /// Optimizer, loss and metrics are given by Keras's names, in literals or variables (`"adam"`), as members (`.adam(0.01)`), or as
    /// objects (`Adam(0.01)`).
    /// - Parameters:
    ///   - loss: what is made small; of a model with several outputs, for each of them.
    ///   - metrics: figures in which every sample counts once.
    ///   - weightedMetrics: figures in which samples count as their weights say.
    ///   - lossWeights: what the loss is multiplied by; nil: 1.
    ///   - runEagerly: see `runEagerly`.
    ///   - stepsPerExecution: after how many steps callbacks are told of batches, as in Keras. Steps run one by one either way.
    ///   - jitCompile: changes nothing, see `JITCompile`.
    /// - Throws: `KeratinError` for an unknown optimizer, loss or metric; it suggests the nearest name.
    public func compile(
        optimizer: any OptimizerConvertible = .rmsprop, loss: any LossConvertible,
        metrics: [any MetricConvertible] = [], weightedMetrics: [any MetricConvertible] = [],
        lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer.optimizer,
            CompileSpecification(
                loss: .one(loss.loss), lossWeights: lossWeights.map { .one($0) },
                metrics: .one(metrics.map(\.metric)),
                weightedMetrics: .one(weightedMetrics.map(\.metric)), runEagerly: runEagerly,
                stepsPerExecution: stepsPerExecution))
    }

    /// Decides how a model with several outputs is trained, by the names of the outputs' layers. An output without a loss is not
    /// trained on.
    ///
    /// - Parameters:
    ///   - loss: of each output; the total is their sum.
    ///   - lossWeights: what a loss counts in the sum; 1 where none is given.
    /// - Throws: `KeratinError` for names of outputs that are not there, at once or when the outputs are known.
    public func compile(
        optimizer: any OptimizerConvertible = .rmsprop, loss: [String: any LossConvertible],
        metrics: [String: [any MetricConvertible]] = [:],
        weightedMetrics: [String: [any MetricConvertible]] = [:],
        lossWeights: [String: Double] = [:], runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer.optimizer,
            CompileSpecification(
                loss: .named(loss.mapValues(\.loss)),
                lossWeights: lossWeights.isEmpty ? nil : .named(lossWeights),
                metrics: .named(metrics.mapValues { $0.map(\.metric) }),
                weightedMetrics: .named(weightedMetrics.mapValues { $0.map(\.metric) }),
                runEagerly: runEagerly,
                stepsPerExecution: stepsPerExecution))
    }

    /// Decides how a model with several outputs is trained, in the order of the outputs: nil for an output without a loss.
    public func compile(
        optimizer: any OptimizerConvertible = .rmsprop, loss: [(any LossConvertible)?],
        metrics: [[any MetricConvertible]] = [], weightedMetrics: [[any MetricConvertible]] = [],
        lossWeights: [Double?] = [], runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        func list(_ metrics: [[any MetricConvertible]]) -> PerOutput<[Metric]> {
            metrics.isEmpty ? .one([]) : .list(metrics.map { $0.map(\.metric) })
        }
        try compile(
            optimizer.optimizer,
            CompileSpecification(
                loss: .list(loss.map { $0?.loss }),
                lossWeights: lossWeights.isEmpty ? nil : .list(lossWeights),
                metrics: list(metrics), weightedMetrics: list(weightedMetrics),
                runEagerly: runEagerly,
                stepsPerExecution: stepsPerExecution))
    }

    /// Decides how a model without a loss is trained: its layers add losses with `addLoss`, or it overrides `trainStep`.
    public func compile(
        optimizer: any OptimizerConvertible = .rmsprop, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer.optimizer,
            CompileSpecification(
                loss: .named([:]), metrics: .one([]), weightedMetrics: .one([]),
                runEagerly: runEagerly,
                stepsPerExecution: stepsPerExecution))
    }

    func compile(_ optimizer: Optimizer, _ specification: CompileSpecification) throws {
        try exclusively {
            let session = try TrainingSession(optimizer: optimizer, specification)
            if isBuilt { try session.resolve(self) }
            training = session
            warnOfWhatCannotBeSaved(optimizer, specification)
        }
    }

    /// The optimizer in use; its learning rate may be changed between steps. nil before `compile`.
    public var optimizer: Optimizer? { lock.withLock { training?.owner } }

    /// Whether the model's steps, and the layers within, may read numbers of tensors while they are recorded (`item()`, `floats()`,
    /// `HostArray(tensor)`): to print them, or to decide by them. Every batch is recorded anew then, and every reading runs what is
    /// recorded so far, so that it is for looking into models, not for training them. The results are the same. Where a
    /// model's shapes are found there are no numbers either way (`hasNumbers`). false before `compile`.
    public var runEagerly: Bool {
        get { lock.withLock { training?.specification.runEagerly ?? false } }
        set {
            lock.withLock {
                training?.specification.runEagerly = newValue
                // What was decided by the numbers of a batch holds for no other.
                training?.plans.beginRound()
            }
        }
    }

    /// The learning rate of the next step; changing it needs no new compilation. A number replaces a schedule. The next step throws if it
    /// is negative, infinite or NaN.
    public var learningRate: Double? {
        get { lock.withLock { training?.optimizer.learningRate } }
        set {
            guard let newValue else { return }
            lock.withLock { training?.optimizer.learningRate = newValue }
        }
    }

    /// Sets the totals of the loss and the metrics to zero.
    public func resetMetrics() throws { try exclusively { try training?.resetTotals(self) } }

    /// The names of what training reports: the loss, the losses of outputs, the metrics and weighted metrics as `compile` was given
    /// them, then the model's own `metrics`. (Keras puts `compile_metrics` for those that `compile` was given.)
    ///
    /// Empty before `compile`; until the outputs are known, the compiled figures are only the loss.
    public var metricsNames: [String] {
        lock.withLock {
            guard let training else { return [] }
            return (training.totals?.names ?? ["loss"]) + metrics.map(\.name)
        }
    }

    /// The loss and the metrics of all batches since they were reset, as `evaluate` returns them. Waits for the device.
    /// - Throws: `KeratinError` if the model is not compiled, or while a step is recorded, where there are no numbers yet.
    public func getMetricsResult() throws -> Figures {
        try exclusively { try compiledSession().metricsResult(self) }
    }

    package func compiledSession() throws -> TrainingSession {
        guard let training else {
            throw KeratinError(.invalidState, "is not compiled: call compile first", at: name)
        }
        return training
    }

    /// The names of the outputs in figures and data.
    package var outputLabels: [String] {
        let names = outputNames
        if !names.isEmpty { return Model.unique(names) }
        return (0..<max(tracedOutputCount, 1)).map { $0 == 0 ? "output" : "output_\($0)" }
    }

    /// Two results of one layer have its name; a number tells them apart.
    private static func unique(_ names: [String]) -> [String] {
        var counts: [String: Int] = [:]
        return names.map { name in
            defer { counts[name, default: 0] += 1 }
            return counts[name].map { "\(name)_\($0)" } ?? name
        }
    }

    /// Checks inputs against the model, building it if it is not built.
    /// - Returns: the arrays in the order of the inputs.
    @discardableResult
    func check(_ x: some ModelArrays) throws -> [HostArray] {
        let given = try x.hostArrays()
        if !isBuilt, graph == nil {
            let first = given.all
            for array in first { try requireSamples(array, "x", first[0].count) }
            try build(
                for: first.map {
                    SymbolicType(
                        [nil] + $0.shape.dimensions.dropFirst().map { $0 },
                        InputType.labels($0).device)
                })
        }
        let names = inputNames
        let arrays: [HostArray]
        if names.isEmpty {
            arrays = given.all
        } else {
            arrays = try zip(
                names, given.resolved(names, what: "input", sharesOne: false, at: name)
            ).map { name, array in
                guard let array else {
                    throw KeratinError(
                        .invalidData, "the input '\(name)' is missing", at: self.name)
                }
                return array
            }
        }
        for (index, array) in arrays.enumerated() {
            try requireSamples(array, arrays.count == 1 ? "x" : "x[\(index)]", arrays[0].count)
            guard inputShapes.indices.contains(index) else { continue }
            let expected = inputShapes[index]
            guard array.shape.fits(expected) else {
                throw KeratinError(
                    .shapeMismatch,
                    "expects inputs of shape \(describe(expected))\(names.count > 1 ? " for '\(names[index])'" : ""), got \(array.shape)",
                    at: name)
            }
            try check(data: array, input: index)
        }
        return arrays
    }

    private func requireSamples(_ array: HostArray, _ what: String, _ count: Int) throws {
        guard array.shape.rank >= 1, array.count > 0 else {
            throw KeratinError(.invalidData, "\(what) is empty: \(array.shape)", at: name)
        }
        guard array.count == count else {
            throw KeratinError(
                .shapeMismatch, "x has \(count) samples, \(what) has \(array.count)", at: name)
        }
    }

    /// Everything that a step takes, checked.
    func arrays(
        _ x: some ModelArrays, _ y: (any ModelArrays)?, _ sampleWeight: (any ModelArrays)?,
        _ classWeight: ClassWeight?
    ) throws -> StepParts<HostArray> {
        try arrays(checked: check(x), y, sampleWeight, classWeight)
    }

    /// Everything that a step takes, given inputs that were checked.
    func arrays(
        checked inputs: [HostArray], _ y: (any ModelArrays)?, _ sampleWeight: (any ModelArrays)?,
        _ classWeight: ClassWeight?
    ) throws -> StepParts<HostArray> {
        let names = outputLabels
        guard let y else {
            guard sampleWeight == nil else {
                throw KeratinError(
                    .invalidArgument, "sampleWeight is for data with labels", at: name)
            }
            let none = names.map { _ in HostArray?.none }
            return StepParts(inputs: inputs, labels: none, weights: none)
        }
        var given = try y.hostArrays()
        let losses = try compiledSession().losses
        let needed = losses?.needsLabels ?? names.map { _ in true }
        // A list with labels for those outputs alone that have a loss.
        if case .list(let values) = given, values.count != names.count,
            values.count == needed.count(where: { $0 })
        {
            var rest = values.makeIterator()
            given = .list(needed.map { $0 ? rest.next() ?? nil : nil })
        }
        let labels = try given.resolved(names, what: "label", sharesOne: false, at: name)
        for (index, array) in labels.enumerated() {
            guard let array else {
                guard !needed[index] else {
                    throw KeratinError(
                        .invalidData, "the labels of the output '\(names[index])' are missing",
                        at: name)
                }
                continue
            }
            guard array.shape.rank >= 1, array.count == inputs[0].count else {
                throw KeratinError(
                    .shapeMismatch,
                    "x has \(inputs[0].count) samples, y has \(array.shape.rank < 1 ? 0 : array.count)",
                    at: name)
            }
            do {
                try losses?.check(labels: array, index, shapes: outputShapes)
            } catch let error as KeratinError {
                throw error.located(
                    at: names.count > 1 ? "\(name), output '\(names[index])'" : name)
            }
        }
        let classWeights = try classWeight?.resolved(names, at: name)
        let weights = try sampleWeight?.hostArrays().resolved(
            names, what: "sample weight", sharesOne: true, at: name)
        return StepParts(
            inputs: inputs, labels: labels,
            weights: try labels.enumerated().map { index, label in
                try label.flatMap {
                    try SampleWeights.resolve(
                        weights?[index], classWeights?[index], y: $0, at: name)
                }
            })
    }
}

extension Shape {
    /// Whether data of this shape are taken where one with unknown extents is expected; the number of samples is free, and a
    /// last axis of extent 1 may be missing or too much.
    func fits(_ expected: [Int?]) -> Bool {
        func agrees(_ extents: [Int]) -> Bool {
            extents.count == expected.count
                && zip(expected, extents).dropFirst().allSatisfy { $0 == nil || $0 == $1 }
        }
        return agrees(dimensions)
            || dimensions.last == 1 && agrees(Array(dimensions.dropLast()))
            || expected.last == 1 && agrees(dimensions + [1])
    }
}
