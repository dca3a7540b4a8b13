import KeratinCore
import KeratinTensor

/// In training, puts a rectangle of another image of the batch into each image (Yun et al., 2019). `mixed(_:_:)` mixes the labels in the
/// same parts.
public final class CutMix: RandomImageLayer {
    private let factor: Factor

    /// - Parameters:
    ///   - factor: both parameters of the beta distribution of which the sizes are drawn: f for 0…f, or two numbers.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible = 1.0, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: 0...1)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.factor.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["factor": factor.config])
    }

    /// Cuts the images of a batch, and mixes their labels in the parts of the images that they stand for.
    ///
    /// - Parameters:
    ///   - images: a batch of images.
    ///   - labels: [batch, …], such as one-hot vectors; taken as float32.
    /// - Returns: both mixed; if they cannot be, both carry the error.
    public func mixed(
        _ images: any TensorConvertible, _ labels: any TensorConvertible
    ) -> (images: Tensor, labels: Tensor) {
        paired(images, labels) { images, labels, draws in
            let (mixed, part, order) = try self.cut(images, draws)
            let shape = Shape(
                [images.shape[0]] + labels.shape.dimensions.dropFirst().map { _ in 1 })
            let other = part.reshaped(shape)
            return (mixed, labels * (1 - other) + labels.gatherClamped(order) * other)
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try cut(images, draws).images
    }

    /// Images, how much of each comes of another one, and of which.
    private func cut(
        _ images: Tensor, _ draws: ImageDraws
    ) throws -> (images: Tensor, part: Tensor, order: Tensor) {
        let shape: Shape = [images.shape[0], 1, 1, 1]
        let alpha = try draws.uniform([1, 1, 1, 1], factor) + 1e-6
        let size = try (1 - draws.beta(alpha, shape)).binary(.maximum, 0).sqrt()
        let box = try ImageBox(of: images, height: size, width: size, draws)
        let order = try draws.order(images.shape[0])
        return (box.isInside.select(images.gatherClamped(order), images), box.part, order)
    }
}

extension CutMix: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor", default: 1.0),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
