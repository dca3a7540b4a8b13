import KeratinCore
import KeratinTensor

/// In training, mixes each image of a batch with another one (Zhang et al., 2018). `mixed(_:_:)` mixes the labels with them.
public final class MixUp: RandomImageLayer {
    private let alpha: Double

    /// - Parameters:
    ///   - alpha: both parameters of the beta distribution of which the parts are drawn: the smaller, the less images are mixed.
    ///   - dataFormat: where the channels are.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ alpha: Double = 0.2, dataFormat: any DataFormatConvertible = .channelsLast,
        seed: Int? = nil, name: String? = nil
    ) {
        self.alpha = alpha
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["alpha": .number(alpha)])
    }

    /// Mixes the images of a batch, and their labels in the same parts.
    ///
    /// - Parameters:
    ///   - images: a batch of images.
    ///   - labels: [batch, …], such as one-hot vectors; taken as float32.
    /// - Returns: both mixed; if they cannot be, both carry the error.
    public func mixed(
        _ images: any TensorConvertible, _ labels: any TensorConvertible
    ) -> (images: Tensor, labels: Tensor) {
        paired(images, labels) { images, labels, draws in
            let (part, order) = try self.parts(images, draws)
            let shape = Shape(
                [images.shape[0]] + labels.shape.dimensions.dropFirst().map { _ in 1 })
            return (
                self.mix(images, part, order), self.mix(labels, part.reshaped(shape), order)
            )
        }
    }

    public override func build(inputShape: [Int?]) throws { try checkAlpha() }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try checkAlpha()
        let (part, order) = try parts(images, draws)
        return mix(images, part, order)
    }

    private func checkAlpha() throws {
        guard alpha > 0, alpha.isFinite else {
            throw KeratinError(.invalidArgument, "alpha must be positive, got \(alpha)")
        }
    }

    /// What each image counts for, and whom it is mixed with.
    private func parts(
        _ images: Tensor, _ draws: ImageDraws
    ) throws -> (part: Tensor, order: Tensor) {
        let order = try draws.order(images.shape[0])
        return (try draws.beta(Tensor(alpha), [images.shape[0], 1, 1, 1]), order)
    }

    private func mix(_ x: Tensor, _ part: Tensor, _ order: Tensor) -> Tensor {
        x * part + x.gatherClamped(order) * (1 - part)
    }
}

extension MixUp: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("alpha", default: 0.2),
            dataFormat: try configuration.dataFormat(),
            seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
        try adopt(configuration)
    }
}
