import KeratinCore
import KeratinTensor

/// In training, moves each image by a random part of its size.
public final class RandomTranslation: RandomTransformLayer {
    private let heightFactor: Factor
    private let widthFactor: Factor

    /// - Parameters:
    ///   - heightFactor: by which part of the rows: f for −f…f, or two numbers. Positive: downwards.
    ///   - widthFactor: by which part of the columns. Positive: to the right.
    ///   - fillMode: what lies beyond the edges: reflect, wrap, constant or nearest.
    ///   - interpolation: nearest or bilinear.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - fillValue: what that is in the mode `constant`.
    ///   - dataFormat: where the channels are.
    public init(
        _ heightFactor: any NumbersConvertible, _ widthFactor: any NumbersConvertible,
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.heightFactor = Factor(heightFactor, "heightFactor", in: -1...1, .around)
        self.widthFactor = Factor(widthFactor, "widthFactor", in: -1...1, .around)
        super.init(
            interpolation: interpolation, fillMode: fillMode, fillValue: fillValue, seed: seed,
            dataFormat: dataFormat, name: name)
        note(self.heightFactor.mistake, self.widthFactor.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "height_factor": heightFactor.given,
            "width_factor": widthFactor.given,
        ])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let count = images.shape[0]
        let down = try draws.uniform([count, 1], heightFactor) * Double(images.shape[1])
        let right = try draws.uniform([count, 1], widthFactor) * Double(images.shape[2])
        let zero = down * 0
        return try transformed(images, [zero + 1, zero, right * -1, zero, zero + 1, down * -1])
    }
}

extension RandomTranslation: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("height_factor"),
            try configuration.factor("width_factor"),
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
