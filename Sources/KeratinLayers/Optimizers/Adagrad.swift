import KeratinCore
import KeratinTensor

extension Optimizer {
    /// a ← a + g², w ← w − lr·g/√(a + ε) (Duchi et al., 2011).
    /// - Parameter initialAccumulatorValue: a before the first step.
    static func adagrad(
        learningRate: LearningRate = 0.001, initialAccumulatorValue: Double = 0.1,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "initial_accumulator_value": .number(initialAccumulatorValue),
            "epsilon": .number(epsilon),
        ]
        let rule = AdagradRule(initial: initialAccumulatorValue, epsilon: epsilon)
        return Optimizer(FunctionIdentity("Adagrad", config), rule, learningRate, options)
    }

    static func adagrad(_ configuration: Configuration) throws -> Optimizer {
        .adagrad(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            initialAccumulatorValue: try configuration.number(
                "initial_accumulator_value", default: 0.1),
            epsilon: try configuration.number("epsilon", default: 1e-7),
            options: try OptimizerOptions(from: configuration))
    }
}

struct AdagradRule: UpdateRule {
    var initial: Double
    var epsilon: Double

    var name: String { "adagrad" }
    var slots: [OptimizerSlot] { [OptimizerSlot("accumulator", initial: initial)] }

    func validate() throws {
        expect("initialAccumulatorValue", initial, in: 0...(.infinity))
        expect("epsilon", epsilon, in: 0...(.infinity))
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let accumulator = try slots[0] + step.square(gradient)
        let move = try gradient * step.learningRate() / (accumulator + epsilon).sqrt()
        return (weights - move, [accumulator])
    }
}
