import KeratinCore
import KeratinTensor

/// In training, makes what each image shows smaller or larger by a random part.
public final class RandomZoom: RandomTransformLayer {
    private let heightFactor: Factor
    private let widthFactor: Factor?

    /// - Parameters:
    ///   - heightFactor: how much more is seen: f for −f…f, or two numbers; 0.2 shows 20 % more rows, −0.2 fewer.
    ///   - widthFactor: the same for columns; nil: as much as for rows, so that nothing is distorted.
    ///   - fillMode: what lies beyond the edges: reflect, wrap, constant or nearest.
    ///   - interpolation: nearest or bilinear.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - fillValue: what that is in the mode `constant`.
    ///   - dataFormat: where the channels are.
    public init(
        _ heightFactor: any NumbersConvertible, widthFactor: (any NumbersConvertible)? = nil,
        fillMode: any FillModeConvertible = .reflect,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        fillValue: Double = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.heightFactor = Factor(
            heightFactor, "heightFactor", in: -1...1, .around, excludingLowest: true)
        self.widthFactor = widthFactor.map {
            Factor($0, "widthFactor", in: -1...1, .around, excludingLowest: true)
        }
        super.init(
            interpolation: interpolation, fillMode: fillMode, fillValue: fillValue, seed: seed,
            dataFormat: dataFormat, name: name)
        note(self.heightFactor.mistake, self.widthFactor?.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "height_factor": heightFactor.given,
            "width_factor": widthFactor?.given ?? .null,
        ])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        func zoom(_ factor: Factor) throws -> Tensor {
            try draws.uniform([images.shape[0], 1], 1 + factor.low, 1 + factor.high)
        }
        let height = try zoom(heightFactor)
        let width = try widthFactor.map(zoom) ?? height
        let zero = height * 0
        let (x, y) = (Double(images.shape[2] - 1) / 2, Double(images.shape[1] - 1) / 2)
        return try transformed(
            images, [width, zero, (1 - width) * x, zero, height, (1 - height) * y])
    }
}

extension RandomZoom: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("height_factor"),
            widthFactor: try configuration.optionalNumbersArray("width_factor"),
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
