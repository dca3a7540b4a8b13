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
    /// Adam's direction u = m̂/(√v̂ + ε), scaled for each weight by ‖w‖/‖u‖ (1 where either is 0) (You et al., 2019).
    static func lamb(
        learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "beta_1": .number(beta1), "beta_2": .number(beta2), "epsilon": .number(epsilon),
        ]
        let rule = LambRule(beta1: beta1, beta2: beta2, epsilon: epsilon)
        return Optimizer(FunctionIdentity("Lamb", config), rule, learningRate, options)
    }

    static func lamb(_ configuration: Configuration) throws -> Optimizer {
        .lamb(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            beta1: try configuration.number("beta_1", default: 0.9),
            beta2: try configuration.number("beta_2", default: 0.999),
            epsilon: try configuration.number("epsilon", default: 1e-7),
            options: try OptimizerOptions(from: configuration))
    }
}

struct LambRule: VariableUpdateRule {
    var beta1: Double
    var beta2: Double
    var epsilon: Double

    func validate() throws {
        expect("beta1", beta1, in: 0...1)
        expect("beta2", beta2, in: 0...1)
        expect("epsilon", epsilon, in: 0...(.infinity))
    }

    func slots(for variable: OptimizedVariable) -> [VariableSlot] {
        [.momentum(variable), .velocity(variable)]
    }

    func update(
        _ variable: OptimizedVariable, _ weight: Tensor, gradient: Tensor, slots: [Tensor],
        step: StepNumbers
    ) throws -> (weight: Tensor, slots: [Tensor?]) {
        let (beta1, beta2) = (beta1, beta2)
        let first = try step.number("lamb_momentum") { _, t in 1 / (1 - pow(beta1, Double(t))) }
        let second = try step.number("lamb_velocity") { _, t in 1 / (1 - pow(beta2, Double(t))) }
        let m = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let v = try slots[1] + (step.square(gradient) - slots[1]) * (1 - beta2)
        let direction = m * first / ((v * second).sqrt() + epsilon)
        let size = weight.square().sum().sqrt()
        let length = direction.square().sum().sqrt()
        let isUsable = size.binary(.greater, 0).binary(.and, length.binary(.greater, 0))
        let safe = isUsable.select(length, Tensor(1))
        let ratio = isUsable.select(size / safe, Tensor(1))
        return (try weight - direction * (ratio * step.learningRate()), [m, v])
    }
}
