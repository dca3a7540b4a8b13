import KeratinCore
import KeratinLayers
import KeratinTensor

/// What `compile` decided, and what training changes besides the weights: slots, totals, step number.
package final class TrainingSession {
    package var optimizer: Optimizer
    private let rule: any UpdateRule
    let loss: Loss
    let metrics: [Metric]
    /// Optimizer steps taken.
    package private(set) var iterations = 0
    /// What dropout and other random layers start from.
    package let seed: UInt64
    /// A step failed while it stored weights: they are neither old nor new.
    private(set) var needsRestore = false

    private var group: StateGroup?
    private var slots: [StateStorage] = []
    private var totals: [StateStorage] = []
    let plans: PlanCache

    init(optimizer: Optimizer, loss: Loss, metrics: [Metric]) throws {
        rule = try optimizer.resolvedRule()
        try loss.validate()
        for metric in metrics { try metric.validate() }
        let names = metrics.map(\.name)
        if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
            throw KeratinError(.invalidArgument, "metric '\(twice)' is listed twice", at: "compile")
        }
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        seed = RandomSeed.next()
        plans = PlanCache()
    }

    // MARK: State

    /// Numbers that the optimizer keeps besides its step and learning rate; nil before the first step.
    package var slotCount: Int? {
        group.map { group in rule.slots.count * group.storage.type.count }
    }

    /// Lays out the trainable weights, the optimizer's slots and the metrics' totals on the device.
    func prepare(_ model: Model, _ backend: any Backend) throws {
        if totals.isEmpty {
            totals = try StateStorage.scalars(2 * (metrics.count + 1), on: backend)
            try resetMetrics()
        }
        guard group == nil else { return }
        let states = model.trainableWeights.map(\.state)
        let group = try StateGroup(states, on: backend)
        slots = try rule.slots.map { slot in
            let storage = try StateStorage(group.storage.type, on: backend)
            try storage.writeBlock(
                [Float](repeating: Float(slot.initial), count: group.storage.type.count))
            return storage
        }
        self.group = group
        plans.removeAll()
    }

    /// Moves everything to another backend; the weights have moved already.
    func move(to backend: any Backend) throws {
        plans.removeAll(pool: true)
        let values = try slots.map { try $0.values() }
        let metrics = try totals.first?.readBlock(totals.count)
        if let group { self.group = try StateGroup(group.states, on: backend) }
        slots = try values.map { values in
            let storage = try StateStorage(TensorType([values.count]), on: backend)
            try storage.writeBlock(values)
            return storage
        }
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
            try plan.run(seed: seed, step: iterations + 1)
        } catch {
            if !plan.statesAreWhole { needsRestore = true }
            throw error
        }
    }

    func countStep() { iterations += 1 }

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

    /// Forward, loss, gradient, update and metrics of one batch; the result is the loss.
    func trainStep(_ model: Model, _ x: TensorType, _ y: TensorType) throws -> TracedFunction {
        try TracedFunction.record([x, y]) { trace, arguments in
            let yPred = try model.call(arguments[0], training: true)
            let loss = try self.loss(arguments[1], yPred)
            try self.accumulate(
                trace, loss: loss, yTrue: arguments[1], yPred: yPred, samples: x.shape[0])
            try self.update(trace, loss)
            return [loss]
        }
    }

    private func update(_ trace: Trace, _ loss: Tensor) throws {
        guard let group, group.storage.type.count > 0 else { return }
        let variables = try group.states.map { try $0.read() }
        let gradients = try trace.gradients(of: loss, withRespectTo: variables)
        let gradient = try Tensor.concatenate(
            try gradients.map { try $0.reshaped([$0.count]) }, axis: 0)
        let step = StepNumbers(
            trace, learningRate: { [unowned self] in self.optimizer.learningRate })
        let updated = try rule.update(
            group.storage.read(trace), gradient: gradient,
            slots: slots.map { $0.read(trace) }, step: step)
        try group.storage.assign(updated.weights, trace)
        for (slot, value) in zip(slots, updated.slots) { try slot.assign(value, trace) }
    }

    /// Forward, loss and metrics of one batch; the result is the loss.
    func testStep(_ model: Model, _ x: TensorType, _ y: TensorType) throws -> TracedFunction {
        try TracedFunction.record([x, y]) { trace, arguments in
            let yPred = try model.call(arguments[0], training: false)
            let loss = try self.loss(arguments[1], yPred)
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
