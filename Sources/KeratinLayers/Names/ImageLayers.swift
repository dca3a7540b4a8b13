import KeratinCore
import KeratinTensor

// The arguments of image layers by name where they have none.

extension CenterCrop {
    /// The same with names for all arguments: `CenterCrop(height: 24, width: 24)`.
    public convenience init(
        height: Int, width: Int, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(height, width, dataFormat: dataFormat, name: name)
    }
}

extension RandomCrop {
    /// The same with names for all arguments: `RandomCrop(height: 24, width: 24)`.
    public convenience init(
        height: Int, width: Int, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(height, width, seed: seed, dataFormat: dataFormat, name: name)
    }
}

extension RandomFlip {
    /// The same with a name for the first argument: `RandomFlip(mode: "horizontal")`.
    public convenience init(
        mode: any FlipModeConvertible, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(mode, seed: seed, dataFormat: dataFormat, name: name)
    }
}

extension RandomRotation {
    /// The same with a name for the first argument: `RandomRotation(factor: 0.1)`.
    public convenience init(
        factor: any NumbersConvertible, fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            factor, fillMode: fillMode, interpolation: interpolation, seed: seed,
            fillValue: fillValue, dataFormat: dataFormat, name: name)
    }
}

extension RandomRotation {
    /// The same with a pair for the lowest and the highest: `RandomRotation((0.1, 0.2))`.
    public convenience init(
        _ factor: (Double, Double), fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], fillMode: fillMode, interpolation: interpolation, seed: seed,
            fillValue: fillValue, dataFormat: dataFormat, name: name)
    }
}

extension RandomRotation {
    /// The same with a pair for the lowest and the highest: `RandomRotation(factor: (0.1, 0.2))`.
    public convenience init(
        factor: (Double, Double), fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], fillMode: fillMode, interpolation: interpolation, seed: seed,
            fillValue: fillValue, dataFormat: dataFormat, name: name)
    }
}

