import KeratinCore
import KeratinTensor

/// In training, changes the contrast of each image: how far pixels are from the mean of their channel.
public final class RandomContrast: RandomImageLayer {
    private let factor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: f for a contrast of 1 − f…1 + f times, or two numbers a and b for 1 − a…1 + b times.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
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
        let contrast = try draws.uniform(
            [images.shape[0], 1, 1, 1], 1 - factor.low, 1 + factor.high)
        let mean = images.mean(axes: [1, 2], keepDimensions: true)
        return valueRange.clipped((images - mean) * contrast + mean)
    }
}

extension RandomContrast: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor"),
            valueRange: try configuration.valueRange(),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
