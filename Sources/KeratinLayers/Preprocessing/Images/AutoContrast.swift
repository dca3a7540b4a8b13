import KeratinCore
import KeratinTensor

/// Stretches each channel of each image so that it goes from the darkest to the brightest. Channels of one value stay as they are.
public final class AutoContrast: ImageLayer {
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - dataFormat: where the channels are.
    public init(
        _ valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.valueRange = ValueRange(valueRange)
        super.init(dataFormat: dataFormat, name: name)
        note(self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["value_range": valueRange.config])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try untransformed(images)
    }

    override func untransformed(_ images: Tensor) throws -> Tensor {
        let x = valueRange.moved(images, to: .bytes)
        let low = x.min(axes: [1, 2], keepDimensions: true)
        let high = x.max(axes: [1, 2], keepDimensions: true)
        let scale = Tensor.binary(.divide, 255, high - low)
        let result = ValueRange.bytes.moved(
            (x * scale + low * scale * -1).clipped(0, 255), to: valueRange)
        return result.unary(.isNaN).binary(.or, high.binary(.equal, low)).select(images, result)
    }
}

extension AutoContrast: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.valueRange(),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
