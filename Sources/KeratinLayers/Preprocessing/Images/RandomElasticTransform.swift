import KeratinCore
import KeratinTensor

/// In training, moves the pixels of images about a little, as on a sheet of rubber.
public final class RandomElasticTransform: RandomTransformLayer {
    private let factor: Factor
    private let scale: Factor
    private let valueRange: ValueRange

    /// - Parameters:
    ///   - factor: how likely an image is changed.
    ///   - scale: how strongly: f for 0…f, or two numbers.
    ///   - interpolation: nearest or bilinear.
    ///   - fillMode: what lies beyond the edges: reflect, wrap, constant or nearest.
    ///   - fillValue: what that is in the mode `constant`.
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible = 1.0, scale: any NumbersConvertible = 1.0,
        interpolation: any InterpolationConvertible = .bilinear,
        fillMode: any FillModeConvertible = .reflect, fillValue: Double = 0,
        valueRange: any NumbersConvertible = [0, 255], seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: 0...1)
        self.scale = Factor(scale, "scale", in: 0...1)
        self.valueRange = ValueRange(valueRange)
        super.init(
            interpolation: interpolation, fillMode: fillMode, fillValue: fillValue, seed: seed,
            dataFormat: dataFormat, name: name)
        note(self.factor.mistake, self.scale.mistake, self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "factor": factor.config,
            "scale": scale.config,
            "value_range": valueRange.config,
        ])
    }

    override var allowsMirror: Bool { true }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        guard scale.high != 0, factor.high != 0 else { return images }
        let (rows, columns) = (images.shape[1], images.shape[2])
        let isChanged = try draws.happens(images.shape[0], factor)
        let strength = try draws.uniform([1, 1, 1], scale)
        let shape: Shape = [images.shape[0], rows, columns]
        let width = Double(min(rows, columns)) * 0.05
        let elastic = try ElasticTransform(
            interpolation, fillMode, fillValue, largestSigma: width * scale.high)
        let moved = try elastic.transformed(
            images, draws.normal(shape), draws.normal(shape),
            alpha: strength * (Double(max(rows, columns)) * 0.1),
            // A deviation of 0 would divide by 0.
            sigma: (strength * width).binary(.maximum, 1e-3).reshaped([1]))
        return valueRange.clipped(isChanged.select(moved, images))
    }
}

extension RandomElasticTransform: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor", default: 1.0),
            scale: try configuration.factor("scale", default: 1.0),
            interpolation: try configuration.choice(
                "interpolation", default: Interpolation.bilinear),
            fillMode: try configuration.choice("fill_mode", default: FillMode.reflect),
            fillValue: try configuration.number("fill_value", default: 0),
            valueRange: try configuration.valueRange(),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
