import KeratinCore
import KeratinLayers
import KeratinTensor

/// An optimizer at work on a model's weights: its slots, and the steps taken.
package final class OptimizerState {
    package var optimizer: Optimizer
    private let rule: any UpdateRule
    /// Steps taken.
    package private(set) var iterations = 0
    private var group: StateGroup?
    private var slots: [StateStorage] = []

    init(_ optimizer: Optimizer) throws {
        rule = try optimizer.resolvedRule()
        self.optimizer = optimizer
    }

    /// Numbers that the optimizer keeps besides its step and learning rate; nil before the first step.
    package var slotCount: Int? {
        group.map { group in rule.slots.count * group.storage.type.count }
    }

    /// Lays out the trainable weights and the slots on the device, unless they are.
    /// - Returns: whether anything moved, so that plans are void.
    func prepare(_ variables: [Variable], on backend: any Backend) throws -> Bool {
        guard group == nil else { return false }
        let group = try StateGroup(variables.map(\.state), on: backend)
        slots = try rule.slots.map { slot in
            let storage = try StateStorage(group.storage.type, on: backend)
            try storage.writeBlock(
                [Float](repeating: Float(slot.initial), count: group.storage.type.count))
            return storage
        }
        self.group = group
        return true
    }

    /// Moves everything to another backend; the weights have moved already.
    func move(to backend: any Backend) throws {
        let values = try slots.map { try $0.values() }
        if let group { self.group = try StateGroup(group.states, on: backend) }
        slots = try values.map { values in
            let storage = try StateStorage(TensorType([values.count]), on: backend)
            try storage.writeBlock(values)
            return storage
        }
    }

    func countStep() { iterations += 1 }

    /// Records one step down the gradient of the loss.
    func update(_ trace: Trace, _ loss: Tensor) throws {
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
}
