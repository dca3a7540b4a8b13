import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

// Keras's schedules. Steps count from 0; rates are in units of the weights a gradient.

extension LearningRate {
    /// rate·decayRate^(step/decaySteps); with `staircase` the exponent is rounded down.
    static func exponentialDecay(
        _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
    ) -> LearningRate {
        let config: [String: ConfigValue] = [
            "initial_learning_rate": .number(initialLearningRate),
            "decay_steps": .integer(decaySteps), "decay_rate": .number(decayRate),
            "staircase": .boolean(staircase),
        ]
        return LearningRate(FunctionIdentity("ExponentialDecay", config)) { step in
            initialLearningRate * pow(decayRate, progress(step, decaySteps, staircase))
        }
        .requiring(decaySteps > 0, "decaySteps must be positive, got \(decaySteps)")
    }

    /// rate/(1 + decayRate·step/decaySteps); with `staircase` step/decaySteps is rounded down.
    static func inverseTimeDecay(
        _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
    ) -> LearningRate {
        let config: [String: ConfigValue] = [
            "initial_learning_rate": .number(initialLearningRate),
            "decay_steps": .integer(decaySteps), "decay_rate": .number(decayRate),
            "staircase": .boolean(staircase),
        ]
        return LearningRate(FunctionIdentity("InverseTimeDecay", config)) { step in
            initialLearningRate / (1 + decayRate * progress(step, decaySteps, staircase))
        }
        .requiring(decaySteps > 0, "decaySteps must be positive, got \(decaySteps)")
    }

    /// rate/(1 + decay·step): the argument `decay` of the optimizers of Keras 1 and 2.
    static func legacyDecay(_ learningRate: Double, decay: Double) -> LearningRate {
        inverseTimeDecay(learningRate, decaySteps: 1, decayRate: decay)
    }

    private static func progress(_ step: Int, _ decaySteps: Int, _ staircase: Bool) -> Double {
        let part = Double(step) / Double(Swift.max(decaySteps, 1))
        return staircase ? part.rounded(.down) : part
    }

    /// values[i] while the step is at most boundaries[i], and the last value afterwards.
    /// - Parameter values: one more than boundaries.
    static func piecewiseConstantDecay(
        boundaries: [Int], values: [Double]
    ) -> LearningRate {
        let config: [String: ConfigValue] = [
            "boundaries": ConfigValue(boundaries),
            "values": .list(values.map { .number($0) }),
        ]
        let isWhole = values.count == boundaries.count + 1
        let identity = FunctionIdentity("PiecewiseConstantDecay", config)
        return LearningRate(identity, name: "PiecewiseConstant") { step in
            let index = boundaries.firstIndex { step <= $0 } ?? boundaries.count
            return isWhole ? values[index] : .nan
        }
        .requiring(
            isWhole,
            "\(boundaries.count) boundaries need \(boundaries.count + 1) values, got \(values.count)"
        )
    }

    /// From one rate to another as (1 − step/decaySteps)^power. After `decaySteps` it stays; with `cycle` the decay is
    /// stretched over the next multiple of `decaySteps` instead.
    static func polynomialDecay(
        _ initialLearningRate: Double, decaySteps: Int, endLearningRate: Double = 0.0001,
        power: Double = 1, cycle: Bool = false
    ) -> LearningRate {
        let config: [String: ConfigValue] = [
            "initial_learning_rate": .number(initialLearningRate),
            "decay_steps": .integer(decaySteps), "end_learning_rate": .number(endLearningRate),
            "power": .number(power), "cycle": .boolean(cycle),
        ]
        return LearningRate(FunctionIdentity("PolynomialDecay", config)) { step in
            let length = Double(Swift.max(decaySteps, 1))
            var part = Swift.min(Double(step) / length, 1)
            if cycle {
                let cycles = step == 0 ? 1 : (Double(step) / length).rounded(.up)
                part = Double(step) / (length * cycles)
            }
            return (initialLearningRate - endLearningRate) * pow(1 - part, power)
                + endLearningRate
        }
        .requiring(decaySteps > 0, "decaySteps must be positive, got \(decaySteps)")
    }

    /// Half a cosine from the rate to alpha times it, over `decaySteps`. With `warmupTarget` the rate first rises on a
    /// line from the initial one to the target, over `warmupSteps`, and the cosine starts there.
    static func cosineDecay(
        _ initialLearningRate: Double, decaySteps: Int, alpha: Double = 0,
        warmupTarget: Double? = nil, warmupSteps: Int = 0
    ) -> LearningRate {
        let config: [String: ConfigValue] = [
            "initial_learning_rate": .number(initialLearningRate),
            "decay_steps": .integer(decaySteps), "alpha": .number(alpha),
            "warmup_target": ConfigValue(warmupTarget), "warmup_steps": .integer(warmupSteps),
        ]
        return LearningRate(FunctionIdentity("CosineDecay", config)) { step in
            func decayed(_ step: Int, from rate: Double) -> Double {
                let part = Swift.min(Double(step) / Double(Swift.max(decaySteps, 1)), 1)
                return rate * ((1 - alpha) * 0.5 * (1 + cos(.pi * part)) + alpha)
            }
            guard let warmupTarget else { return decayed(step, from: initialLearningRate) }
            if step < warmupSteps {
                return initialLearningRate
                    + (warmupTarget - initialLearningRate) * Double(step) / Double(warmupSteps)
            }
            return decayed(step - warmupSteps, from: warmupTarget)
        }
        .requiring(decaySteps > 0, "decaySteps must be positive, got \(decaySteps)")
    }

