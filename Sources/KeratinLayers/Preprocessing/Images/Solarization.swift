import KeratinCore
import KeratinTensor

/// In training, inverts the bright pixels of images: those that are not below a threshold after something was added. As in Keras the
/// upper ends of the factors count in parts of 255, the lower ends in pixel values.
public final class Solarization: RandomImageLayer {
    private let additionFactor: Factor
    private let thresholdFactor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - additionFactor: what is added before, as a part of 255: f for 0…f, or two numbers.
    ///   - thresholdFactor: from which part of 255 on pixels are inverted: f for 0…f, or two numbers.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ additionFactor: any NumbersConvertible = 0, _ thresholdFactor: any NumbersConvertible = 0,
        valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.additionFactor = Factor(additionFactor, "additionFactor", in: 0...1, .upTo)
        self.thresholdFactor = Factor(thresholdFactor, "thresholdFactor", in: 0...1, .upTo)
        self.valueRange = ValueRange(valueRange)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.additionFactor.mistake, self.thresholdFactor.mistake, self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "addition_factor": additionFactor.config,
            "threshold_factor": thresholdFactor.config,
            "value_range": valueRange.config,
        ])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let shape: Shape = [images.shape[0], 1, 1, 1]
        let addition = try draws.uniform(shape, additionFactor.low, additionFactor.high * 255)
        let threshold = try draws.uniform(shape, thresholdFactor.low, thresholdFactor.high * 255)
        let x = (valueRange.moved(images, to: .bytes) + addition).clipped(0, 255)
        let result = x.binary(.less, threshold).select(x, x * -1 + 255)
        return ValueRange.bytes.moved(result, to: valueRange)
    }
}

extension Solarization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("addition_factor", default: 0),
            try configuration.factor("threshold_factor", default: 0),
            valueRange: try configuration.valueRange(),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
