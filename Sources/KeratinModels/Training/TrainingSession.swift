import KeratinCore
import KeratinLayers
import KeratinTensor

/// What `compile` decided, and what training changes besides the weights: slots, totals, step number.
package final class TrainingSession {
    package let optimizer: OptimizerState
    let loss: Loss
    let metrics: [Metric]
    /// What dropout and other random layers start from.
    package let seed: UInt64
    /// A step failed while it stored weights: they are neither old nor new.
    private(set) var needsRestore = false

    private var totals: [StateStorage] = []
    let plans: PlanCache

    init(optimizer: Optimizer, loss: Loss, metrics: [Metric]) throws {
        self.optimizer = try OptimizerState(optimizer)
        try loss.validate()
        for metric in metrics { try metric.validate() }
        let names = metrics.map(\.name)
        if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
            throw KeratinError(.invalidArgument, "metric '\(twice)' is listed twice", at: "compile")
        }
        self.loss = loss
        self.metrics = metrics
        seed = RandomSeed.next()
        plans = PlanCache()
    }

    // MARK: State

    /// Lays out the trainable weights, the optimizer's slots and the metrics' totals on the device.
    func prepare(_ model: Model, _ backend: any Backend) throws {
        if totals.isEmpty {
            totals = try StateStorage.scalars(2 * (metrics.count + 1), on: backend)
            try resetMetrics()
        }
        if try optimizer.prepare(model.trainableWeights, on: backend) { plans.removeAll() }
    }

    /// Moves everything to another backend; the weights have moved already.
    func move(to backend: any Backend) throws {
        plans.removeAll(pool: true)
        let metrics = try totals.first?.readBlock(totals.count)
        try optimizer.move(to: backend)
        if let metrics {
            totals = try StateStorage.scalars(metrics.count, on: backend)
            try totals[0].writeBlock(metrics)
        }
    }

    /// The weights were set: whatever a failed step left is gone.
    func restored() { needsRestore = false }

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

    // MARK: Metrics

    func resetMetrics() throws {
        try totals.first?.writeBlock([Float](repeating: 0, count: totals.count))
    }

    /// The loss and the metrics since they were reset, by name. Waits for the device.
    func logs() throws -> [(name: String, value: Double)] {
        guard let first = totals.first else { return [] }
        let values = try first.readBlock(totals.count)
        return (["loss"] + metrics.map(\.name)).enumerated().map { index, name in
            let (total, count) = (values[2 * index], values[2 * index + 1])
            return (name, count == 0 ? 0 : Double(total / count))
        }.sorted { $0.0 < $1.0 }
    }

    /// Records that a batch has this loss and these predictions.
    private func accumulate(
        _ trace: Trace, loss: Tensor, yTrue: Tensor, yPred: Tensor, samples: Int
    ) throws {
        try add(trace, 0, try loss * Double(samples), samples)
        for (index, metric) in metrics.enumerated() {
            let values = try metric.perSample(yTrue, yPred)
            try add(trace, index + 1, try values.sum(), values.shape.dimensions.first ?? 1)
        }
    }

    private func add(_ trace: Trace, _ index: Int, _ value: Tensor, _ count: Int) throws {
        let (total, number) = (totals[2 * index], totals[2 * index + 1])
        try total.assign(try total.read(trace) + value, trace)
        try number.assign(try number.read(trace) + Double(count), trace)
    }

    // MARK: Steps

    /// The compiled loss, what layers added, and the penalties for the weights' size.
    private func totalLoss(
        _ trace: Trace, _ model: Model, _ yTrue: Tensor, _ yPred: Tensor
    ) throws -> Tensor {
        var total = try loss(yTrue, yPred)
        for added in trace.losses { total = try total + added }
        for variable in model.trainableWeights {
            if let regularizer = variable.regularizer {
                total = try total + regularizer(variable.read())
            }
        }
        return total
    }

    /// Forward, loss, gradient, update and metrics of one batch; the result is the loss.
    func trainStep(_ model: Model, _ x: TensorType, _ y: TensorType) throws -> TracedFunction {
        try TracedFunction.record([x, y]) { trace, arguments in
            let yPred = try model.call(arguments[0], training: true)
            let loss = try self.totalLoss(trace, model, arguments[1], yPred)
            try self.accumulate(
                trace, loss: loss, yTrue: arguments[1], yPred: yPred, samples: x.shape[0])
            try self.optimizer.update(trace, loss)
            return [loss]
        }
    }

    /// Forward, loss and metrics of one batch; the result is the loss.
    func testStep(_ model: Model, _ x: TensorType, _ y: TensorType) throws -> TracedFunction {
        try TracedFunction.record([x, y]) { trace, arguments in
            let yPred = try model.call(arguments[0], training: false)
            let loss = try self.totalLoss(trace, model, arguments[1], yPred)
            try self.accumulate(
                trace, loss: loss, yTrue: arguments[1], yPred: yPred, samples: x.shape[0])
            return [loss]
        }
    }
}

/// Forward only; the result is the prediction.
func predictStep(_ model: Model, _ x: TensorType) throws -> TracedFunction {
    try TracedFunction.record([x]) { _, arguments in
        [try model.call(arguments[0], training: false)]
    }
}
