import KeratinCore
import KeratinTensor

/// In training, blurs some of the images.
public final class RandomGaussianBlur: RandomImageLayer {
    private let factor: Factor
    private let kernelSize: Extents
    private let sigma: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: how likely an image is blurred: f for 0…f, or two numbers between which the probability is drawn.
    ///   - kernelSize: how many pixels count along columns and rows, odd.
    ///   - sigma: the deviation of the blur in pixels: f for 0…f, or two numbers; the same for all images of a batch.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - dataFormat: where the channels are.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ factor: any NumbersConvertible = 1.0, kernelSize: any AxisConvertible = 3,
        sigma: any NumbersConvertible = 1.0, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: 0...1)
        self.kernelSize = Extents(kernelSize)
        self.sigma = Factor(sigma, "sigma", in: 0...1)
        self.valueRange = ValueRange(valueRange)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.factor.mistake, self.sigma.mistake, self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "factor": factor.config,
            "kernel_size": .list(
                (kernelSize.values.count == 1
                    ? kernelSize.values + kernelSize.values : kernelSize.values).map {
                        .integer($0)
                    }),
            "sigma": sigma.config,
            "value_range": valueRange.config,
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        let sizes = try kernelSize.resolved(rank: 2, "kernelSize")
        guard sizes.allSatisfy({ $0 % 2 == 1 }) else {
            throw KeratinError(.invalidArgument, "kernelSize must be odd, got \(sizes)")
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let isBlurred = try draws.happens(images.shape[0], factor)
        let sigmas = try (0..<2).map { _ in try draws.uniform([1], sigma) + 1e-6 }
        let blurred = try GaussianKernel.blurred(
            images, sizes: kernelSize.resolved(rank: 2, "kernelSize"), sigma: sigmas)
        return valueRange.clipped(isBlurred.select(blurred, images))
    }
}

extension RandomGaussianBlur: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor", default: 1.0),
            kernelSize: try configuration.extents("kernel_size", default: 3),
            sigma: try configuration.factor("sigma", default: 1.0),
            valueRange: try configuration.valueRange(),
            dataFormat: try configuration.dataFormat(),
            seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
        try adopt(configuration)
    }
}
