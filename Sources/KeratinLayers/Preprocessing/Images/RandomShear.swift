import KeratinCore
import KeratinTensor

/// In training, slants each image by a random amount. As in Keras both directions are slanted the same way, half of the images the other
/// way.
public final class RandomShear: RandomTransformLayer {
    private let xFactor: Factor
    private let yFactor: Factor

    /// - Parameters:
    ///   - xFactor: how far columns move for each row: f for −f…f, or two numbers.
    ///   - yFactor: how far rows move for each column.
    ///   - interpolation: nearest or bilinear.
    ///   - fillMode: what lies beyond the edges: reflect, wrap, constant or nearest.
    ///   - fillValue: what that is in the mode `constant`.
    ///   - dataFormat: where the channels are.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ xFactor: any NumbersConvertible = 0, _ yFactor: any NumbersConvertible = 0,
        interpolation: any InterpolationConvertible = .bilinear,
        fillMode: any FillModeConvertible = .reflect, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil, name: String? = nil
    ) {
        self.xFactor = Factor(xFactor, "xFactor", in: -1...1, .around)
        self.yFactor = Factor(yFactor, "yFactor", in: -1...1, .around)
        super.init(
            interpolation: interpolation, fillMode: fillMode, fillValue: fillValue, seed: seed,
            dataFormat: dataFormat, name: name)
        note(self.xFactor.mistake, self.yFactor.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["x_factor": xFactor.config, "y_factor": yFactor.config])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let shape: Shape = [images.shape[0], 1]
        let sign = try draws.sign(shape)
        let y = try draws.uniform(shape, yFactor) * sign
        let x = try draws.uniform(shape, xFactor) * sign
        let zero = x * 0
        return try transformed(images, [zero + 1, x, zero, y, zero + 1, zero])
    }
}

extension RandomShear: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("x_factor", default: 0),
            try configuration.factor("y_factor", default: 0),
            interpolation: try configuration.choice(
                "interpolation", default: Interpolation.bilinear),
            fillMode: try configuration.choice("fill_mode", default: FillMode.reflect),
            fillValue: try configuration.number("fill_value", default: 0),
            dataFormat: try configuration.dataFormat(),
            seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
        try adopt(configuration)
    }
}
