import KeratinCore
import KeratinTensor

/// Keras's optimizers, wherever one is asked for: `.adam`, `.adam(0.01)`, `.adam(learningRate: 0.01, beta1: 0.5)`.
extension OptimizerConvertible where Self == Optimizer {
    /// `adadelta(learningRate:)` with its defaults.
    public static var adadelta: Optimizer { Optimizer.adadelta() }

    /// a and d are moving averages of the squares of the gradients and of the steps; the step is
    /// −g·√(d + ε)/√(a + ε), and w ← w + lr·step (Zeiler, 2012, where lr is 1).
    public static func adadelta(
        learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.95,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adadelta(
            learningRate: learningRate.learningRate, rho: rho, epsilon: epsilon, options: options)
    }

    /// The same, the learning rate first.
    public static func adadelta(
        _ learningRate: any LearningRateConvertible, rho: Double = 0.95, epsilon: Double = 1e-7,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adadelta(
            learningRate: learningRate.learningRate, rho: rho, epsilon: epsilon, options: options)
    }

    /// `adafactor(learningRate:)` with its defaults.
    public static var adafactor: Optimizer { Optimizer.adafactor() }

    /// Adafactor (Shazeer and Stern, 2018): the mean squares of a matrix's gradients are kept as means of rows and
    /// columns, v = r/mean(r)·c; u = g/√v is divided by max(1, RMS(u)/clipThreshold), and
    /// w ← w − max(ε₂, RMS(w))·min(lr, 1/√t)·u. Averages keep 1 − t^β₂Decay of themselves.
    /// - Parameter relativeStep: kept for files; the step is bounded by 1/√t either way, as in Keras.
    public static func adafactor(
        learningRate: any LearningRateConvertible = 0.001, beta2Decay: Double = -0.8,
        epsilon1: Double = 1e-30, epsilon2: Double = 1e-3, clipThreshold: Double = 1,
        relativeStep: Bool = true, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adafactor(
            learningRate: learningRate.learningRate, beta2Decay: beta2Decay, epsilon1: epsilon1,
            epsilon2: epsilon2, clipThreshold: clipThreshold, relativeStep: relativeStep,
            options: options)
    }

    /// The same, the learning rate first.
    public static func adafactor(
        _ learningRate: any LearningRateConvertible, beta2Decay: Double = -0.8,
        epsilon1: Double = 1e-30, epsilon2: Double = 1e-3, clipThreshold: Double = 1,
        relativeStep: Bool = true, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adafactor(
            learningRate: learningRate.learningRate, beta2Decay: beta2Decay, epsilon1: epsilon1,
            epsilon2: epsilon2, clipThreshold: clipThreshold, relativeStep: relativeStep,
            options: options)
    }

    /// `adagrad(learningRate:)` with its defaults.
    public static var adagrad: Optimizer { Optimizer.adagrad() }

    /// a ← a + g², w ← w − lr·g/√(a + ε) (Duchi et al., 2011).
    /// - Parameter initialAccumulatorValue: a before the first step.
    public static func adagrad(
        learningRate: any LearningRateConvertible = 0.001, initialAccumulatorValue: Double = 0.1,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adagrad(
            learningRate: learningRate.learningRate,
            initialAccumulatorValue: initialAccumulatorValue, epsilon: epsilon, options: options)
    }

    /// The same, the learning rate first.
    public static func adagrad(
        _ learningRate: any LearningRateConvertible, initialAccumulatorValue: Double = 0.1,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adagrad(
            learningRate: learningRate.learningRate,
            initialAccumulatorValue: initialAccumulatorValue, epsilon: epsilon, options: options)
    }

    /// `adam(learningRate:)` with its defaults.
    public static var adam: Optimizer { Optimizer.adam() }

    /// Adam (Kingma and Ba, 2014) in the form of Keras: m and v are moving averages of g and g²,
    /// w ← w − α·m/(√v + ε) with α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ). `amsgrad` uses the largest v so far.
    public static func adam(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adam(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad, options: options)
    }

