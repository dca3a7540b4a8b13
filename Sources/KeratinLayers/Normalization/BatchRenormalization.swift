import KeratinCore
import KeratinTensor

/// What bounds the corrections of batch renormalization: r between `minimumScale` and `maximumScale`, d between plus and
/// minus `maximumOffset`. nil: no bound.
public struct RenormClipping: Hashable, Sendable {
    /// The least that the ratio of the deviations may be; nil: no bound.
    public var minimumScale: Double?
    /// The most that the ratio of the deviations may be; nil: no bound.
    public var maximumScale: Double?
    /// The most by which the means may differ, in moving deviations; nil: no bound.
    public var maximumOffset: Double?

    /// No bounds, unless given; Keras's keys are rmin, rmax and dmax.
    public init(
        minimumScale: Double? = nil, maximumScale: Double? = nil, maximumOffset: Double? = nil
    ) {
        self.minimumScale = minimumScale
        self.maximumScale = maximumScale
        self.maximumOffset = maximumOffset
    }

    init(from configuration: Configuration) throws {
        guard let bounds = configuration.value("renorm_clipping") else { return }
        guard case .object(let values) = bounds else {
            throw configuration.mismatch("renorm_clipping", expected: "an object with bounds")
        }
        let known = Configuration(values, of: "renorm_clipping")
        minimumScale = try known.optionalNumber("rmin")
        maximumScale = try known.optionalNumber("rmax")
        maximumOffset = try known.optionalNumber("dmax")
        guard known.unusedKeys.isEmpty else {
            throw configuration.mismatch(
                "renorm_clipping", expected: "an object with rmin, rmax and dmax only")
        }
    }

    /// Bounds that are there, by Keras's names.
    var config: ConfigValue {
        let bounds = [("rmin", minimumScale), ("rmax", maximumScale), ("dmax", maximumOffset)]
        return .object(
            Dictionary(
                uniqueKeysWithValues: bounds.compactMap { name, bound in
                    bound.map { (name, .number($0)) }
                }))
    }
}

/// Batch renormalization (Ioffe, 2017): in training the batch's moments are corrected towards moving averages, so that
/// training and inference normalise alike.
///
/// Weights: moving_stddev, renorm_mean, renorm_stddev, all not trainable.
struct BatchRenormalization {
    let clipping: RenormClipping
    let momentum: Double
    private var movingDeviation: Variable?
    private var mean: Variable?
    private var deviation: Variable?

    init(clipping: RenormClipping, momentum: Double) {
        self.clipping = clipping
        self.momentum = momentum
    }

    mutating func build(
        _ layer: Layer, shape: Shape, meanInitializer: Initializer, varianceInitializer: Initializer
    ) throws {
        if let low = clipping.minimumScale, let high = clipping.maximumScale, low > high {
            throw KeratinError(
                .invalidArgument, "the scale's bounds \(low) and \(high) are in the wrong order")
        }
        if let bound = clipping.maximumOffset, bound < 0 {
            throw KeratinError(
                .invalidArgument, "the offset's bound must not be negative, got \(bound)")
        }
        let root = Initializer("square root") { shape, _ in
            try varianceInitializer.values(shape).map { $0.squareRoot() }
        }
        func add(_ name: String, _ initializer: Initializer) throws -> Variable {
            try layer.addWeight(
                name: name, shape: shape, initializer: initializer, trainable: false)
        }
        movingDeviation = try add("moving_stddev", root)
        mean = try add("renorm_mean", meanInitializer)
        deviation = try add("renorm_stddev", root)
    }

    /// The correction x·r + d of normalised values, a constant for gradients.
    func correction(
        mean: Tensor, deviation: Tensor, epsilon: Double
    ) throws -> (r: Tensor, d: Tensor) {
        let (known, knownDeviation) = (try built(self.mean), try built(self.deviation))
        // Not so small that the first steps divide by it.
        let floor = try knownDeviation.read().binary(.maximum, epsilon.squareRoot())
        var r = deviation / floor
        var d = try (mean - known.read()) / floor
        if let bound = clipping.minimumScale { r = r.binary(.maximum, bound) }
        if let bound = clipping.maximumScale { r = r.binary(.minimum, bound) }
        if let bound = clipping.maximumOffset { d = d.clipped(-bound, bound) }
        return (r.stoppingGradient(), d.stoppingGradient())
    }

    /// Moves the averages towards a batch's moments.
    /// - Returns: the moving variance that goes with the moving deviation.
    func update(
        mean batchMean: Tensor, deviation batchDeviation: Tensor, epsilon: Double,
        layerMomentum: Double
    ) throws -> Tensor {
        let (mean, deviation) = (try built(self.mean), try built(self.deviation))
        let movingDeviation = try built(self.movingDeviation)
        try mean.store(mean.read() * momentum + batchMean * (1 - momentum))
        try deviation.store(deviation.read() * momentum + batchDeviation * (1 - momentum))
        let moved =
            try movingDeviation.read() * layerMomentum + batchDeviation * (1 - layerMomentum)
        try movingDeviation.store(moved)
        return (moved.square() - epsilon).relu()
    }
}
