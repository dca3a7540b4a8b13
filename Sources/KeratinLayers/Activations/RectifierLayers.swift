import KeratinCore
import KeratinTensor

/// x from the threshold on, at most `maximum`; negativeSlope·(x − threshold) below it.
public final class ReLU: Layer {
    private let maximum: Double?
    private let negativeSlope: Double
    private let threshold: Double

    /// - Parameter maximum: what the result does not exceed; nil: no bound.
    public init(
        maximum: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0,
        name: String? = nil
    ) {
        self.maximum = maximum
        self.negativeSlope = negativeSlope
        self.threshold = threshold
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "max_value": ConfigValue(maximum), "negative_slope": .number(negativeSlope),
            "threshold": .number(threshold),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        try requireNonNegative(maximum ?? 0, "maximum")
        try requireNonNegative(negativeSlope, "negativeSlope")
        try requireNonNegative(threshold, "threshold")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        if maximum == nil, threshold == 0, negativeSlope != 0 {
            return input.binary(.greater, 0).select(input, input * negativeSlope)
        }
        var y =
            threshold == 0
            ? input.relu()
            : input.binary(.greater, threshold).select(input, Tensor(0))
        if let maximum { y = y.clipped(0, maximum) }
        if negativeSlope != 0 { y = y - (threshold - input).relu() * negativeSlope }
        return y
    }
}

extension ReLU: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            maximum: try configuration.optionalNumber("max_value"),
            negativeSlope: try configuration.number("negative_slope", default: 0),
            threshold: try configuration.number("threshold", default: 0), name: configuration.name)
    }
}

/// x where it is positive, negativeSlope·x elsewhere.
public final class LeakyReLU: Layer {
    private let negativeSlope: Double

    /// - Parameter negativeSlope: what negative elements are multiplied by.
    public init(negativeSlope: Double = 0.3, name: String? = nil) {
        self.negativeSlope = negativeSlope
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["negative_slope": .number(negativeSlope)])
    }

    public override func build(inputShape: [Int?]) throws {
        try requireNonNegative(negativeSlope, "negativeSlope")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        input.binary(.greater, 0).select(input, input * negativeSlope)
    }
}

extension LeakyReLU: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        // `alpha` is the name in Keras 2.
        let older = try configuration.number("alpha", default: 0.3)
        self.init(
            negativeSlope: try configuration.number("negative_slope", default: older),
            name: configuration.name)
    }
}

/// x where it is positive, alpha·x elsewhere, with an alpha that is learned (He et al., 2015).
///
/// Weight: alpha, of the shape of a sample, with extent 1 along shared axes.
public final class PReLU: Layer {
    private let alphaSpecification: WeightSpecification
    private let sharedAxes: [Int]?
    private var alpha: Variable?

    /// - Parameter sharedAxes: axes (the batch is 0) along which alpha is the same.
    public convenience init(
        alphaInitializer: any InitializerConvertible = .zeros,
        alphaRegularizer: (any RegularizerConvertible)? = nil,
        alphaConstraint: (any ConstraintConvertible)? = nil, sharedAxes: [Int]? = nil,
        name: String? = nil
    ) {
        self.init(
            alpha: WeightSpecification(alphaInitializer, alphaRegularizer, alphaConstraint),
            sharedAxes: sharedAxes, name: name)
    }

    private init(alpha: WeightSpecification, sharedAxes: [Int]?, name: String?) {
        alphaSpecification = alpha
        self.sharedAxes = sharedAxes
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(alphaSpecification.config("alpha"))
            .adding(["shared_axes": sharedAxes.map { ConfigValue($0) } ?? .null])
    }

    public override func build(inputShape: [Int?]) throws {
        var shape = Array(inputShape.dropFirst())
        for axis in sharedAxes ?? [] {
            guard shape.indices.contains(axis - 1) else {
                throw KeratinError(
                    .invalidArgument,
                    "shared axis \(axis) does not fit \(describe(inputShape)), whose axes without the "
                        + "batch are 1…\(shape.count)")
            }
            shape[axis - 1] = 1
        }
        let known = shape.compactMap { $0 }
        guard known.count == shape.count else {
            throw KeratinError(
                .shapeMismatch,
                "extents must be known along axes that are not shared, got \(describe(inputShape))")
        }
        alpha = try addWeight(name: "alpha", shape: Shape(known), alphaSpecification)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let alpha = try built(self.alpha)
        return try input.relu() - alpha.read() * (-input).relu()
    }
}

extension PReLU: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            alpha: try WeightSpecification(from: configuration, "alpha", default: .zeros),
            sharedAxes: try configuration.optionalIntegers("shared_axes"), name: configuration.name)
    }
}

/// x where it is positive, alpha·(eˣ − 1) elsewhere (Clevert et al., 2016).
public final class ELU: Layer {
    private let alpha: Double

    /// - Parameter alpha: the result tends to −alpha for x → −∞.
    public init(alpha: Double = 1, name: String? = nil) {
        self.alpha = alpha
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["alpha": .number(alpha)])
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        // The branch that is not taken must stay finite, or its gradient would be NaN.
        let negative = input.binary(.minimum, 0).unary(.expm1) * alpha
        return input.binary(.greater, 0).select(input, negative)
    }
}

extension ELU: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(alpha: try configuration.number("alpha", default: 1), name: configuration.name)
    }
}

extension Layer {
    /// - Throws: `KeratinError` for negative numbers and NaN.
    fileprivate func requireNonNegative(_ value: Double, _ what: String) throws {
        guard value >= 0 else {
            throw KeratinError(.invalidArgument, "\(what) must not be negative, got \(value)")
        }
    }
}
