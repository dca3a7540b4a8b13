import KeratinCore
import KeratinTensor

extension Optimizer {
    /// v ← ρ·v + (1 − ρ)·g², w ← w − lr·g/√(v + ε); centred: v less the square of the mean gradient. With
    /// momentum the steps accumulate: m ← momentum·m + step.
    static func rmsprop(
        learningRate: LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7, centered: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "rho": .number(rho), "momentum": .number(momentum), "epsilon": .number(epsilon),
            "centered": .boolean(centered),
        ]
        let rule = RMSpropRule(rho: rho, momentum: momentum, epsilon: epsilon, centered: centered)
        return Optimizer(FunctionIdentity("RMSprop", config), rule, learningRate, options)
    }

    static func rmsprop(_ configuration: Configuration) throws -> Optimizer {
        .rmsprop(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            rho: try configuration.number("rho", default: 0.9),
            momentum: try configuration.number("momentum", default: 0),
            epsilon: try configuration.number("epsilon", default: 1e-7),
            centered: try configuration.boolean("centered", default: false),
            options: try OptimizerOptions(from: configuration))
    }
}

struct RMSpropRule: UpdateRule {
    var rho: Double
    var momentum: Double
    var epsilon: Double
    var centered: Bool

    var name: String { "rmsprop" }

    var slots: [OptimizerSlot] {
        var slots = [OptimizerSlot("velocity")]
        if momentum > 0 { slots.append(OptimizerSlot("momentum", group: 1)) }
        if centered { slots.append(OptimizerSlot("average_gradient", group: 2)) }
        return slots
    }

    func validate() throws {
        expect("rho", rho, in: 0...1)
        expect("momentum", momentum, in: 0...1)
        expect("epsilon", epsilon, in: 0...(.infinity))
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let velocity = try slots[0] * rho + step.square(gradient) * (1 - rho)
        var results = [velocity]
        var denominator = velocity + epsilon
        var average: Tensor?
        if centered {
            let mean = slots[slots.count - 1] * rho + gradient * (1 - rho)
            denominator = velocity - mean.square() + epsilon
            average = mean
        }
        var move = try gradient * step.learningRate() / denominator.sqrt()
        if momentum > 0 {
            move = slots[1] * momentum + move
            results.append(move)
        }
        if let average { results.append(average) }
        return (weights - move, results)
    }
}