    /// Half a cosine, again and again (Loshchilov and Hutter, 2016): each time over `tMul` times as many steps, from
    /// `mMul` times the rate.
    static func cosineDecayRestarts(
        _ initialLearningRate: Double, firstDecaySteps: Int, tMul: Double = 2, mMul: Double = 1,
        alpha: Double = 0
    ) -> LearningRate {
        let config: [String: ConfigValue] = [
            "initial_learning_rate": .number(initialLearningRate),
            "first_decay_steps": .integer(firstDecaySteps), "t_mul": .number(tMul),
            "m_mul": .number(mMul), "alpha": .number(alpha),
        ]
        let identity = FunctionIdentity("CosineDecayRestarts", config)
        return LearningRate(identity, name: "SGDRDecay") { step in
            let (restarts, part) = restart(step, firstDecaySteps, tMul)
            let cosine = 0.5 * pow(mMul, restarts) * (1 + cos(.pi * part))
            return initialLearningRate * ((1 - alpha) * cosine + alpha)
        }
        .requiring(
            firstDecaySteps > 0, "firstDecaySteps must be positive, got \(firstDecaySteps)")
    }

    /// How often the schedule has started anew, and how much of the present run is done.
    ///
    /// In float32, as Keras computes it, because at the very step of a restart rounding decides on which side it is.
    private static func restart(
        _ step: Int, _ firstDecaySteps: Int, _ tMul: Double
    ) -> (restarts: Double, part: Double) {
        let part = Float(step) / Float(Swift.max(firstDecaySteps, 1))
        if tMul == 1 {
            let restarts = part.rounded(.down)
            return (Double(restarts), Double(part - restarts))
        }
        let factor = Float(tMul)
        let restarts = (logf(1 - part * (1 - factor)) / logf(factor)).rounded(.down)
        let length = powf(factor, restarts)
        let before = (1 - length) / (1 - factor)
        return (Double(restarts), Double((part - before) / length))
    }

    static let makers: [String: @Sendable (Configuration) throws -> LearningRate] = [
        "ExponentialDecay": {
            .exponentialDecay(
                try $0.number("initial_learning_rate"), decaySteps: try steps($0, "decay_steps"),
                decayRate: try $0.number("decay_rate"),
                staircase: try $0.boolean("staircase", default: false))
        },
        "InverseTimeDecay": {
            .inverseTimeDecay(
                try $0.number("initial_learning_rate"), decaySteps: try steps($0, "decay_steps"),
                decayRate: try $0.number("decay_rate"),
                staircase: try $0.boolean("staircase", default: false))
        },
        "PiecewiseConstantDecay": {
            let boundaries = try $0.integers("boundaries")
            let values = try $0.optionalNumbers("values") ?? []
            guard values.count == boundaries.count + 1 else {
                throw $0.mismatch("values", expected: "\(boundaries.count + 1) numbers")
            }
            return .piecewiseConstantDecay(boundaries: boundaries, values: values)
        },
        "PolynomialDecay": {
            .polynomialDecay(
                try $0.number("initial_learning_rate"), decaySteps: try steps($0, "decay_steps"),
                endLearningRate: try $0.number("end_learning_rate", default: 0.0001),
                power: try $0.number("power", default: 1),
                cycle: try $0.boolean("cycle", default: false))
        },
        "CosineDecay": {
            .cosineDecay(
                try $0.number("initial_learning_rate"), decaySteps: try steps($0, "decay_steps"),
                alpha: try $0.number("alpha", default: 0),
                warmupTarget: try $0.optionalNumber("warmup_target"),
                warmupSteps: try $0.integer("warmup_steps", default: 0))
        },
        "CosineDecayRestarts": {
            .cosineDecayRestarts(
                try $0.number("initial_learning_rate"),
                firstDecaySteps: try steps($0, "first_decay_steps"),
                tMul: try $0.number("t_mul", default: 2), mMul: try $0.number("m_mul", default: 1),
                alpha: try $0.number("alpha", default: 0))
        },
    ]

    private static func steps(_ configuration: Configuration, _ key: String) throws -> Int {
        let steps = try configuration.integer(key)
        guard steps > 0 else { throw configuration.mismatch(key, expected: "positive") }
        return steps
    }
}
