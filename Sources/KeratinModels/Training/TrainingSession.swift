import KeratinCore
import KeratinLayers
import KeratinTensor

/// What `compile` decided, and what training changes besides the weights: slots, totals, step number.
package final class TrainingSession {
    /// The optimizer as users know it.
    let owner: Optimizer
    /// Its state.
    package let optimizer: OptimizerState
    var specification: CompileSpecification
    /// Known with the outputs.
    private(set) var losses: StepLosses?
    private(set) var totals: MetricTotals?
    /// What dropout and other random layers start from.
    package internal(set) var seed: UInt64
    /// A step failed while it stored weights: they are neither old nor new.
    private(set) var needsRestore = false
    let plans: PlanCache
    /// What the latest recordings of steps report.
    private var figures: [PlanCache.Key.Mode: LoggedFigures] = [:]
    /// The loss that `computeLoss` found in the present recording.
    private var lossValues: StepLosses.Values?
    /// Training steps that did not step the model's optimizer, and test steps: what they draw at random differs, too.
    var otherSteps = 0
    var testSteps = 0

    /// The figures that a callback was given and nobody has read yet.
    private var unread: Logs?
    /// How often figures were read from the device, for tests.
    package private(set) var readings = 0
    /// Totals of an epoch that goes on, until they are laid out.
    var pendingTotals: [Float]?

    init(optimizer: Optimizer, _ specification: CompileSpecification) throws {
        owner = optimizer.claimed()
        self.optimizer = try OptimizerState(owner)
        owner.state = self.optimizer
        try specification.validate()
        self.specification = specification
        seed = RandomSeed.next()
        plans = PlanCache()
    }

    // MARK: State

    /// Decides what belongs to which output; the model is built or has a graph.
    func resolve(_ model: Model) throws {
        guard losses == nil else { return }
        let names = model.outputLabels
        losses = try StepLosses(specification, outputs: names, at: model.name)
        totals = try MetricTotals(
            specification, outputs: names, reportedLosses: losses?.reported ?? [], at: model.name
        ) { [unowned model] in try model.resolvedBackend() }
    }

    /// Lays out the trainable weights and the optimizer's slots on the device.
    package func prepare(_ model: Model, _ backend: any Backend) throws {
        try resolve(model)
        // A step of the user's own may train other weights, or with other optimizers: what it applies is laid out then.
        guard !model.mayHaveOwnSteps else { return }
        try layOut(model, backend)
    }

    /// Lays out what the optimizer keeps of the model's trainable weights.
    package func layOut(_ model: Model, _ backend: any Backend) throws {
        if try optimizer.prepare(model.trainableWeights, on: backend), Trace.current == nil {
            plans.removeAll()
        }
    }

    /// Moves everything to another backend; the weights have moved already.
    func move(to backend: any Backend, _ metrics: [Metric]) throws {
        plans.removeAll(pool: true)
        for metric in metrics { try metric.move(to: backend) }
        try optimizer.move(to: backend)
        try totals?.move(to: backend)
    }

    /// The weights were set: whatever a failed step left is gone.
    package func restored() { needsRestore = false }

    func requireWhole(_ model: Model) throws {
        if needsRestore {
            throw KeratinError(
                .needsRestore,
                "a failed step left the weights half updated: set them (setWeights) and go on",
                at: model.name)
        }
    }

    /// Runs a plan; a failure among the stores to states is remembered.
    package func run(_ plan: Plan, training: Bool = true) throws {
        if training { try optimizer.checkRate() }
        do {
            let before = optimizer.iterations
            let (seed, step) = counter(training: training)
            try plan.run(seed: seed, step: step)
            if !training {
                testSteps += 1
            } else if optimizer.iterations == before {
                otherSteps += 1
            }
        } catch {
            if !plan.statesAreWhole { needsRestore = true }
            throw error
        }
    }

    /// What the next step's random numbers start from.
    private func counter(training: Bool) -> (seed: UInt64, step: Int) {
        training ? (seed, optimizer.iterations + otherSteps + 1) : (~seed, testSteps + 1)
    }

    /// Reads numbers of the step that is recorded next, if steps are to run eagerly; nil: recordings know no numbers.
    func reader(
        _ data: StepData, _ indices: ArraySlice<Int>, training: Bool, on backend: any Backend
    ) -> EagerReader? {
        guard specification.runEagerly else { return nil }
        plans.beginRound()
        let (seed, step) = counter(training: training)
        return .batch(on: backend, seed: seed, step: step) { try data.write(indices, to: $0) }
    }

    // MARK: Figures

    /// What steps of a kind report, the loss and the metrics since they were reset. Waits for the device.
    /// - Throws: `KeratinError` for an index out of range since the last look.
    func logs(_ mode: PlanCache.Key.Mode) throws -> [(name: String, value: Double)] {
        readings += 1
        try plans.status.check()
        guard let figures = figures[mode] else { return try totals?.logs() ?? [] }
        return try figures.values { try totals?.logs() ?? [] }
    }

    /// The same, read when somebody asks.
    func unreadLogs(_ mode: PlanCache.Key.Mode) -> Logs {
        let place = owner.name
        let logs = Logs { [weak self] in
            // They are read before anything changes; this is the last resort.
            guard let self else {
                throw KeratinError(
                    .invalidState, "the figures of a training that is gone", at: place)
            }
            return try self.logs(mode)
        }
        unread = logs
        return logs
    }

    /// Before the totals change: whoever still holds figures gets those of the step that they are of.
    func settleLogs() {
        guard unread != nil else { return }
        if !isKnownUniquelyReferenced(&unread) { unread?.read() }
        unread = nil
    }

    /// What was compiled, and the model's own metrics, since they were reset. Waits for the device.
    func metricsResult(_ model: Model) throws -> Figures {
        guard Trace.current == nil else {
            throw KeratinError(
                .invalidState,
                "has no numbers while a step is recorded: return what computeMetrics gives, or Logs of metrics",
                at: model.name)
        }
        try plans.status.check()
        let figures = LoggedFigures(compiled: model.metrics)
        return model.figures(try figures.values { try totals?.logs() ?? [] })
    }

    /// The totals of an epoch that goes on, once they are laid out.
    func restorePendingTotals() throws {
        guard let pendingTotals else { return }
        self.pendingTotals = nil
        try totals?.restore(pendingTotals)
    }

    func resetTotals(_ model: Model) throws {
        settleLogs()
        pendingTotals = nil
        try totals?.reset()
        for metric in model.metrics { metric.reset() }
    }

    // MARK: Steps

    /// Records a training step of a model.
    func recordTrainStep(
        _ model: Model, _ types: StepParts<TensorType>, _ reader: EagerReader? = nil
    ) throws -> TracedFunction {
        try record(model, types, .train, reader) { try model.trainStep($0) }
    }

    /// Records a test step of a model.
    func recordTestStep(
        _ model: Model, _ types: StepParts<TensorType>, _ reader: EagerReader? = nil
    ) throws -> TracedFunction {
        try record(model, types, .test, reader) { try model.testStep($0) }
    }

    /// The result is the compiled loss, if the step reports it.
    private func record(
        _ model: Model, _ types: StepParts<TensorType>, _ mode: PlanCache.Key.Mode,
        _ reader: EagerReader?, _ step: (Batch) throws -> Logs
    ) throws -> TracedFunction {
        defer { lossValues = nil }
        return try TracedFunction.record(types.flat, status: plans.status, reader: reader) {
            trace, arguments in
            trace.isStep = true
            self.lossValues = nil
            let parts = types.replacing(arguments)
            try model.noteChecked(parts.inputs, trace)
            for (index, label) in parts.labels.enumerated() {
                guard let label, losses?.classCount(index, shapes: model.outputShapes) != nil else {
                    continue
                }
                try trace.noteCheckedLabels(label)
            }
            let logs = try step(Batch(parts))
            let (figures, loss) = try LoggedFigures.record(
                logs, trace, known: self.figures[mode], at: model.name)
            self.figures[mode] = figures
            return loss.map { [$0] } ?? []
        }
    }

    /// Forward, loss, gradient, update and metrics of one batch.
    func trainStep(_ model: Model, _ batch: Batch) throws -> Logs {
        let trace = try recording()
        let outputs = try model.apply(batch.inputs, CallContext(training: true))
        let loss = try model.computeLoss(batch, outputs)
        let logs = try model.computeMetrics(batch, outputs)
        let moves = State.moves
        try layOut(model, try model.resolvedBackend())
        // Weights that move in between are recorded again from where they are then.
        try optimizer.update(trace, loss, mustLearn: State.moves == moves)
        return logs
    }

    /// Forward, loss and metrics of one batch.
    func testStep(_ model: Model, _ batch: Batch) throws -> Logs {
        let outputs = try model.apply(batch.inputs, CallContext(training: false))
        _ = try model.computeLoss(batch, outputs)
        return try model.computeMetrics(batch, outputs)
    }

    func computeLoss(_ model: Model, _ batch: Batch, _ outputs: [Tensor]) throws -> Tensor {
        let trace = try recording()
        guard let losses else {
            throw KeratinError(.invalidState, "is not prepared", at: model.name)
        }
        var penalties = trace.losses
        for variable in model.trainableWeights {
            if let regularizer = variable.regularizer {
                penalties.append(try regularizer(variable.read()))
            }
        }
        guard losses.needsLabels.contains(true) || !penalties.isEmpty else {
            throw KeratinError(
                .invalidState,
                "there is nothing to make small: give compile a loss, add one with addLoss, or override trainStep and testStep",
                at: model.name)
        }
        let parts = batch.parts(outputs: losses.needsLabels.count)
        let values = try losses.values(
            parts.labels, outputs, weights: parts.weights, penalties: penalties)
        lossValues = values
        return values.target
    }

    func computeMetrics(
        _ model: Model, _ batch: Batch, _ outputs: [Tensor], loss: Tensor?
    ) throws -> Logs {
        let trace = try recording()
        var values = lossValues
        if let loss {
            let figure = loss.rank == 0 ? loss : loss.mean()
            values = StepLosses.Values(
                figure: figure, target: figure, parts: lossValues?.parts ?? [])
        }
        guard let losses, let totals, let values, values.parts.count == losses.reported.count else {
            throw KeratinError(
                .invalidState,
                "computeMetrics reports a loss: call computeLoss before, or give it one",
                at: model.name)
        }
        try totals.accumulate(
            trace, values, batch.parts(outputs: losses.needsLabels.count), outputs: outputs,
            samples: batch.count)
        return Logs(compiled: values.figure, model.metrics)
    }

    private func recording() throws -> Trace {
        guard let trace = Trace.current else {
            throw KeratinError(.invalidState, "steps are recorded by fit, evaluate and their kin")
        }
        return trace
    }
}

/// Forward only; the results are the predictions.
func recordPredictStep(
    _ model: Model, _ types: [TensorType], status: DeviceStatus, frozen: FrozenStates? = nil,
    _ reader: EagerReader? = nil
) throws -> TracedFunction {
    try TracedFunction.record(types, frozen: frozen, status: status, reader: reader) {
        trace, arguments in
        try model.noteChecked(arguments, trace)
        return try model.predictStep(Batch(arguments))
    }
}

extension EagerReader {
    /// Runs functions on a batch that `write` stages, with the random numbers of the step.
    static func batch(
        on backend: any Backend, seed: UInt64, step: Int, _ write: @escaping (Plan) throws -> Void
    ) -> EagerReader {
        // Used only while the model that records holds its lock.
        nonisolated(unsafe) let write = write
        return EagerReader { function in
            let plan = try Plan(function, on: backend)
            try write(plan)
            try plan.run(seed: seed, step: step)
            return plan
        }
    }
}
