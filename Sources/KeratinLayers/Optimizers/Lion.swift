import KeratinCore
import KeratinTensor

extension Optimizer {
    /// w ← w − lr·sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g (Chen et al., 2023).
    static func lion(
        learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = ["beta_1": .number(beta1), "beta_2": .number(beta2)]
        let rule = LionRule(beta1: beta1, beta2: beta2)
        return Optimizer(FunctionIdentity("Lion", config), rule, learningRate, options)
    }

    static func lion(_ configuration: Configuration) throws -> Optimizer {
        .lion(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            beta1: try configuration.number("beta_1", default: 0.9),
            beta2: try configuration.number("beta_2", default: 0.99),
            options: try OptimizerOptions(from: configuration))
    }
}

struct LionRule: UpdateRule {
    var beta1: Double
    var beta2: Double

    var name: String { "lion" }
    var slots: [OptimizerSlot] { [OptimizerSlot("momentum")] }

    func validate() throws {
        try check("beta1", beta1, in: Double.leastNonzeroMagnitude...1)
        expect("beta2", beta2, in: 0...1)
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let direction = (slots[0] * beta1 + gradient * (1 - beta1)).unary(.sign)
        let momentum = slots[0] * beta2 + gradient * (1 - beta2)
        return (try weights - direction * step.learningRate(), [momentum])
    }
}