    /// The same, the learning rate first.
    public static func adam(
        _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adam(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad, options: options)
    }

    /// `adamW(learningRate:)` with its defaults.
    public static var adamW: Optimizer { Optimizer.adamW() }

    /// Adam with weights that decay (Loshchilov and Hutter, 2017).
    /// - Parameter options: its weight decay is not used.
    public static func adamW(
        learningRate: any LearningRateConvertible = 0.001, weightDecay: Double = 0.004,
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adamW(
            learningRate: learningRate.learningRate, weightDecay: weightDecay, beta1: beta1,
            beta2: beta2, epsilon: epsilon, amsgrad: amsgrad, options: options)
    }

    /// The same, the learning rate first.
    public static func adamW(
        _ learningRate: any LearningRateConvertible, weightDecay: Double = 0.004,
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adamW(
            learningRate: learningRate.learningRate, weightDecay: weightDecay, beta1: beta1,
            beta2: beta2, epsilon: epsilon, amsgrad: amsgrad, options: options)
    }

    /// `adamax(learningRate:)` with its defaults.
    public static var adamax: Optimizer { Optimizer.adamax() }

    /// Adam with the largest gradient in place of the mean square (Kingma and Ba, 2014): u ← max(β₂·u, |g|),
    /// w ← w − lr/(1 − β₁ᵗ)·m/(u + ε).
    public static func adamax(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-7,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adamax(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            options: options)
    }

    /// The same, the learning rate first.
    public static func adamax(
        _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.adamax(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            options: options)
    }

    /// `ftrl(learningRate:)` with its defaults.
    public static var ftrl: Optimizer { Optimizer.ftrl() }

    /// Follow the regularized leader (McMahan et al., 2013). With p = −learningRatePower, n the sum of g² and
    /// z ← z + g' − (n_newᵖ − nᵖ)/lr·w, g' = g + 2·l2Shrinkage·w:
    /// w ← (clip(z, ±l1) − z)/(n_newᵖ/lr + 2·l2 + beta/lr).
    public static func ftrl(
        learningRate: any LearningRateConvertible = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0,
        l2RegularizationStrength: Double = 0, l2ShrinkageRegularizationStrength: Double = 0,
        beta: Double = 0, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.ftrl(
            learningRate: learningRate.learningRate, learningRatePower: learningRatePower,
            initialAccumulatorValue: initialAccumulatorValue,
            l1RegularizationStrength: l1RegularizationStrength,
            l2RegularizationStrength: l2RegularizationStrength,
            l2ShrinkageRegularizationStrength: l2ShrinkageRegularizationStrength, beta: beta,
            options: options)
    }

    /// The same, the learning rate first.
    public static func ftrl(
        _ learningRate: any LearningRateConvertible, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0,
        l2RegularizationStrength: Double = 0, l2ShrinkageRegularizationStrength: Double = 0,
        beta: Double = 0, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.ftrl(
            learningRate: learningRate.learningRate, learningRatePower: learningRatePower,
            initialAccumulatorValue: initialAccumulatorValue,
            l1RegularizationStrength: l1RegularizationStrength,
            l2RegularizationStrength: l2RegularizationStrength,
            l2ShrinkageRegularizationStrength: l2ShrinkageRegularizationStrength, beta: beta,
            options: options)
    }

    /// `lamb(learningRate:)` with its defaults.
    public static var lamb: Optimizer { Optimizer.lamb() }

    /// Adam's direction u = m̂/(√v̂ + ε), scaled for each weight by ‖w‖/‖u‖ (1 where either is 0) (You et al., 2019).
    public static func lamb(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-7,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.lamb(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            options: options)
    }

    /// The same, the learning rate first.
    public static func lamb(
        _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.lamb(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            options: options)
    }

