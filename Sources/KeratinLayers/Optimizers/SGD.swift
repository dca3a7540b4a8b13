import KeratinCore
import KeratinTensor

extension Optimizer {
    /// w ← w − lr·g; with momentum v ← momentum·v − lr·g and w ← w + v, or with Nesterov's look ahead
    /// w ← w + momentum·v − lr·g.
    ///
    /// The time decay of Keras 1 and 2 is a schedule: `learningRate: .legacyDecay(0.01, decay: 1e-6)`.
    static func sgd(
        learningRate: LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "momentum": .number(momentum), "nesterov": .boolean(nesterov),
        ]
        return Optimizer(
            FunctionIdentity("SGD", config), SGDRule(momentum: momentum, nesterov: nesterov),
            learningRate, options)
    }

    static func sgd(_ configuration: Configuration) throws -> Optimizer {
        .sgd(
            learningRate: try configuration.object("learning_rate", default: 0.01),
            momentum: try configuration.number("momentum", default: 0),
            nesterov: try configuration.boolean("nesterov", default: false),
            options: try OptimizerOptions(from: configuration))
    }
}

struct SGDRule: UpdateRule, IdleSlotRule {
    var momentum: Double
    var nesterov: Bool

    var name: String { "sgd" }

    var idleSlots: [String] { momentum == 0 ? ["momentum"] : [] }

    var slots: [OptimizerSlot] { momentum == 0 ? [] : [OptimizerSlot("momentum")] }

    func validate() throws { try check("momentum", momentum, in: 0...1) }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let move = try gradient * step.learningRate()
        guard momentum != 0 else { return (weights - move, []) }
        let velocity = slots[0] * momentum - move
        let change = nesterov ? velocity * momentum - move : velocity
        return (weights + change, [velocity])
    }
}
