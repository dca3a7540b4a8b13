import KeratinCore
import KeratinLayers
import KeratinTensor

/// What `compile` decided, and what training changes besides the weights: slots, totals, step number.
package final class TrainingSession {
    package let optimizer: OptimizerState
    let specification: CompileSpecification
    /// Known with the outputs.
    private(set) var losses: StepLosses?
    private(set) var totals: MetricTotals?
    /// What dropout and other random layers start from.
    package let seed: UInt64
    /// A step failed while it stored weights: they are neither old nor new.
    private(set) var needsRestore = false
    let plans: PlanCache

    init(optimizer: Optimizer, _ specification: CompileSpecification) throws {
        self.optimizer = try OptimizerState(optimizer)
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
        if try optimizer.prepare(model.trainableWeights, on: backend) { plans.removeAll() }
    }

    /// Moves everything to another backend; the weights have moved already.
    func move(to backend: any Backend) throws {
        plans.removeAll(pool: true)
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
    package func run(_ plan: Plan) throws {
        do {
            try plan.run(seed: seed, step: optimizer.iterations + 1)
        } catch {
            if !plan.statesAreWhole { needsRestore = true }
            throw error
        }
    }

    // MARK: Figures

    /// The loss and the metrics since they were reset. Waits for the device.
    func logs() throws -> [(name: String, value: Double)] { try totals?.logs() ?? [] }

    func resetTotals() throws { try totals?.reset() }

    // MARK: Steps

    /// Forward, loss, gradient, update and metrics of one batch; the result is the loss.
    func trainStep(_ model: Model, _ types: StepParts<TensorType>) throws -> TracedFunction {
        try TracedFunction.record(types.flat) { trace, arguments in
            let loss = try self.forward(
                trace, model, types.replacing(arguments), training: true)
            try self.optimizer.update(trace, loss.target)
            return [loss.figure]
        }
    }

    /// Forward, loss and metrics of one batch; the result is the loss.
    func testStep(_ model: Model, _ types: StepParts<TensorType>) throws -> TracedFunction {
        try TracedFunction.record(types.flat) { trace, arguments in
            [
                try self.forward(trace, model, types.replacing(arguments), training: false)
                    .figure
            ]
        }
    }

    /// The loss of a batch, with its metrics recorded: the compiled losses, what layers added, and the penalties for the
    /// weights' size.
    private func forward(
        _ trace: Trace, _ model: Model, _ batch: StepParts<Tensor>, training: Bool
    ) throws -> StepLosses.Values {
        guard let losses, let totals else {
            throw KeratinError(.invalidState, "is not prepared", at: model.name)
        }
        let outputs = try model.apply(batch.inputs, CallContext(training: training))
        var penalties = trace.losses
        for variable in model.trainableWeights {
            if let regularizer = variable.regularizer {
                penalties.append(try regularizer(variable.read()))
            }
        }
        let values = try losses.values(
            batch.labels, outputs, weights: batch.weights, penalties: penalties)
        try totals.accumulate(
            trace, values, batch, outputs: outputs, samples: batch.inputs[0].shape[0])
        return values
    }
}

/// Forward only; the results are the predictions.
func predictStep(_ model: Model, _ types: [TensorType]) throws -> TracedFunction {
    try TracedFunction.record(types) { _, arguments in try model.apply(arguments) }
}
