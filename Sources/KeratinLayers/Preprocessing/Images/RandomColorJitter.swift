import KeratinCore
import KeratinTensor

/// In training, changes brightness, contrast, saturation and hue of each image, one after the other.
public final class RandomColorJitter: RandomImageLayer {
    private let valueRange: ValueRange
    private let brightnessFactor: Numbers?
    private let contrastFactor: Numbers?
    private let saturationFactor: Numbers?
    private let hueFactor: Numbers?
    /// The layers that do it; their random numbers are those of this layer.
    private let steps: [ImageLayer]

    /// - Parameters:
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - brightnessFactor: the factor of `RandomBrightness`; nil: it is left out.
    ///   - contrastFactor: the factor of `RandomContrast`; nil: it is left out.
    ///   - saturationFactor: the factor of `RandomSaturation`; nil: it is left out.
    ///   - hueFactor: the factor of `RandomHue`; nil: it is left out.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        valueRange: any NumbersConvertible = [0, 255],
        brightnessFactor: (any NumbersConvertible)? = nil,
        contrastFactor: (any NumbersConvertible)? = nil,
        saturationFactor: (any NumbersConvertible)? = nil,
        hueFactor: (any NumbersConvertible)? = nil, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.valueRange = ValueRange(valueRange)
        self.brightnessFactor = brightnessFactor.map { Numbers($0) }
        self.contrastFactor = contrastFactor.map { Numbers($0) }
        self.saturationFactor = saturationFactor.map { Numbers($0) }
        self.hueFactor = hueFactor.map { Numbers($0) }
        let changes: [ImageLayer?] = [
            brightnessFactor.map {
                RandomBrightness($0, valueRange: valueRange, name: "brightness")
            },
            contrastFactor.map { RandomContrast($0, valueRange: valueRange, name: "contrast") },
            saturationFactor.map {
                RandomSaturation($0, valueRange: valueRange, name: "saturation")
            },
            hueFactor.map { RandomHue($0, valueRange: valueRange, name: "hue") },
        ]
        steps = changes.compactMap { $0 }
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(self.valueRange.mistake)
        for step in steps { note(step.mistake) }
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "value_range": valueRange.config,
            "brightness_factor": brightnessFactor?.config ?? .null,
            "contrast_factor": contrastFactor?.config ?? .null,
            "saturation_factor": saturationFactor?.config ?? .null,
            "hue_factor": hueFactor?.config ?? .null,
        ])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try steps.reduce(images) { try $1.transformed($0, draws) }
    }
}

extension RandomColorJitter: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            valueRange: try configuration.valueRange(),
            brightnessFactor: try configuration.optionalNumbersArray("brightness_factor"),
            contrastFactor: try configuration.optionalNumbersArray("contrast_factor"),
            saturationFactor: try configuration.optionalNumbersArray("saturation_factor"),
            hueFactor: try configuration.optionalNumbersArray("hue_factor"),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
