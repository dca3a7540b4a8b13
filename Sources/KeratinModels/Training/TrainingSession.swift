import KeratinCore
import KeratinLayers
import KeratinTensor

/// What `compile` decided, and what training changes besides the weights: slots, totals, step number.
package final class TrainingSession {
    package let optimizer: OptimizerState
    let loss: Loss
    let totals: MetricTotals
    /// What dropout and other random layers start from.
    package let seed: UInt64
    /// A step failed while it stored weights: they are neither old nor new.
    private(set) var needsRestore = false
    let plans: PlanCache

    init(
        optimizer: Optimizer, loss: Loss, metrics: [Metric], weightedMetrics: [Metric],
        backend: @escaping () throws -> any Backend
    ) throws {
        self.optimizer = try OptimizerState(optimizer)
        try loss.validate()
        self.loss = loss
        totals = try MetricTotals(
            metrics: metrics, weightedMetrics: weightedMetrics, backend: backend)
        seed = RandomSeed.next()
        plans = PlanCache()
    }

    // MARK: State

    /// Lays out the trainable weights and the optimizer's slots on the device.
    package func prepare(_ model: Model, _ backend: any Backend) throws {
        if try optimizer.prepare(model.trainableWeights, on: backend) { plans.removeAll() }
    }

    /// Moves everything to another backend; the weights have moved already.
    func move(to backend: any Backend) throws {
        plans.removeAll(pool: true)
        try optimizer.move(to: backend)
        try totals.move(to: backend)
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

    // MARK: Steps

    /// Forward, loss, gradient, update and metrics of one batch; the result is the loss.
    /// - Parameter types: of inputs, labels, and perhaps weights.
    func trainStep(_ model: Model, _ types: [TensorType]) throws -> TracedFunction {
        try TracedFunction.record(types) { trace, arguments in
            let loss = try self.forward(trace, model, arguments, training: true)
            try self.optimizer.update(trace, loss.target)
            return [loss.figure]
        }
    }

    /// Forward, loss and metrics of one batch; the result is the loss.
    func testStep(_ model: Model, _ types: [TensorType]) throws -> TracedFunction {
        try TracedFunction.record(types) { trace, arguments in
            [try self.forward(trace, model, arguments, training: false).figure]
        }
    }

    /// The loss of a batch, with its metrics recorded: the compiled loss, what layers added, and the penalties for the
    /// weights' size.
    ///
    /// A loss that is not reduced gives a number for each sample: as in Keras on TensorFlow the mean is reported, and the
    /// gradient is that of the sum.
    /// - Returns: what is reported, and what gradients are taken of.
    private func forward(
        _ trace: Trace, _ model: Model, _ arguments: [Tensor], training: Bool
    ) throws -> (figure: Tensor, target: Tensor) {
        let (x, yTrue) = (arguments[0], arguments[1])
        let weight = arguments.count > 2 ? arguments[2] : nil
        let yPred = try model.call(x, training: training)
        let losses = try loss(yTrue, yPred, sampleWeight: weight)
        var penalties = trace.losses
        for variable in model.trainableWeights {
            if let regularizer = variable.regularizer {
                penalties.append(try regularizer(variable.read()))
            }
        }
        let isReduced = losses.rank == 0
        let figure = try penalties.reduce(isReduced ? losses : losses.mean()) { try $0 + $1 }
        let target =
            isReduced ? figure : try penalties.reduce(losses.sum()) { try $0 + $1 }
        try totals.accumulate(
            trace, loss: figure, yTrue: yTrue, yPred: yPred, weight: weight, samples: x.shape[0])
        return (figure, target)
    }
}

/// Forward only; the result is the prediction.
func predictStep(_ model: Model, _ x: TensorType) throws -> TracedFunction {
    try TracedFunction.record([x]) { _, arguments in
        [try model.call(arguments[0], training: false)]
    }
}
