import KeratinCore
import KeratinTensor

/// (x − mean)/max(√variance, 10⁻⁷), with a mean and a variance for each position along the kept axes; the other way
/// round if it inverts.
///
/// Mean and variance are given, or found by `adapt`; then they are weights: mean, variance, and count, which Keras keeps
/// for old files.
public final class Normalization: Layer {
    private let axis: [Int]
    private let given: (mean: Numbers, variance: Numbers)?
    private let invert: Bool
    private var givenConstants: (mean: HostConstant, variance: HostConstant)?
    private var mean: Variable?
    private var variance: Variable?
    /// The extents of the kept axes, and 1 along the others.
    private var broadcastShape: Shape = .scalar
    private var keptAxes: [Int] = []

    /// - Parameters:
    ///   - axis: the axes that have a mean for each position; empty: one mean for everything.
    ///   - mean: a number, or one for each position along the last of the kept axes. Together with `variance`.
    ///   - invert: whether the result is x·max(√variance, 10⁻⁷) + mean.
    public init(
        axis: any AxisConvertible = -1, mean: (any NumbersConvertible)? = nil,
        variance: (any NumbersConvertible)? = nil, invert: Bool = false, name: String? = nil
    ) {
        self.axis = axis.axes
        self.invert = invert
        given =
            mean == nil && variance == nil
            ? nil : (Numbers(mean ?? [Double]()), Numbers(variance ?? [Double]()))
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "axis": ConfigValue(axis), "invert": .boolean(invert),
            "mean": given?.mean.config ?? .null, "variance": given?.variance.config ?? .null,
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        keptAxes = try Axes(axis).resolved(rank: inputShape.count)
        var shape = [Int](repeating: 1, count: inputShape.count)
        for axis in keptAxes {
            guard let extent = inputShape[axis] else {
                throw KeratinError(
                    .shapeMismatch,
                    "the extents of kept axes \(self.axis) must be known, got \(describe(inputShape))"
                )
            }
            shape[axis] = extent
        }
        broadcastShape = Shape(shape)
        if let given {
            givenConstants = (try constant(given.mean), try constant(given.variance))
            return
        }
        let kept = Shape(keptAxes.map { shape[$0] })
        mean = try addWeight(name: "mean", shape: kept, initializer: .zeros, trainable: false)
        variance = try addWeight(
            name: "variance", shape: kept, initializer: .ones, trainable: false)
        try addWeight(
            name: "count", shape: .scalar, initializer: .zeros, trainable: false, dtype: .int32)
    }

    /// Given numbers, their axes aligned with the last of the kept ones.
    private func constant(_ numbers: Numbers) throws -> HostConstant {
        guard let given, given.mean.shape == given.variance.shape,
            numbers.shape.rank <= keptAxes.count, numbers.shape.count > 0
        else {
            throw KeratinError(
                .invalidArgument,
                "mean and variance must both be given, of one shape with an axis for each of \(axis) at most, "
                    + "got shapes \(given?.mean.shape ?? []) and \(given?.variance.shape ?? [])")
        }
        var shape = [Int](repeating: 1, count: broadcastShape.rank)
        for (axis, extent) in zip(keptAxes.reversed(), numbers.shape.dimensions.reversed()) {
            shape[axis] = extent
        }
        guard Shape(shape).broadcasts(to: broadcastShape) else {
            throw KeratinError(
                .shapeMismatch,
                "mean and variance of shape \(numbers.shape) do not fit inputs \(broadcastShape)")
        }
        return HostConstant(numbers.values, shape: Shape(shape))
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let x = input.cast(to: .float32)
        let mean: Tensor
        let variance: Tensor
        if let givenConstants {
            (mean, variance) = (try givenConstants.mean.read(), try givenConstants.variance.read())
        } else {
            mean = try built(self.mean).read().reshaped(broadcastShape)
            variance = try built(self.variance).read().reshaped(broadcastShape)
        }
        let deviation = variance.sqrt().binary(.maximum, 1e-7)
        return invert ? mean + x * deviation : (x - mean) / deviation
    }
}

