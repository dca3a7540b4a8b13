import KeratinCore
import KeratinTensor

/// Keeps the largest singular value of a layer's weight near 1 (Miyato et al., 2018): in training, the kernel of the wrapped layer, or the
/// rows of an embedding, is divided by an estimate of it before the layer is called. In inference nothing changes.
///
/// The estimate is by power iteration from a vector that is kept between steps. Weights: the kernel, vector_u (1, last
/// extent of the kernel), which training does not change by gradients, and what else the wrapped layer has.
public final class SpectralNormalization: Wrapper {
    private let powerIterations: Int
    private var vector: Variable?

    /// - Parameters:
    ///   - layer: one that has a weight named `kernel` or `embeddings`.
    ///   - powerIterations: how often the estimate is improved in each step.
    public init(_ layer: Layer, powerIterations: Int = 1, name: String? = nil) {
        self.powerIterations = powerIterations
        super.init(layer, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["power_iterations": .integer(powerIterations)])
    }

    private var kernel: Variable? {
        let weights = layer.ownWeights
        return weights.first { $0.name == "kernel" } ?? weights.first { $0.name == "embeddings" }
    }

    public override func build(inputShape: [Int?]) throws {
        guard powerIterations > 0 else {
            throw KeratinError(
                .invalidArgument, "powerIterations must be positive, got \(powerIterations)")
        }
        guard let kernel, let last = kernel.shape.dimensions.last else {
            throw KeratinError(
                .invalidArgument,
                "wraps layers with a weight named 'kernel' or 'embeddings', \(layer.place) has none"
            )
        }
        if let channels = inputShape.last ?? nil {
            inputSpec = InputSpec(minNdim: 1, axes: [-1: channels])
        }
        share(kernel)
        vector = try addWeight(
            name: "vector_u", shape: [1, last], initializer: .truncatedNormal(stddev: 0.02),
            trainable: false)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        if training { try normalize() }
        return try result(of: input, training: training)
    }

    /// Gives the kernel its normalized value, and the vector the improved one. A kernel of zeros stays.
    private func normalize() throws {
        let (kernel, vector) = (try built(self.kernel), try built(self.vector))
        let weight = try kernel.read().stoppingGradient()
        let columns = kernel.shape.dimensions.last ?? 1
        let matrix = weight.reshaped([kernel.count / max(columns, 1), columns])
        let start = try vector.read().stoppingGradient()
        var u = start
        var v = u
        for _ in 0..<powerIterations {
            v = try u.matmul(matrix, transposeRight: true).unit()
            u = try v.matmul(matrix).unit()
        }
        let sigma = v.matmul(matrix).matmul(u, transposeRight: true).reshaped(.scalar)
        let isZero = weight.abs().max().binary(.equal, 0)
        try vector.store(isZero.select(start, u).stoppingGradient())
        try kernel.store(isZero.select(weight, weight / sigma).stoppingGradient())
    }

    public override func unbuild() {
        super.unbuild()
        vector = nil
    }
}

extension Tensor {
    /// Divided by the length of the whole, which counts as 1e-7 if it is less.
    fileprivate func unit() throws -> Tensor {
        self * square().sum().unary(.rsqrt).binary(.minimum, 1e7)
    }
}

extension SpectralNormalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.layer("layer"),
            powerIterations: try configuration.integer("power_iterations", default: 1),
            name: configuration.name)
    }
}
