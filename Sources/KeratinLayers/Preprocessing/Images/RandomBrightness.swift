import KeratinCore
import KeratinTensor

/// In training, makes each image darker or brighter.
public final class RandomBrightness: RandomImageLayer {
    private let factor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: by which part of the range of pixels: f for −f…f, or two numbers.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: -1...1)
        self.valueRange = ValueRange(valueRange)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.factor.mistake, self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["factor": factor.config, "value_range": valueRange.config])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let change = try draws.uniform([images.shape[0], 1, 1, 1], factor)
        return valueRange.clipped(images + change * (valueRange.high - valueRange.low))
    }
}

extension RandomBrightness: BuiltInLayer {
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