extension Normalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        let axis =
            configuration.isNull("axis")
            ? Axes([]) : try Axes(from: configuration, "axis", default: -1)
        self.init(
            axis: axis, mean: try configuration.optionalNumbersArray("mean"),
            variance: try configuration.optionalNumbersArray("variance"),
            invert: try configuration.boolean("invert", default: false), name: configuration.name)
    }
}

extension Normalization {
    /// Takes mean and variance (biased) from data; what an earlier call found is forgotten.
    /// - Throws: `KeratinError` if mean and variance were given, or the data do not fit.
    public func adapt(_ data: NDArray) throws { try adapt(batches: [data]) }

    /// Takes mean and variance from batches of data, merged as if they were one array.
    /// - Throws: `KeratinError` if mean and variance were given, or the batches do not fit; nothing is changed then.
    public func adapt(batches: some Sequence<NDArray>) throws {
        guard given == nil else {
            throw KeratinError(
                .invalidState, "mean and variance were given: there is nothing to adapt", at: place)
        }
        var moments: Moments?
        for batch in batches {
            try batch.check()
            let shape = batch.shape.dimensions
            try buildIfNeeded(inputShape: [nil] + shape.dropFirst().map { $0 })
            guard shape.count == broadcastShape.rank,
                keptAxes.allSatisfy({ shape[$0] == broadcastShape[$0] })
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "was built for \(broadcastShape) along axes \(axis), got data \(batch.shape)",
                    at: place)
            }
            // A batch without numbers says nothing.
            guard batch.shape.count > 0 else { continue }
            let found = Moments(try batch.hostArray(), keeping: keptAxes)
            moments = moments?.merged(with: found) ?? found
        }
        guard let moments, let mean, let variance, moments.count > 0 else {
            throw KeratinError(.invalidArgument, "adapt needs data, got none", at: place)
        }
        try mean.state.setValues(moments.mean.map { Float($0) })
        try variance.state.setValues(moments.variance.map { Float($0) })
    }
}

/// Mean and biased variance of an array over all axes but some, in Double.
private struct Moments {
    /// Elements for each mean.
    var count: Double
    var mean: [Double]
    var variance: [Double]

    init(_ data: HostArray, keeping kept: [Int]) {
        let dimensions = data.shape.dimensions
        let width = kept.reduce(1) { $0 * dimensions[$1] }
        count = Double(data.shape.count / max(width, 1))
        // Where each element counts: strides of the kept axes, 0 along the others.
        var steps = [Int](repeating: 0, count: dimensions.count)
        var step = 1
        for axis in kept.reversed() {
            steps[axis] = step
            step *= dimensions[axis]
        }
        let values = data.floats
        func forEach(_ body: (_ position: Int, _ value: Double) -> Void) {
            var index = [Int](repeating: 0, count: dimensions.count)
            var position = 0
            for value in values {
                body(position, Double(value))
                var axis = dimensions.count - 1
                while axis >= 0 {
                    index[axis] += 1
                    position += steps[axis]
                    if index[axis] < dimensions[axis] { break }
                    position -= steps[axis] * dimensions[axis]
                    index[axis] = 0
                    axis -= 1
                }
            }
        }
        var sums = [Double](repeating: 0, count: width)
        forEach { sums[$0] += $1 }
        let mean = sums.map { [count] in $0 / count }
        var squares = [Double](repeating: 0, count: width)
        forEach { squares[$0] += ($1 - mean[$0]) * ($1 - mean[$0]) }
        self.mean = mean
        variance = squares.map { [count] in $0 / count }
    }

    /// The moments of both parts together.
    func merged(with other: Moments) -> Moments {
        var result = self
        result.count = count + other.count
        let (own, new) = (count / result.count, other.count / result.count)
        for index in mean.indices {
            let joint = mean[index] * own + other.mean[index] * new
            let (a, b) = (mean[index] - joint, other.mean[index] - joint)
            result.mean[index] = joint
            result.variance[index] =
                (variance[index] + a * a) * own + (other.variance[index] + b * b) * new
        }
        return result
    }
}
