import KeratinCore
import KeratinTensor

extension Optimizer {
    /// Follow the regularized leader (McMahan et al., 2013). With p = −learningRatePower, n the sum of g² and
    /// z ← z + g' − (n_newᵖ − nᵖ)/lr·w, g' = g + 2·l2Shrinkage·w:
    /// w ← (clip(z, ±l1) − z)/(n_newᵖ/lr + 2·l2 + beta/lr).
    static func ftrl(
        learningRate: LearningRate = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0,
        l2RegularizationStrength: Double = 0, l2ShrinkageRegularizationStrength: Double = 0,
        beta: Double = 0, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "learning_rate_power": .number(learningRatePower),
            "initial_accumulator_value": .number(initialAccumulatorValue),
            "l1_regularization_strength": .number(l1RegularizationStrength),
            "l2_regularization_strength": .number(l2RegularizationStrength),
            "l2_shrinkage_regularization_strength": .number(l2ShrinkageRegularizationStrength),
            "beta": .number(beta),
        ]
        let rule = FtrlRule(
            power: -learningRatePower, initial: initialAccumulatorValue,
            l1: l1RegularizationStrength, l2: l2RegularizationStrength,
            shrinkage: l2ShrinkageRegularizationStrength, beta: beta)
        return Optimizer(FunctionIdentity("Ftrl", config), rule, learningRate, options)
    }

    static func ftrl(_ configuration: Configuration) throws -> Optimizer {
        .ftrl(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            learningRatePower: try configuration.number("learning_rate_power", default: -0.5),
            initialAccumulatorValue: try configuration.number(
                "initial_accumulator_value", default: 0.1),
            l1RegularizationStrength: try configuration.number(
                "l1_regularization_strength", default: 0),
            l2RegularizationStrength: try configuration.number(
                "l2_regularization_strength", default: 0),
            l2ShrinkageRegularizationStrength: try configuration.number(
                "l2_shrinkage_regularization_strength", default: 0),
            beta: try configuration.number("beta", default: 0),
            options: try OptimizerOptions(from: configuration))
    }
}

struct FtrlRule: UpdateRule {
    var power: Double
    var initial: Double
    var l1: Double
    var l2: Double
    var shrinkage: Double
    var beta: Double

    var name: String { "ftrl" }

    var slots: [OptimizerSlot] {
        [OptimizerSlot("accumulator", initial: initial), OptimizerSlot("linear")]
    }

    func validate() throws {
        let all = [
            ("-learningRatePower", power), ("initialAccumulatorValue", initial),
            ("l1RegularizationStrength", l1), ("l2RegularizationStrength", l2),
            ("l2ShrinkageRegularizationStrength", shrinkage),
        ]
        for (name, value) in all { try check(name, value, in: 0...(.infinity)) }
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let (l2, beta) = (l2, beta)
        let inverseRate = try step.number("inverse_rate") { rate, _ in 1 / rate }
        let penalty = try step.number("ftrl_l2") { rate, _ in 2 * l2 + beta / rate }
        let shrunk = shrinkage == 0 ? gradient : gradient + weights * (2 * shrinkage)
        let accumulator = try slots[0] + step.square(gradient)
        let strength = try accumulator.raised(to: power)
        let growth = try (strength - slots[0].raised(to: power)) * inverseRate
        let linear = slots[1] + (shrunk - growth * weights)
        let quadratic = strength * inverseRate + penalty
        let updated = (linear.clipped(-l1, l1) - linear) / quadratic
        return (updated, [accumulator, linear])
    }
}
