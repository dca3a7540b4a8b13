import KeratinCore
import KeratinTensor

/// In training, puts a rectangle over some of the images, each at another place (Zhong et al., 2020).
public final class RandomErasing: RandomImageLayer {
    private let factor: Factor
    private let scale: Factor
    private let fillValue: Numbers?
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: how likely an image is changed: f for 0…f, or two numbers between which the probability is drawn.
    ///   - scale: the squares of the parts of rows and columns that are covered, drawn for both.
    ///   - fillValue: what is put there: a number, or one for each of three channels; nil: noise.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible = 1.0, scale: any NumbersConvertible = [0.02, 0.33],
        fillValue: (any NumbersConvertible)? = nil, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: 0...1)
        self.scale = Factor(scale, "scale", in: 0...1)
        self.fillValue = fillValue.map { Numbers($0) }
        self.valueRange = ValueRange(valueRange)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.factor.mistake, self.scale.mistake, self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "factor": factor.config,
            "scale": scale.config,
            "fill_value": fillValue?.config ?? .null,
            "value_range": valueRange.config,
        ])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let count = images.shape[0]
        func part() throws -> Tensor { try draws.uniform([count, 1, 1, 1], scale).sqrt() }
        let box = try ImageBox(
            of: images, height: part(), width: part(), draws)
        let isChanged = try draws.happens(count, factor)
        let filling: Tensor
        if let fillValue {
            guard fillValue.values.count == 1 || fillValue.values.count == images.shape[3] else {
                throw KeratinError(
                    .shapeMismatch,
                    "fillValue has \(fillValue.values.count) numbers for \(images.shape[3]) channels"
                )
            }
            filling = Tensor(
                fillValue.values.map { Float($0) }, shape: [1, 1, 1, fillValue.values.count])
        } else {
            filling = try draws.normal(images.shape) * valueRange.high
        }
        return isChanged.binary(.and, box.isInside).select(valueRange.clipped(filling), images)
    }
}

extension RandomErasing: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor", default: 1.0),
            scale: try configuration.factor("scale", default: [0.02, 0.33]),
            fillValue: try configuration.optionalNumbersArray("fill_value"),
            valueRange: try configuration.valueRange(),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
