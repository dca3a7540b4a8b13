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
    /// Adam (Kingma and Ba, 2014) in the form of Keras: m and v are moving averages of g and g²,
    /// w ← w − α·m/(√v + ε) with α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ). `amsgrad` uses the largest v so far.
    static func adam(
        learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        adam("Adam", learningRate, beta1, beta2, epsilon, amsgrad, options)
    }

    /// Adam with weights that decay (Loshchilov and Hutter, 2017).
    /// - Parameter options: its weight decay is not used.
    static func adamW(
        learningRate: LearningRate = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        var options = options
        options.weightDecay = weightDecay
        return adam("AdamW", learningRate, beta1, beta2, epsilon, amsgrad, options)
    }

    private static func adam(
        _ className: String, _ learningRate: LearningRate, _ beta1: Double, _ beta2: Double,
        _ epsilon: Double, _ amsgrad: Bool, _ options: OptimizerOptions
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "beta_1": .number(beta1), "beta_2": .number(beta2), "epsilon": .number(epsilon),
            "amsgrad": .boolean(amsgrad),
        ]
        let rule = AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
        return Optimizer(FunctionIdentity(className, config), rule, learningRate, options)
    }

    static func adam(_ configuration: Configuration) throws -> Optimizer {
        try adam("Adam", configuration, weightDecay: nil)
    }

    static func adamW(_ configuration: Configuration) throws -> Optimizer {
        try adam("AdamW", configuration, weightDecay: 0.004)
    }

    private static func adam(
        _ className: String, _ configuration: Configuration, weightDecay: Double?
    ) throws -> Optimizer {
        adam(
            className, try configuration.object("learning_rate", default: 0.001),
            try configuration.number("beta_1", default: 0.9),
            try configuration.number("beta_2", default: 0.999),
            try configuration.number("epsilon", default: 1e-7),
            try configuration.boolean("amsgrad", default: false),
            try OptimizerOptions(from: configuration, weightDecay: weightDecay))
    }
}

struct AdamRule: UpdateRule {
    var beta1: Double
    var beta2: Double
    var epsilon: Double
    var amsgrad: Bool

    var name: String { "adam" }

    var slots: [OptimizerSlot] {
        [OptimizerSlot("momentum"), OptimizerSlot("velocity")]
            + (amsgrad ? [OptimizerSlot("velocity_hat", group: 1)] : [])
    }

    func validate() throws {
        expect("beta1", beta1, in: 0...1)
        expect("beta2", beta2, in: 0...1)
        expect("epsilon", epsilon, in: 0...(.infinity))
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let alpha = try AdamRule.rate(step, beta1, beta2)
        let m = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let v = try slots[1] + (step.square(gradient) - slots[1]) * (1 - beta2)
        var results = [m, v]
        var scale = v
        if amsgrad {
            scale = slots[2].binary(.maximum, v)
            results.append(scale)
        }
        return (weights - m * alpha / (scale.sqrt() + epsilon), results)
    }

    /// lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ), times a factor.
    static func rate(
        _ step: StepNumbers, _ beta1: Double, _ beta2: Double, factor: Double = 1
    ) throws -> Tensor {
        try step.number("adam_alpha") { rate, t in
            factor * rate * (1 - pow(beta2, Double(t))).squareRoot() / (1 - pow(beta1, Double(t)))
        }
    }
}
