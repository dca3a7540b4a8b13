import KeratinCore
import KeratinTensor

/// In training, turns some of the images into their negatives.
public final class RandomInvert: RandomImageLayer {
    private let factor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: how likely an image is inverted: f for 0…f, or two numbers between which the probability is drawn.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible = 1.0, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: 0...1)
        self.valueRange = ValueRange(valueRange)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.factor.mistake, self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["factor": factor.config, "value_range": valueRange.config])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try draws.happens(images.shape[0], factor)
            .select(images * -1 + valueRange.high, images)
    }
}

extension RandomInvert: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor", default: 1.0),
            valueRange: try configuration.valueRange(),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
