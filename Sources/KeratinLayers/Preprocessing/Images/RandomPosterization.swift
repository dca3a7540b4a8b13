import KeratinCore
import KeratinTensor

/// In training, leaves each image fewer bits for each channel: the lower ones become 0.
public final class RandomPosterization: RandomImageLayer {
    private let factor: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: how many of 8 bits are left: f for 1..<f, or two numbers, of which the larger is not reached; equal ones give that
    ///     number.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - dataFormat: where the channels are.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: 1...8)
        self.valueRange = ValueRange(valueRange)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.factor.mistake, self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["factor": factor.config, "value_range": valueRange.config])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let (low, high) = (factor.low.rounded(.down), factor.high.rounded(.down))
        let kept = try draws.uniform([images.shape[0], 1, 1, 1], low, Swift.max(high, low))
            .unary(.floor)
        // Bits are cut off by a division; powers of two are exact.
        let step = ((8 - kept) * 0.6931471805599453).exp().unary(.round)
        let bytes = valueRange.moved(images, to: .bytes).cast(to: .int32)
        let byte = (bytes % 256).cast(to: .float32)
        return ValueRange.bytes.moved((byte / step).unary(.floor) * step, to: valueRange)
    }
}

extension RandomPosterization: BuiltInLayer {
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
