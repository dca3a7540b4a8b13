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
    /// Adam with Nesterov's momentum (Dozat, 2016). With uₜ = β₁·(1 − ½·0.96ᵗ) and Pₜ = u₁·…·uₜ:
    /// m̂ = uₜ₊₁·m/(1 − Pₜ₊₁) + (1 − uₜ)·g/(1 − Pₜ), w ← w − lr·m̂/(√(v/(1 − β₂ᵗ)) + ε).
    static func nadam(
        learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "beta_1": .number(beta1), "beta_2": .number(beta2), "epsilon": .number(epsilon),
        ]
        let rule = NadamRule(beta1: beta1, beta2: beta2, epsilon: epsilon)
        return Optimizer(FunctionIdentity("Nadam", config), rule, learningRate, options)
    }

    static func nadam(_ configuration: Configuration) throws -> Optimizer {
        .nadam(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            beta1: try configuration.number("beta_1", default: 0.9),
            beta2: try configuration.number("beta_2", default: 0.999),
            epsilon: try configuration.number("epsilon", default: 1e-7),
            options: try OptimizerOptions(from: configuration))
    }
}

struct NadamRule: UpdateRule {
    var beta1: Double
    var beta2: Double
    var epsilon: Double

    var name: String { "nadam" }
    var slots: [OptimizerSlot] { [OptimizerSlot("momentum"), OptimizerSlot("velocity")] }

    var runningProduct: RunningProduct? {
        RunningProduct { [self] in momentum($0) }
    }

    func validate() throws {
        expect("beta1", beta1, in: 0...1)
        expect("beta2", beta2, in: 0...1)
        expect("epsilon", epsilon, in: 0...(.infinity))
    }

    /// uₜ
    private func momentum(_ t: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(t))) }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let ahead = try step.number("nadam_momentum") { _, t in
            momentum(t + 1) / (1 - step.product(t) * momentum(t + 1))
        }
        let now = try step.number("nadam_gradient") { _, t in
            (1 - momentum(t)) / (1 - step.product(t))
        }
        let correction = try step.number("nadam_velocity") { [beta2] _, t in
            1 / (1 - pow(beta2, Double(t)))
        }
        let m = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let v = try slots[1] + (step.square(gradient) - slots[1]) * (1 - beta2)
        let direction = m * ahead + gradient * now
        let scale = (v * correction).sqrt() + epsilon
        return (try weights - direction * step.learningRate() / scale, [m, v])
    }
}
