import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Optimizer {
    /// Adam with the largest gradient in place of the mean square (Kingma and Ba, 2014): u ← max(β₂·u, |g|),
    /// w ← w − lr/(1 − β₁ᵗ)·m/(u + ε).
    static func adamax(
        learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "beta_1": .number(beta1), "beta_2": .number(beta2), "epsilon": .number(epsilon),
        ]
        let rule = AdamaxRule(beta1: beta1, beta2: beta2, epsilon: epsilon)
        return Optimizer(FunctionIdentity("Adamax", config), rule, learningRate, options)
    }

    static func adamax(_ configuration: Configuration) throws -> Optimizer {
        .adamax(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            beta1: try configuration.number("beta_1", default: 0.9),
            beta2: try configuration.number("beta_2", default: 0.999),
            epsilon: try configuration.number("epsilon", default: 1e-7),
            options: try OptimizerOptions(from: configuration))
    }
}

struct AdamaxRule: UpdateRule {
    var beta1: Double
    var beta2: Double
    var epsilon: Double

    var name: String { "adamax" }
    var slots: [OptimizerSlot] { [OptimizerSlot("momentum"), OptimizerSlot("norm")] }

    func validate() throws {
        expect("beta1", beta1, in: 0...1)
        expect("beta2", beta2, in: 0...1)
        expect("epsilon", epsilon, in: 0...(.infinity))
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let beta1 = beta1
        let rate = try step.number("adamax_rate") { $0 / (1 - pow(beta1, Double($1))) }
        let m = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let u = try (slots[1] * beta2).binary(.maximum, step.magnitude(gradient))
        return (weights - m * rate / (u + epsilon), [m, u])
    }
}
