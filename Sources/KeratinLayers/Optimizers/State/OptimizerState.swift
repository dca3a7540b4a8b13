import KeratinCore
import KeratinTensor

/// An optimizer at work on a model's weights: its slots, and the steps taken.
package final class OptimizerState {
    /// The optimizer's settings, without this state.
    package let optimizer: Optimizer
    let rule: any OptimizerRule
    /// Steps taken; with gradient accumulation, also those that only added to the gradients.
    package internal(set) var iterations = 0

    // All nil or empty until the weights are known. Vectors are as long as all weights.
    private(set) var vector: StateVector?
    private(set) var variables: [Variable] = []
    private(set) var descriptions: [OptimizedVariable] = []
    /// The moving average of the weights.
    private(set) var average: StateStorage?
    /// The sum of the gradients since the last update.
    private(set) var accumulator: StateStorage?
    /// The slots of a rule that treats all numbers alike: one vector each.
    private(set) var slots: [StateStorage] = []
    /// The slots of a rule that needs shapes: a storage for each slot of each weight.
    private(set) var variableSlots: [[StateStorage]] = []
    /// How fast each number decays, where that differs between weights.
    private(set) var decays: StateStorage?
    /// The rule's running product, and the number of the update that it was taken after.
    var product: (step: Int, value: Double) = (0, 1)

    package let options: OptimizerOptions

    /// The rate that the optimizer was taken with, if it is a number.
    private let firstRate: Double?

    package init(_ optimizer: Optimizer) throws {
        rule = try optimizer.resolvedRule()
        self.optimizer = optimizer.withoutState
        options = optimizer.options
        firstRate = optimizer.learningRate.constant
    }

    /// - Throws: `KeratinError` for a rate that was set since and is negative, infinite or NaN. Of one that was there from the beginning,
    ///   as files may have it, a warning told.
    package func checkRate() throws {
        guard let rate = optimizer.learningRate.constant, !(rate.isFinite && rate >= 0),
            rate.bitPattern != firstRate?.bitPattern
        else { return }
        throw KeratinError(
            .invalidArgument,
            "the learning rate must be a finite number ≥ 0, and was set to \(rate)",
            at: optimizer.name)
    }

    /// Runs of the step's plan for one update.
    var runsPerStep: Int { options.gradientAccumulationSteps ?? 1 }

    /// The rate of the next step. Setting it replaces a schedule.
    package var learningRate: Double {
        get { optimizer.learningRate(iterations) }
        set { optimizer.learningRate = LearningRate(newValue) }
    }

    /// Numbers that the optimizer keeps: its step, its learning rate unless that is a schedule, and its slots; nil before
    /// the weights are known.
    package var numberCount: Int? {
        guard vector != nil else { return nil }
        let rate = optimizer.learningRate.constant == nil ? 0 : 1
        let product = rule.runningProduct == nil ? 0 : 1
        return storages.reduce(1 + rate + product) { $0 + $1.type.count }
    }

    /// Everything that changes besides the weights, in the order of files if the slots were not split.
    private var storages: [StateStorage] {
        [average, accumulator].compactMap(\.self) + slots + variableSlots.flatMap(\.self)
    }

    // MARK: Layout

    /// Lays out the trainable weights and the slots on the device, unless they are.
    /// - Returns: whether anything moved, so that plans are void.
    package func prepare(_ variables: [Variable], on backend: any Backend) throws -> Bool {
        if let vector {
            if vector.backend !== backend {
                try move(to: backend)
                return true
            }
            guard !vector.isCurrent else { return false }
            // Another model moved weights that both hold.
            self.vector = try StateVector(vector.states, on: backend)
            return true
        }
        let weights = try StateVector(variables.map(\.state), on: backend)
        let vector = weights.type
        func storage(_ type: TensorType, _ initial: Double = 0) throws -> StateStorage {
            let storage = try StateStorage(type, on: backend)
            try storage.writeBlock([Float](repeating: Float(initial), count: type.count))
            return storage
        }
        self.variables = variables
        descriptions = variables.map { OptimizedVariable($0) }
        if options.useEMA { average = try storage(vector) }
        if options.gradientAccumulationSteps != nil { accumulator = try storage(vector) }
        if let rule = rule as? any UpdateRule {
            slots = try rule.slots.map { try storage(vector, $0.initial) }
            try layOutDecays(on: backend)
        }
        if let rule = rule as? any VariableUpdateRule {
            variableSlots = try descriptions.map { variable in
                try rule.slots(for: variable).map { try storage(TensorType($0.shape)) }
            }
        }
        self.vector = weights
        return true
    }

    /// Weights that are excluded by name do not decay.
    private func layOutDecays(on backend: any Backend) throws {
        let all = descriptions.map { weightDecay(of: $0) ?? 0 }
        guard let first = all.first, all.contains(where: { $0 != first }) else { return }
        let values = zip(descriptions, all).flatMap { variable, decay in
            [Float](repeating: Float(decay), count: variable.shape.count)
        }
        let storage = try StateStorage(TensorType([values.count]), on: backend)
        try storage.writeBlock(values)
        decays = storage
    }

    func weightDecay(of variable: OptimizedVariable) -> Double? {
        if options.excludeFromWeightDecay.contains(where: { variable.name.contains($0) }) {
            return nil
        }
        guard let rule = rule as? any VariableUpdateRule else { return options.weightDecay }
        return rule.weightDecay(of: variable, options.weightDecay)
    }

    /// Moves everything to another backend; the weights have moved already.
    package func move(to backend: any Backend) throws {
        func moved(_ storage: StateStorage) throws -> StateStorage {
            let copy = try StateStorage(storage.type, on: backend)
            try copy.writeBlock(try storage.values())
            return copy
        }
        if let vector { self.vector = try StateVector(vector.states, on: backend) }
        average = try average.map(moved)
        accumulator = try accumulator.map(moved)
        decays = try decays.map(moved)
        slots = try slots.map(moved)
        variableSlots = try variableSlots.map { try $0.map(moved) }
    }

    // MARK: Steps

    /// Where weights stand among those that the optimizer was laid out for.
    /// - Throws: `KeratinError` for a weight that it does not know.
    func places(of weights: [Variable]) throws -> [Int] {
        if weights.count == variables.count, zip(weights, variables).allSatisfy({ $0 === $1 }) {
            return Array(weights.indices)
        }
        var known: [ObjectIdentifier: Int] = [:]
        for (index, variable) in variables.enumerated() {
            known[ObjectIdentifier(variable)] = index
        }
        return try weights.map { weight in
            guard let place = known.removeValue(forKey: ObjectIdentifier(weight)) else {
                throw KeratinError(
                    .invalidArgument,
                    variables.contains { $0 === weight }
                        ? "the weight '\(weight.path)' is given twice"
                        : "the weight '\(weight.path)' is not among the \(variables.count) weights of the first step: "
                            + "use an optimizer for each set of weights, or give all of them at first",
                    at: optimizer.name)
            }
            return place
        }
    }

    /// The rule's running product after an update, counted from 1.
    func product(after step: Int) -> Double {
        guard let factor = rule.runningProduct?.factor else { return 1 }
        if step < product.step { product = (0, 1) }
        while product.step < step {
            // Nothing changes any more.
            if product.value == 0 { product.step = step - 1 }
            product = (product.step + 1, product.value * factor(product.step + 1))
        }
        return product.value
    }

    /// The weights and their moving averages change places, if those are kept.
    package func swapAverages() throws {
        guard let average, let vector else { return }
        let weights = try vector.states.flatMap { try $0.values() }
        let averages = try average.values()
        try vector.setValues(averages)
        try average.writeBlock(weights)
    }

    /// The moving averages become what the weights are.
    package func keepWeightsAsAverages() throws {
        guard let average, let vector else { return }
        try average.writeBlock(try vector.states.flatMap { try $0.values() })
    }

    /// The end of `fit`: weights become their moving averages, if those are kept.
    package func finalize() throws {
        guard let average, let vector, iterations > 0 else { return }
        try vector.setValues(try average.values())
    }
}
