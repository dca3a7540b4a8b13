// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

/// Keras's schedules, wherever a learning rate is asked for: `.exponentialDecay(0.1, decaySteps: 100, decayRate: 0.9)`.
extension LearningRateConvertible where Self == LearningRate {
    /// rate·decayRate^(step/decaySteps); with `staircase` the exponent is rounded down.
    public static func exponentialDecay(
        _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
    ) -> LearningRate {
        LearningRate.exponentialDecay(
            initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
    }

    /// The same as `exponentialDecay(_:decaySteps:decayRate:staircase:)`.
    public static func exponentialDecay(
        initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
    ) -> LearningRate {
        LearningRate.exponentialDecay(
            initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
    }

    /// rate/(1 + decayRate·step/decaySteps); with `staircase` step/decaySteps is rounded down.
    public static func inverseTimeDecay(
        _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
    ) -> LearningRate {
        LearningRate.inverseTimeDecay(
            initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
    }

    /// The same as `inverseTimeDecay(_:decaySteps:decayRate:staircase:)`.
    public static func inverseTimeDecay(
        initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
    ) -> LearningRate {
        LearningRate.inverseTimeDecay(
            initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
    }

    /// rate/(1 + decay·step): the argument `decay` of the optimizers of Keras 1 and 2.
    public static func legacyDecay(_ learningRate: Double, decay: Double) -> LearningRate {
        LearningRate.legacyDecay(learningRate, decay: decay)
    }

    /// The same as `legacyDecay(_:decay:)`.
    public static func legacyDecay(learningRate: Double, decay: Double) -> LearningRate {
        LearningRate.legacyDecay(learningRate, decay: decay)
    }

    /// The same as `piecewiseConstantDecay(boundaries:values:)`.
    public static func piecewiseConstantDecay(_ boundaries: [Int], _ values: [Double])
        -> LearningRate
    {
        LearningRate.piecewiseConstantDecay(boundaries: boundaries, values: values)
    }

    /// values[i] while the step is at most boundaries[i], and the last value afterwards.
    /// - Parameter values: one more than boundaries.
    public static func piecewiseConstantDecay(boundaries: [Int], values: [Double]) -> LearningRate {
        LearningRate.piecewiseConstantDecay(boundaries: boundaries, values: values)
    }

    /// From one rate to another as (1 − step/decaySteps)^power. After `decaySteps` it stays; with `cycle` the decay is
    /// stretched over the next multiple of `decaySteps` instead.
    public static func polynomialDecay(
        _ initialLearningRate: Double, decaySteps: Int, endLearningRate: Double = 0.0001,
        power: Double = 1, cycle: Bool = false
    ) -> LearningRate {
        LearningRate.polynomialDecay(
            initialLearningRate, decaySteps: decaySteps, endLearningRate: endLearningRate,
            power: power, cycle: cycle)
    }

    /// The same as `polynomialDecay(_:decaySteps:endLearningRate:power:cycle:)`.
    public static func polynomialDecay(
        initialLearningRate: Double, decaySteps: Int, endLearningRate: Double = 0.0001,
        power: Double = 1, cycle: Bool = false
    ) -> LearningRate {
        LearningRate.polynomialDecay(
            initialLearningRate, decaySteps: decaySteps, endLearningRate: endLearningRate,
            power: power, cycle: cycle)
    }

    /// Half a cosine from the rate to alpha times it, over `decaySteps`. With `warmupTarget` the rate first rises on a
    /// line from the initial one to the target, over `warmupSteps`, and the cosine starts there.
    public static func cosineDecay(
        _ initialLearningRate: Double, decaySteps: Int, alpha: Double = 0,
        warmupTarget: Double? = nil, warmupSteps: Int = 0
    ) -> LearningRate {
        LearningRate.cosineDecay(
            initialLearningRate, decaySteps: decaySteps, alpha: alpha, warmupTarget: warmupTarget,
            warmupSteps: warmupSteps)
    }

    /// The same as `cosineDecay(_:decaySteps:alpha:warmupTarget:warmupSteps:)`.
    public static func cosineDecay(
        initialLearningRate: Double, decaySteps: Int, alpha: Double = 0,
        warmupTarget: Double? = nil, warmupSteps: Int = 0
    ) -> LearningRate {
        LearningRate.cosineDecay(
            initialLearningRate, decaySteps: decaySteps, alpha: alpha, warmupTarget: warmupTarget,
            warmupSteps: warmupSteps)
    }

    /// Half a cosine, again and again (Loshchilov and Hutter, 2016): each time over `tMul` times as many steps, from
    /// `mMul` times the rate.
    public static func cosineDecayRestarts(
        _ initialLearningRate: Double, firstDecaySteps: Int, tMul: Double = 2, mMul: Double = 1,
        alpha: Double = 0
    ) -> LearningRate {
        LearningRate.cosineDecayRestarts(
            initialLearningRate, firstDecaySteps: firstDecaySteps, tMul: tMul, mMul: mMul,
            alpha: alpha)
    }

    /// The same as `cosineDecayRestarts(_:firstDecaySteps:tMul:mMul:alpha:)`.
    public static func cosineDecayRestarts(
        initialLearningRate: Double, firstDecaySteps: Int, tMul: Double = 2, mMul: Double = 1,
        alpha: Double = 0
    ) -> LearningRate {
        LearningRate.cosineDecayRestarts(
            initialLearningRate, firstDecaySteps: firstDecaySteps, tMul: tMul, mMul: mMul,
            alpha: alpha)
    }
}

// Keras's classes of schedules.

/// rate·decayRate^(step/decaySteps); with `staircase` the exponent is rounded down.
public func ExponentialDecay(
    _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
) -> LearningRate {
    LearningRate.exponentialDecay(
        initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
}

/// rate·decayRate^(step/decaySteps); with `staircase` the exponent is rounded down.
public func ExponentialDecay(
    initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
) -> LearningRate {
    LearningRate.exponentialDecay(
        initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
}

/// rate/(1 + decayRate·step/decaySteps); with `staircase` step/decaySteps is rounded down.
public func InverseTimeDecay(
    _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
) -> LearningRate {
    LearningRate.inverseTimeDecay(
        initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
}

/// rate/(1 + decayRate·step/decaySteps); with `staircase` step/decaySteps is rounded down.
public func InverseTimeDecay(
    initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
) -> LearningRate {
    LearningRate.inverseTimeDecay(
        initialLearningRate, decaySteps: decaySteps, decayRate: decayRate, staircase: staircase)
}

/// values[i] while the step is at most boundaries[i], and the last value afterwards.
/// - Parameter values: one more than boundaries.
public func PiecewiseConstantDecay(_ boundaries: [Int], _ values: [Double]) -> LearningRate {
    LearningRate.piecewiseConstantDecay(boundaries: boundaries, values: values)
}

/// values[i] while the step is at most boundaries[i], and the last value afterwards.
/// - Parameter values: one more than boundaries.
public func PiecewiseConstantDecay(boundaries: [Int], values: [Double]) -> LearningRate {
    LearningRate.piecewiseConstantDecay(boundaries: boundaries, values: values)
}

/// From one rate to another as (1 − step/decaySteps)^power. After `decaySteps` it stays; with `cycle` the decay is
/// stretched over the next multiple of `decaySteps` instead.
public func PolynomialDecay(
    _ initialLearningRate: Double, decaySteps: Int, endLearningRate: Double = 0.0001,
    power: Double = 1, cycle: Bool = false
) -> LearningRate {
    LearningRate.polynomialDecay(
        initialLearningRate, decaySteps: decaySteps, endLearningRate: endLearningRate, power: power,
        cycle: cycle)
}

/// From one rate to another as (1 − step/decaySteps)^power. After `decaySteps` it stays; with `cycle` the decay is
/// stretched over the next multiple of `decaySteps` instead.
public func PolynomialDecay(
    initialLearningRate: Double, decaySteps: Int, endLearningRate: Double = 0.0001,
    power: Double = 1, cycle: Bool = false
) -> LearningRate {
    LearningRate.polynomialDecay(
        initialLearningRate, decaySteps: decaySteps, endLearningRate: endLearningRate, power: power,
        cycle: cycle)
}

/// Half a cosine from the rate to alpha times it, over `decaySteps`. With `warmupTarget` the rate first rises on a
/// line from the initial one to the target, over `warmupSteps`, and the cosine starts there.
public func CosineDecay(
    _ initialLearningRate: Double, decaySteps: Int, alpha: Double = 0, warmupTarget: Double? = nil,
    warmupSteps: Int = 0
) -> LearningRate {
    LearningRate.cosineDecay(
        initialLearningRate, decaySteps: decaySteps, alpha: alpha, warmupTarget: warmupTarget,
        warmupSteps: warmupSteps)
}

/// Half a cosine from the rate to alpha times it, over `decaySteps`. With `warmupTarget` the rate first rises on a
/// line from the initial one to the target, over `warmupSteps`, and the cosine starts there.
public func CosineDecay(
    initialLearningRate: Double, decaySteps: Int, alpha: Double = 0, warmupTarget: Double? = nil,
    warmupSteps: Int = 0
) -> LearningRate {
    LearningRate.cosineDecay(
        initialLearningRate, decaySteps: decaySteps, alpha: alpha, warmupTarget: warmupTarget,
        warmupSteps: warmupSteps)
}

/// Half a cosine, again and again (Loshchilov and Hutter, 2016): each time over `tMul` times as many steps, from
/// `mMul` times the rate.
public func CosineDecayRestarts(
    _ initialLearningRate: Double, firstDecaySteps: Int, tMul: Double = 2, mMul: Double = 1,
    alpha: Double = 0
) -> LearningRate {
    LearningRate.cosineDecayRestarts(
        initialLearningRate, firstDecaySteps: firstDecaySteps, tMul: tMul, mMul: mMul, alpha: alpha)
}

/// Half a cosine, again and again (Loshchilov and Hutter, 2016): each time over `tMul` times as many steps, from
/// `mMul` times the rate.
public func CosineDecayRestarts(
    initialLearningRate: Double, firstDecaySteps: Int, tMul: Double = 2, mMul: Double = 1,
    alpha: Double = 0
) -> LearningRate {
    LearningRate.cosineDecayRestarts(
        initialLearningRate, firstDecaySteps: firstDecaySteps, tMul: tMul, mMul: mMul, alpha: alpha)
}
