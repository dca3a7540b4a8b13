import KeratinCore
import KeratinTensor

/// In training, makes each image sharper or softer: 0.5 changes nothing, 0 smooths, 1 sharpens as much.
public final class RandomSharpness: RandomImageLayer {
    private let factor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: f for 0…f, or two numbers.
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
        let sharpness = try draws.uniform([images.shape[0], 1, 1, 1], factor) * 2
        let cells = [1, 1, 1, 1, 5, 1, 1, 1, 1].map { Float($0) / 13 }
        let smooth = try GaussianKernel.filtered(
            images, Tensor(cells, shape: [3, 3]), .same)
        return valueRange.clipped(images + (1 - sharpness) * (smooth - images))
    }
}

extension RandomSharpness: BuiltInLayer {
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
