import KeratinCore
import KeratinTensor

/// In training, turns the colours of each image around the circle of hues. Images have three channels.
public final class RandomHue: RandomImageLayer {
    private let factor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: f for up to f/2 of the circle in both directions, or two numbers.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - dataFormat: where the channels are.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
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
        let shape: Shape = [images.shape[0], 1, 1, 1]
        let sign = try draws.sign(shape)
        let turn = try sign * draws.uniform(shape, factor) * 0.5
        let unit = ValueRange([0, 1])
        let hsv = try Colors.hsv(valueRange.moved(images, to: unit))
        let hue = hsv.hue + turn
        let low = hue.binary(.greater, 1).select(hue - 1, hue)
        let within = low.binary(.less, 0).select(low + 1, low)
        let colors = Colors.rgb(hue: within, saturation: hsv.saturation, value: hsv.value)
        return unit.moved(unit.clipped(colors), to: valueRange)
    }
}

extension RandomHue: BuiltInLayer {
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
