import KeratinCore
import KeratinTensor

/// The learned scale (gamma) and offset (beta) of normalization layers: their arguments, and their weights.
struct ScaleAndOffset {
    let center: Bool
    let scale: Bool
    let betaSpecification: WeightSpecification
    let gammaSpecification: WeightSpecification
    private(set) var gamma: Variable?
    private(set) var beta: Variable?

    init(center: Bool, scale: Bool, beta: WeightSpecification, gamma: WeightSpecification) {
        self.center = center
        self.scale = scale
        betaSpecification = beta
        gammaSpecification = gamma
    }

    init(from configuration: Configuration) throws {
        self.init(
            center: try configuration.boolean("center", default: true),
            scale: try configuration.boolean("scale", default: true),
            beta: try WeightSpecification(from: configuration, "beta", default: .zeros),
            gamma: try WeightSpecification(from: configuration, "gamma", default: .ones))
    }

    func config() throws -> [String: ConfigValue] {
        ["center": .boolean(center), "scale": .boolean(scale)]
            .adding(try betaSpecification.config("beta"))
            .adding(try gammaSpecification.config("gamma"))
    }

    /// Makes the weights, gamma first.
    mutating func build(_ layer: Layer, shape: Shape) throws {
        if scale { gamma = try layer.addWeight(name: "gamma", shape: shape, gammaSpecification) }
        if center { beta = try layer.addWeight(name: "beta", shape: shape, betaSpecification) }
    }

    /// gamma·x + beta, the weights reshaped to a shape that broadcasts to x.
    func callAsFunction(_ x: Tensor, broadcast shape: Shape) throws -> Tensor {
        var y = x
        if let gamma { y = try y * gamma.read().reshaped(shape) }
        if let beta { y = try y + beta.read().reshaped(shape) }
        return y
    }
}

extension Tensor {
    /// The difference from the mean over axes, and the biased variance over them. The axes stay, with extent 1.
    ///
    /// Beside a large mean, its rounding errors are as large as small differences. So the mean is that of the distances from
    /// the first element, which are exact where all numbers are near each other. The first element is a constant for gradients:
    /// the result does not depend on it.
    func centered(axes: [Int]) throws -> (difference: Tensor, variance: Tensor) {
        var limits = shape.dimensions
        for axis in axes { limits[axis] = Swift.min(limits[axis], 1) }
        let first = slice(starts: limits.map { _ in 0 }, limits: limits).stoppingGradient()
        let distance = self - first
        let difference = distance - distance.mean(axes: axes, keepDimensions: true)
        return (difference, difference.square().mean(axes: axes, keepDimensions: true))
    }
}

extension Shape {
    /// 1 along all axes but some.
    func keeping(_ axes: [Int]) -> Shape {
        Shape(dimensions.indices.map { axes.contains($0) ? dimensions[$0] : 1 })
    }
}

/// The extents along axes that must be known.
/// - Throws: `KeratinError` if an axis lies outside the rank, or its extent is unknown.
func knownExtents(_ shape: [Int?], axes: [Int]) throws -> [Int] {
    try axes.map { axis in
        let index = axis < 0 ? axis + shape.count : axis
        guard shape.indices.contains(index) else {
            throw KeratinError(
                .invalidArgument, "axis \(axis) does not fit an input \(describe(shape))")
        }
        guard let extent = shape[index] else {
            throw KeratinError(
                .shapeMismatch, "axis \(axis) needs a known extent, got \(describe(shape))")
        }
        return extent
    }
}
