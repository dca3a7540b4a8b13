import KeratinCore
import KeratinTensor

/// In training, makes the colours of each image paler or stronger: the saturation times f/(1 − f), so that 0 gives grey and 0.5 changes
/// nothing. Images have three channels.
public final class RandomSaturation: RandomImageLayer {
    private let factor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: f for −f…f, or two numbers, such as [0.4, 0.6].
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - dataFormat: where the channels are.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
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
        let drawn = try draws.uniform([images.shape[0], 1, 1, 1], factor)
        let change = drawn / (1 - drawn + 1e-7)
        let hsv = try Colors.hsv(images)
        return Colors.rgb(
            hue: hsv.hue, saturation: valueRange.clipped(hsv.saturation * change), value: hsv.value)
    }
}

extension RandomSaturation: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor"),
            valueRange: try configuration.valueRange(),
            dataFormat: try configuration.dataFormat(),
            seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
        try adopt(configuration)
    }
}
