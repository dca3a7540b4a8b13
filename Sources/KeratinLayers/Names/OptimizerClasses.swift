// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

// Keras's classes of optimizers, with all their arguments. The learning rate is a number or a schedule.

/// a and d are moving averages of the squares of the gradients and of the steps; the step is
/// −g·√(d + ε)/√(a + ε), and w ← w + lr·step (Zeiler, 2012, where lr is 1).
public func Adadelta(
    learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.adadelta(
        learningRate: learningRate.learningRate, rho: rho, epsilon: epsilon,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Adadelta(0.01)`.
public func Adadelta(
    _ learningRate: any LearningRateConvertible, rho: Double = 0.95, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Adadelta(
        learningRate: learningRate, rho: rho, epsilon: epsilon, weightDecay: weightDecay,
        clipnorm: clipnorm, clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
        emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
        lossScaleFactor: lossScaleFactor, gradientAccumulationSteps: gradientAccumulationSteps,
        name: name)
}

/// Adafactor (Shazeer and Stern, 2018): the mean squares of a matrix's gradients are kept as means of rows and
/// columns, v = r/mean(r)·c; u = g/√v is divided by max(1, RMS(u)/clipThreshold), and
/// w ← w − max(ε₂, RMS(w))·min(lr, 1/√t)·u. Averages keep 1 − t^β₂Decay of themselves.
/// - Parameter relativeStep: kept for files; the step is bounded by 1/√t either way, as in Keras.
public func Adafactor(
    learningRate: any LearningRateConvertible = 0.001, beta2Decay: Double = -0.8,
    epsilon1: Double = 1e-30, epsilon2: Double = 1e-3, clipThreshold: Double = 1,
    relativeStep: Bool = true, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.adafactor(
        learningRate: learningRate.learningRate, beta2Decay: beta2Decay, epsilon1: epsilon1,
        epsilon2: epsilon2, clipThreshold: clipThreshold, relativeStep: relativeStep,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Adafactor(0.01)`.
public func Adafactor(
    _ learningRate: any LearningRateConvertible, beta2Decay: Double = -0.8,
    epsilon1: Double = 1e-30, epsilon2: Double = 1e-3, clipThreshold: Double = 1,
    relativeStep: Bool = true, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Adafactor(
        learningRate: learningRate, beta2Decay: beta2Decay, epsilon1: epsilon1, epsilon2: epsilon2,
        clipThreshold: clipThreshold, relativeStep: relativeStep, weightDecay: weightDecay,
        clipnorm: clipnorm, clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
        emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
        lossScaleFactor: lossScaleFactor, gradientAccumulationSteps: gradientAccumulationSteps,
        name: name)
}

/// a ← a + g², w ← w − lr·g/√(a + ε) (Duchi et al., 2011).
/// - Parameter initialAccumulatorValue: a before the first step.
public func Adagrad(
    learningRate: any LearningRateConvertible = 0.001, initialAccumulatorValue: Double = 0.1,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.adagrad(
        learningRate: learningRate.learningRate, initialAccumulatorValue: initialAccumulatorValue,
        epsilon: epsilon,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Adagrad(0.01)`.
public func Adagrad(
    _ learningRate: any LearningRateConvertible, initialAccumulatorValue: Double = 0.1,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Adagrad(
        learningRate: learningRate, initialAccumulatorValue: initialAccumulatorValue,
        epsilon: epsilon, weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// Adam (Kingma and Ba, 2014) in the form of Keras: m and v are moving averages of g and g²,
/// w ← w − α·m/(√v + ε) with α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ). `amsgrad` uses the largest v so far.
public func Adam(
    learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = nil,
    clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
    useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
    lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.adam(
        learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        amsgrad: amsgrad,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Adam(0.01)`.
public func Adam(
    _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = nil,
    clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
    useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
    lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Adam(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
        weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// Adam with weights that decay (Loshchilov and Hutter, 2017).
/// - Parameter options: its weight decay is not used.
public func AdamW(
    learningRate: any LearningRateConvertible = 0.001, weightDecay: Double = 0.004,
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
    clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
    useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
    lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.adamW(
        learningRate: learningRate.learningRate, weightDecay: weightDecay, beta1: beta1,
        beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
        options: OptimizerOptions(
            clipnorm: clipnorm, clipvalue: clipvalue, globalClipnorm: globalClipnorm,
            useEMA: useEMA, emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            lossScaleFactor: lossScaleFactor, gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `AdamW(0.01)`.
public func AdamW(
    _ learningRate: any LearningRateConvertible, weightDecay: Double = 0.004, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    AdamW(
        learningRate: learningRate, weightDecay: weightDecay, beta1: beta1, beta2: beta2,
        epsilon: epsilon, amsgrad: amsgrad, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// Adam with the largest gradient in place of the mean square (Kingma and Ba, 2014): u ← max(β₂·u, |g|),
/// w ← w − lr/(1 − β₁ᵗ)·m/(u + ε).
public func Adamax(
    learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.adamax(
        learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Adamax(0.01)`.
public func Adamax(
    _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Adamax(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// Follow the regularized leader (McMahan et al., 2013). With p = −learningRatePower, n the sum of g² and
/// z ← z + g' − (n_newᵖ − nᵖ)/lr·w, g' = g + 2·l2Shrinkage·w:
/// w ← (clip(z, ±l1) − z)/(n_newᵖ/lr + 2·l2 + beta/lr).
public func Ftrl(
    learningRate: any LearningRateConvertible = 0.001, learningRatePower: Double = -0.5,
    initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0,
    l2RegularizationStrength: Double = 0, l2ShrinkageRegularizationStrength: Double = 0,
    beta: Double = 0, weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.ftrl(
        learningRate: learningRate.learningRate, learningRatePower: learningRatePower,
        initialAccumulatorValue: initialAccumulatorValue,
        l1RegularizationStrength: l1RegularizationStrength,
        l2RegularizationStrength: l2RegularizationStrength,
        l2ShrinkageRegularizationStrength: l2ShrinkageRegularizationStrength, beta: beta,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Ftrl(0.01)`.
public func Ftrl(
    _ learningRate: any LearningRateConvertible, learningRatePower: Double = -0.5,
    initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0,
    l2RegularizationStrength: Double = 0, l2ShrinkageRegularizationStrength: Double = 0,
    beta: Double = 0, weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Ftrl(
        learningRate: learningRate, learningRatePower: learningRatePower,
        initialAccumulatorValue: initialAccumulatorValue,
        l1RegularizationStrength: l1RegularizationStrength,
        l2RegularizationStrength: l2RegularizationStrength,
        l2ShrinkageRegularizationStrength: l2ShrinkageRegularizationStrength, beta: beta,
        weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// Adam's direction u = m̂/(√v̂ + ε), scaled for each weight by ‖w‖/‖u‖ (1 where either is 0) (You et al., 2019).
public func Lamb(
    learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.lamb(
        learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Lamb(0.01)`.
public func Lamb(
    _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Lamb(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// w ← w − lr·sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g (Chen et al., 2023).
public func Lion(
    learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.lion(
        learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Lion(0.01)`.
public func Lion(
    _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Lion(
        learningRate: learningRate, beta1: beta1, beta2: beta2, weightDecay: weightDecay,
        clipnorm: clipnorm, clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
        emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
        lossScaleFactor: lossScaleFactor, gradientAccumulationSteps: gradientAccumulationSteps,
        name: name)
}

/// Muon (Jordan et al., 2024): the momentum of each matrix is made nearly orthogonal by Newton-Schulz iterations and is
/// then the update; all other weights are updated by AdamW.
/// - Parameter weightDecay: of matrices.
public func Muon(
    learningRate: any LearningRateConvertible = 0.001, weightDecay: Double? = 0.004,
    muon: MuonOptions = MuonOptions(), clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.muon(
        learningRate: learningRate.learningRate, weightDecay: weightDecay, muon: muon,
        options: OptimizerOptions(
            clipnorm: clipnorm, clipvalue: clipvalue, globalClipnorm: globalClipnorm,
            useEMA: useEMA, emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
            lossScaleFactor: lossScaleFactor, gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Muon(0.01)`.
public func Muon(
    _ learningRate: any LearningRateConvertible, weightDecay: Double? = 0.004,
    muon: MuonOptions = MuonOptions(), clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Muon(
        learningRate: learningRate, weightDecay: weightDecay, muon: muon, clipnorm: clipnorm,
        clipvalue: clipvalue, globalClipnorm: globalClipnorm, useEMA: useEMA,
        emaMomentum: emaMomentum, emaOverwriteFrequency: emaOverwriteFrequency,
        lossScaleFactor: lossScaleFactor, gradientAccumulationSteps: gradientAccumulationSteps,
        name: name)
}

/// Adam with Nesterov's momentum (Dozat, 2016). With uₜ = β₁·(1 − ½·0.96ᵗ) and Pₜ = u₁·…·uₜ:
/// m̂ = uₜ₊₁·m/(1 − Pₜ₊₁) + (1 − uₜ)·g/(1 − Pₜ), w ← w − lr·m̂/(√(v/(1 − β₂ᵗ)) + ε).
public func Nadam(
    learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.nadam(
        learningRate: learningRate.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `Nadam(0.01)`.
public func Nadam(
    _ learningRate: any LearningRateConvertible, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipnorm: Double? = nil,
    clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Nadam(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// v ← ρ·v + (1 − ρ)·g², w ← w − lr·g/√(v + ε); centred: v less the square of the mean gradient. With
/// momentum the steps accumulate: m ← momentum·m + step.
public func RMSprop(
    learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.9, momentum: Double = 0,
    epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil,
    clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
    useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
    lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.rmsprop(
        learningRate: learningRate.learningRate, rho: rho, momentum: momentum, epsilon: epsilon,
        centered: centered,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `RMSprop(0.01)`.
public func RMSprop(
    _ learningRate: any LearningRateConvertible, rho: Double = 0.9, momentum: Double = 0,
    epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil,
    clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
    useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
    lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    RMSprop(
        learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon,
        centered: centered, weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}

/// w ← w − lr·g; with momentum v ← momentum·v − lr·g and w ← w + v, or with Nesterov's look ahead
/// w ← w + momentum·v − lr·g.
///
/// The time decay of Keras 1 and 2 is a schedule: `learningRate: .legacyDecay(0.01, decay: 1e-6)`.
public func SGD(
    learningRate: any LearningRateConvertible = 0.01, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    Optimizer.sgd(
        learningRate: learningRate.learningRate, momentum: momentum, nesterov: nesterov,
        options: OptimizerOptions(
            weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
            globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
            emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps)
    ).renamed(name)
}

/// The same, the learning rate first: `SGD(0.01)`.
public func SGD(
    _ learningRate: any LearningRateConvertible, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: Double? = nil, clipnorm: Double? = nil, clipvalue: Double? = nil,
    globalClipnorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil,
    gradientAccumulationSteps: Int? = nil, name: String? = nil
) -> Optimizer {
    SGD(
        learningRate: learningRate, momentum: momentum, nesterov: nesterov,
        weightDecay: weightDecay, clipnorm: clipnorm, clipvalue: clipvalue,
        globalClipnorm: globalClipnorm, useEMA: useEMA, emaMomentum: emaMomentum,
        emaOverwriteFrequency: emaOverwriteFrequency, lossScaleFactor: lossScaleFactor,
        gradientAccumulationSteps: gradientAccumulationSteps, name: name)
}
