import KeratinCore

/// What every optimizer can do besides its rule, with Keras's defaults.
public struct OptimizerOptions: Hashable, Sendable {
    /// Before each update, weights shrink by this times the learning rate; nil: they do not.
    public var weightDecay: Double?
    /// Weights whose names contain one of these do not decay. It is not saved in files, as in Keras.
    public var excludeFromWeightDecay: [String] = []
    /// The largest length of each weight's gradient. At most one of the three clips may be set.
    public var clipnorm: Double?
    /// The largest magnitude of each number of a gradient.
    public var clipvalue: Double?
    /// The largest length of all gradients together.
    public var globalClipnorm: Double?
    /// Whether a moving average of the weights is kept; at the end of `fit` it replaces them.
    public var useEMA = false
    /// What the average keeps of itself each step.
    public var emaMomentum = 0.99
    /// After how many steps the average replaces the weights; nil: only at the end of `fit`.
    public var emaOverwriteFrequency: Int?
    /// What the loss is multiplied by before gradients are computed, and gradients are divided by. It changes nothing
    /// in float32; files keep it.
    public var lossScaleFactor: Double?
    /// After how many steps the weights are updated, by the mean of the gradients; nil: after each.
    public var gradientAccumulationSteps: Int?

    /// Nothing is clipped, averaged or accumulated, unless said.
    public init(
        weightDecay: Double? = nil, excludeFromWeightDecay: [String] = [],
        clipnorm: Double? = nil, clipvalue: Double? = nil, globalClipnorm: Double? = nil,
        useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil
    ) {
        self.weightDecay = weightDecay
        self.excludeFromWeightDecay = excludeFromWeightDecay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.globalClipnorm = globalClipnorm
        self.useEMA = useEMA
        self.emaMomentum = emaMomentum
        self.emaOverwriteFrequency = emaOverwriteFrequency
        self.lossScaleFactor = lossScaleFactor
        self.gradientAccumulationSteps = gradientAccumulationSteps
    }

    /// - Throws: `KeratinError` for numbers outside their ranges and for two clips at once.
    func validate() throws {
        guard [clipnorm, clipvalue, globalClipnorm].filter({ $0 != nil }).count <= 1 else {
            throw KeratinError(
                .invalidArgument, "at most one of clipnorm, clipvalue and globalClipnorm may be set"
            )
        }
        if useEMA { try check("emaMomentum", emaMomentum, in: 0...1) }
        for (name, limit) in [
            ("clipnorm", clipnorm), ("clipvalue", clipvalue), ("globalClipnorm", globalClipnorm),
        ] {
            if let limit, !(limit > 0) {
                warn("\(name) must be positive, got \(limit): gradients are not clipped")
            }
        }
        if let weightDecay { expect("weightDecay", weightDecay, in: 0...(.infinity)) }
        if let lossScaleFactor {
            expect("lossScaleFactor", lossScaleFactor, in: 0...(.infinity))
        }
        if let frequency = emaOverwriteFrequency, useEMA, frequency < 1 {
            throw KeratinError(
                .invalidArgument, "emaOverwriteFrequency must be at least 1, got \(frequency)")
        }
        if let steps = gradientAccumulationSteps, steps < 2 {
            throw KeratinError(
                .invalidArgument, "gradientAccumulationSteps must be at least 2, got \(steps)")
        }
    }
}

extension OptimizerOptions {
    init(from configuration: Configuration, weightDecay: Double? = nil) throws {
        configuration.ignore("jit_compile", "is_legacy_optimizer")
        let steps = try configuration.optionalInteger("gradient_accumulation_steps")
        let frequency = try configuration.optionalInteger("ema_overwrite_frequency")
        self.init(
            weightDecay: configuration.isNull("weight_decay")
                ? nil : try configuration.optionalNumber("weight_decay") ?? weightDecay,
            clipnorm: try configuration.optionalNumber("clipnorm"),
            clipvalue: try configuration.optionalNumber("clipvalue"),
            globalClipnorm: try configuration.optionalNumber("global_clipnorm"),
            useEMA: try configuration.boolean("use_ema", default: false),
            emaMomentum: try configuration.number("ema_momentum", default: 0.99),
            // Zero means none in Keras.
            emaOverwriteFrequency: frequency == 0 ? nil : frequency,
            lossScaleFactor: try configuration.optionalNumber("loss_scale_factor"),
            gradientAccumulationSteps: steps == 0 ? nil : steps)
        _ = configuration.value("weight_decay")
    }

    var config: [String: ConfigValue] {
        func integer(_ value: Int?) -> ConfigValue { value.map { .integer($0) } ?? .null }
        return [
            "weight_decay": ConfigValue(weightDecay), "clipnorm": ConfigValue(clipnorm),
            "global_clipnorm": ConfigValue(globalClipnorm), "clipvalue": ConfigValue(clipvalue),
            "use_ema": .boolean(useEMA), "ema_momentum": .number(emaMomentum),
            "ema_overwrite_frequency": integer(emaOverwriteFrequency),
            "loss_scale_factor": ConfigValue(lossScaleFactor),
            "gradient_accumulation_steps": integer(gradientAccumulationSteps),
        ]
    }
}

/// Throws unless a constant lies in a range. For those that Keras refuses; it trains on with NaN.
func check(_ what: String, _ value: Double, in range: ClosedRange<Double>) throws {
    guard range.contains(value) else {
        if value.isNaN { return expect(what, value, in: range) }
        throw KeratinError(
            .invalidArgument,
            "\(what) must lie in \(range.lowerBound)…\(range.upperBound), got \(value)")
    }
}

/// Warns unless a constant lies in a range. For those with which Keras trains, whatever comes of it.
func expect(_ what: String, _ value: Double, in range: ClosedRange<Double>) {
    if range.contains(value) { return }
    let limits =
        range.upperBound == .infinity
        ? "be a number ≥ \(range.lowerBound)"
        : "lie in \(range.lowerBound)…\(range.upperBound)"
    warn("\(what) should \(limits), got \(value); as in Keras, training goes on with it")
}
