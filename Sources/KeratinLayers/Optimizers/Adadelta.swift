import KeratinCore
import KeratinTensor

extension Optimizer {
    /// a and d are moving averages of the squares of the gradients and of the steps; the step is
    /// −g·√(d + ε)/√(a + ε), and w ← w + lr·step (Zeiler, 2012, where lr is 1).
    static func adadelta(
        learningRate: LearningRate = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = ["rho": .number(rho), "epsilon": .number(epsilon)]
        let rule = AdadeltaRule(rho: rho, epsilon: epsilon)
        return Optimizer(FunctionIdentity("Adadelta", config), rule, learningRate, options)
    }

    static func adadelta(_ configuration: Configuration) throws -> Optimizer {
        .adadelta(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            rho: try configuration.number("rho", default: 0.95),
            epsilon: try configuration.number("epsilon", default: 1e-7),
            options: try OptimizerOptions(from: configuration))
    }
}

struct AdadeltaRule: UpdateRule {
    var rho: Double
    var epsilon: Double

    var name: String { "adadelta" }

    var slots: [OptimizerSlot] {
        [OptimizerSlot("accumulated_grad"), OptimizerSlot("accumulated_delta_var")]
    }

    func validate() throws {
        expect("rho", rho, in: 0...1)
        expect("epsilon", epsilon, in: 0...(.infinity))
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let squares = try slots[0] * rho + step.square(gradient) * (1 - rho)
        let change = -((slots[1] + epsilon).sqrt() * gradient / (squares + epsilon).sqrt())
        let changes = slots[1] * rho + change.square() * (1 - rho)
        return (try weights + change * step.learningRate(), [squares, changes])
    }
}