extension RandomZoom {
    /// The same with a name for the first argument: `RandomZoom(heightFactor: 0.2)`.
    public convenience init(
        heightFactor: any NumbersConvertible, widthFactor: (any NumbersConvertible)? = nil,
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            heightFactor, widthFactor: widthFactor, fillMode: fillMode,
            interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomZoom {
    /// The same with a pair for the lowest and the highest: `RandomZoom((0.1, 0.2))`.
    public convenience init(
        _ heightFactor: (Double, Double), widthFactor: (any NumbersConvertible)? = nil,
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            [heightFactor.0, heightFactor.1], widthFactor: widthFactor, fillMode: fillMode,
            interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomZoom {
    /// The same with a pair for the lowest and the highest: `RandomZoom(heightFactor: (0.1, 0.2))`.
    public convenience init(
        heightFactor: (Double, Double), widthFactor: (any NumbersConvertible)? = nil,
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            [heightFactor.0, heightFactor.1], widthFactor: widthFactor, fillMode: fillMode,
            interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomTranslation {
    /// The same with names for all arguments: `RandomTranslation(heightFactor: 0.1, widthFactor: 0.1)`.
    public convenience init(
        heightFactor: any NumbersConvertible, widthFactor: any NumbersConvertible,
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            heightFactor, widthFactor, fillMode: fillMode, interpolation: interpolation, seed: seed,
            fillValue: fillValue, dataFormat: dataFormat, name: name)
    }
}

extension RandomTranslation {
    /// The same with pairs for the lowest and the highest: `RandomTranslation((0.1, 0.2), (0.1, 0.2))`.
    public convenience init(
        _ heightFactor: (Double, Double), _ widthFactor: (Double, Double),
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            [heightFactor.0, heightFactor.1], [widthFactor.0, widthFactor.1], fillMode: fillMode,
            interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomTranslation {
    /// The same with pairs for the lowest and the highest: `RandomTranslation(heightFactor: (0.1, 0.2), widthFactor: (0.1, 0.2))`.
    public convenience init(
        heightFactor: (Double, Double), widthFactor: (Double, Double),
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            [heightFactor.0, heightFactor.1], [widthFactor.0, widthFactor.1], fillMode: fillMode,
            interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomShear {
    /// The same with names for all arguments: `RandomShear(xFactor: 0.2)`.
    public convenience init(
        xFactor: any NumbersConvertible, yFactor: any NumbersConvertible = 0,
        interpolation: any InterpolationConvertible = .bilinear,
        fillMode: any FillModeConvertible = .reflect, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            xFactor, yFactor, interpolation: interpolation, fillMode: fillMode,
            fillValue: fillValue, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomPerspective {
    /// The same with a name for the first argument: `RandomPerspective(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, scale: Double = 1,
        interpolation: any InterpolationConvertible = .bilinear, fillValue: Double = 0,
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            factor, scale: scale, interpolation: interpolation, fillValue: fillValue, seed: seed,
            dataFormat: dataFormat, name: name)
    }
}

extension RandomElasticTransform {
    /// The same with a name for the first argument: `RandomElasticTransform(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, scale: any NumbersConvertible = 1.0,
        interpolation: any InterpolationConvertible = .bilinear,
        fillMode: any FillModeConvertible = .reflect, fillValue: Double = 0,
        valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            factor, scale: scale, interpolation: interpolation, fillMode: fillMode,
            fillValue: fillValue, valueRange: valueRange, seed: seed, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomContrast {
    /// The same with a name for the first argument: `RandomContrast(factor: 0.2)`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }
}

extension RandomContrast {
    /// The same with a pair for the lowest and the highest: `RandomContrast((0.1, 0.2))`.
    public convenience init(
        _ factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, seed: seed, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomContrast {
    /// The same with a pair for the lowest and the highest: `RandomContrast(factor: (0.1, 0.2))`.
    public convenience init(
        factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, seed: seed, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomBrightness {
    /// The same with a name for the first argument: `RandomBrightness(factor: 0.2)`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }
}

extension RandomBrightness {
    /// The same with a pair for the lowest and the highest: `RandomBrightness((0.1, 0.2))`.
    public convenience init(
        _ factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, seed: seed, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomBrightness {
    /// The same with a pair for the lowest and the highest: `RandomBrightness(factor: (0.1, 0.2))`.
    public convenience init(
        factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, seed: seed, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomHue {
    /// The same with a name for the first argument: `RandomHue(factor: 0.2)`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomHue {
    /// The same with a pair for the lowest and the highest: `RandomHue((0.1, 0.2))`.
    public convenience init(
        _ factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomHue {
    /// The same with a pair for the lowest and the highest: `RandomHue(factor: (0.1, 0.2))`.
    public convenience init(
        factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomSaturation {
    /// The same with a name for the first argument: `RandomSaturation(factor: [0.4, 0.6])`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomSaturation {
    /// The same with a pair for the lowest and the highest: `RandomSaturation((0.1, 0.2))`.
    public convenience init(
        _ factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomSaturation {
    /// The same with a pair for the lowest and the highest: `RandomSaturation(factor: (0.1, 0.2))`.
    public convenience init(
        factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomColorDegeneration {
    /// The same with a name for the first argument: `RandomColorDegeneration(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomColorDegeneration {
    /// The same with a pair for the lowest and the highest: `RandomColorDegeneration((0.1, 0.2))`.
    public convenience init(
        _ factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomColorDegeneration {
    /// The same with a pair for the lowest and the highest: `RandomColorDegeneration(factor: (0.1, 0.2))`.
    public convenience init(
        factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomSharpness {
    /// The same with a name for the first argument: `RandomSharpness(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomSharpness {
    /// The same with a pair for the lowest and the highest: `RandomSharpness((0.1, 0.2))`.
    public convenience init(
        _ factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomSharpness {
    /// The same with a pair for the lowest and the highest: `RandomSharpness(factor: (0.1, 0.2))`.
    public convenience init(
        factor: (Double, Double), valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            [factor.0, factor.1], valueRange: valueRange, dataFormat: dataFormat, seed: seed,
            name: name)
    }
}

extension RandomGrayscale {
    /// The same with a name for the first argument: `RandomGrayscale(factor: 0.5)`.
    public convenience init(
        factor: Double, dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil,
        name: String? = nil
    ) {
        self.init(factor, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomInvert {
    /// The same with a name for the first argument: `RandomInvert(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }
}

extension RandomPosterization {
    /// The same with a name for the first argument: `RandomPosterization(factor: 4)`.
    public convenience init(
        factor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(factor, valueRange: valueRange, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomGaussianBlur {
    /// The same with a name for the first argument: `RandomGaussianBlur(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, kernelSize: any AxisConvertible = 3,
        sigma: any NumbersConvertible = 1.0, valueRange: any NumbersConvertible = [0, 255],
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            factor, kernelSize: kernelSize, sigma: sigma, valueRange: valueRange,
            dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension RandomErasing {
    /// The same with a name for the first argument: `RandomErasing(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, scale: any NumbersConvertible = [0.02, 0.33],
        fillValue: (any NumbersConvertible)? = nil, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            factor, scale: scale, fillValue: fillValue, valueRange: valueRange, seed: seed,
            dataFormat: dataFormat, name: name)
    }
}

extension Solarization {
    /// The same with names for all arguments: `Solarization(additionFactor: 0.2, thresholdFactor: 0.5)`.
    public convenience init(
        additionFactor: any NumbersConvertible, thresholdFactor: any NumbersConvertible = 0,
        valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            additionFactor, thresholdFactor, valueRange: valueRange, seed: seed,
            dataFormat: dataFormat, name: name)
    }
}

extension AutoContrast {
    /// The same with a name for the first argument: `AutoContrast(valueRange: [0, 1])`.
    public convenience init(
        valueRange: any NumbersConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(valueRange, dataFormat: dataFormat, name: name)
    }
}

extension Equalization {
    /// The same with a name for the first argument: `Equalization(valueRange: [0, 1])`.
    public convenience init(
        valueRange: any NumbersConvertible, bins: Int = 256,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(valueRange, bins: bins, dataFormat: dataFormat, name: name)
    }
}

extension Resizing {
    /// The same with names for all arguments: `Resizing(height: 180, width: 180)`.
    public convenience init(
        height: Int, width: Int, interpolation: any InterpolationConvertible = .bilinear,
        cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
        fillMode: any FillModeConvertible = .constant, fillValue: Double = 0,
        antialias: Bool = false, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            height, width, interpolation: interpolation, cropToAspectRatio: cropToAspectRatio,
            padToAspectRatio: padToAspectRatio, fillMode: fillMode, fillValue: fillValue,
            antialias: antialias, dataFormat: dataFormat, name: name)
    }
}

extension MixUp {
    /// The same with a name for the first argument: `MixUp(alpha: 0.4)`.
    public convenience init(
        alpha: Double, dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil,
        name: String? = nil
    ) {
        self.init(alpha, dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension CutMix {
    /// The same with a name for the first argument: `CutMix(factor: 0.5)`.
    public convenience init(
        factor: any NumbersConvertible, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(factor, seed: seed, dataFormat: dataFormat, name: name)
    }
}

extension RandomShear {
    /// The same, where only rows are slanted: `RandomShear(yFactor: 0.2)`.
    public convenience init(
        yFactor: any NumbersConvertible, interpolation: any InterpolationConvertible = .bilinear,
        fillMode: any FillModeConvertible = .reflect, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil,
        name: String? = nil
    ) {
        self.init(
            0, yFactor, interpolation: interpolation, fillMode: fillMode, fillValue: fillValue,
            dataFormat: dataFormat, seed: seed, name: name)
    }
}

extension Solarization {
    /// The same, where nothing is added: `Solarization(thresholdFactor: 0.5)`.
    public convenience init(
        thresholdFactor: any NumbersConvertible, valueRange: any NumbersConvertible = [0, 255],
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            0, thresholdFactor, valueRange: valueRange, seed: seed, dataFormat: dataFormat,
            name: name)
    }
}

extension RandomZoom {
    /// The same, both factors by position: `RandomZoom(0.2, 0.1)`.
    public convenience init(
        _ heightFactor: any NumbersConvertible, _ widthFactor: any NumbersConvertible,
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(
            heightFactor, widthFactor: widthFactor, fillMode: fillMode,
            interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            name: name)
    }
}
