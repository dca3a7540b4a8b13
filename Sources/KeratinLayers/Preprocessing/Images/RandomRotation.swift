import KeratinCore
import KeratinTensor

/// In training, turns each image around its middle by a random angle.
public final class RandomRotation: RandomTransformLayer {
    private let factor: Factor

    /// - Parameters:
    ///   - factor: the part of a whole turn: f for −f…f, or two numbers. Positive: against the clock.
    ///   - fillMode: what lies beyond the edges: reflect, wrap, constant or nearest.
    ///   - interpolation: nearest or bilinear.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - fillValue: what that is in the mode `constant`.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible, fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: -1...1)
        super.init(
            interpolation: interpolation, fillMode: fillMode, fillValue: fillValue, seed: seed,
            dataFormat: dataFormat, name: name)
        note(self.factor.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["factor": factor.config])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let degrees = try draws.uniform(
            [images.shape[0], 1], factor.low * 360, factor.high * 360)
        let angle = degrees * (Double.pi / 180)
        let (cosine, sine) = (angle.unary(.cos), angle.unary(.sin))
        let (x, y) = (Double(images.shape[2] - 1) / 2, Double(images.shape[1] - 1) / 2)
        return try transformed(
            images,
            [
                cosine, sine * -1, x - cosine * x + sine * y,
                sine, cosine, y - sine * x - cosine * y,
            ])
    }
}

extension RandomRotation: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor"),
            fillMode: try configuration.choice("fill_mode", default: FillMode.reflect),
            interpolation: try configuration.choice(
                "interpolation", default: Interpolation.bilinear),
            seed: try configuration.optionalInteger("seed"),
            fillValue: try configuration.number("fill_value", default: 0),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