    /// `lion(learningRate:)` with its defaults.
    public static var lion: Optimizer { Optimizer.lion() }

    /// w ← w − lr·sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g (Chen et al., 2023).
    public static func lion(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9,
        beta2: Double = 0.99, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.lion(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, options: options)
    }

    /// The same, the learning rate first.
    public static func lion(
        _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.99,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.lion(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, options: options)
    }

    /// `muon(learningRate:)` with its defaults.
    public static var muon: Optimizer { Optimizer.muon() }

    /// Muon (Jordan et al., 2024): the momentum of each matrix is made nearly orthogonal by Newton-Schulz iterations and is
    /// then the update; all other weights are updated by AdamW.
    /// - Parameter weightDecay: of matrices.
    public static func muon(
        learningRate: any LearningRateConvertible = 0.001, weightDecay: Double? = 0.004,
        muon: MuonOptions = MuonOptions(), options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.muon(
            learningRate: learningRate.learningRate, weightDecay: weightDecay, muon: muon,
            options: options)
    }

    /// The same, the learning rate first.
    public static func muon(
        _ learningRate: any LearningRateConvertible, weightDecay: Double? = 0.004,
        muon: MuonOptions = MuonOptions(), options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.muon(
            learningRate: learningRate.learningRate, weightDecay: weightDecay, muon: muon,
            options: options)
    }

    /// `nadam(learningRate:)` with its defaults.
    public static var nadam: Optimizer { Optimizer.nadam() }

    /// Adam with Nesterov's momentum (Dozat, 2016). With uₜ = β₁·(1 − ½·0.96ᵗ) and Pₜ = u₁·…·uₜ:
    /// m̂ = uₜ₊₁·m/(1 − Pₜ₊₁) + (1 − uₜ)·g/(1 − Pₜ), w ← w − lr·m̂/(√(v/(1 − β₂ᵗ)) + ε).
    public static func nadam(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-7,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.nadam(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            options: options)
    }

    /// The same, the learning rate first.
    public static func nadam(
        _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.nadam(
            learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            options: options)
    }

    /// `rmsprop(learningRate:)` with its defaults.
    public static var rmsprop: Optimizer { Optimizer.rmsprop() }

    /// v ← ρ·v + (1 − ρ)·g², w ← w − lr·g/√(v + ε); centred: v less the square of the mean gradient. With
    /// momentum the steps accumulate: m ← momentum·m + step.
    public static func rmsprop(
        learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7, centered: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.rmsprop(
            learningRate: learningRate.learningRate, rho: rho, momentum: momentum, epsilon: epsilon,
            centered: centered, options: options)
    }

    /// The same, the learning rate first.
    public static func rmsprop(
        _ learningRate: any LearningRateConvertible, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7, centered: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.rmsprop(
            learningRate: learningRate.learningRate, rho: rho, momentum: momentum, epsilon: epsilon,
            centered: centered, options: options)
    }

    /// `sgd(learningRate:)` with its defaults.
    public static var sgd: Optimizer { Optimizer.sgd() }

    /// w ← w − lr·g; with momentum v ← momentum·v − lr·g and w ← w + v, or with Nesterov's look ahead
    /// w ← w + momentum·v − lr·g.
    ///
    /// The time decay of Keras 1 and 2 is a schedule: `learningRate: .legacyDecay(0.01, decay: 1e-6)`.
    public static func sgd(
        learningRate: any LearningRateConvertible = 0.01, momentum: Double = 0,
        nesterov: Bool = false, options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.sgd(
            learningRate: learningRate.learningRate, momentum: momentum, nesterov: nesterov,
            options: options)
    }

    /// The same, the learning rate first.
    public static func sgd(
        _ learningRate: any LearningRateConvertible, momentum: Double = 0, nesterov: Bool = false,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        Optimizer.sgd(
            learningRate: learningRate.learningRate, momentum: momentum, nesterov: nesterov,
            options: options)
    }
}
