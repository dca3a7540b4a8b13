import KeratinCore
import KeratinTensor

/// In training, moves the corners of images, as if they were seen from elsewhere.
public final class RandomPerspective: RandomTransformLayer {
    private let factor: Factor
    private let scale: Double

    /// - Parameters:
    ///   - factor: how likely an image is changed: f for 0…f, or two numbers between which the probability is drawn.
    ///   - scale: how far corners move, 0…1: by up to half of their place at 1.
    ///   - interpolation: nearest or bilinear.
    ///   - fillValue: what that is in the mode `constant`.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ factor: any NumbersConvertible = 1.0, scale: Double = 1,
        interpolation: any InterpolationConvertible = .bilinear, fillValue: Double = 0,
        seed: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.factor = Factor(factor, "factor", in: 0...1)
        self.scale = scale
        super.init(
            interpolation: interpolation, fillMode: .constant, fillValue: fillValue, seed: seed,
            dataFormat: dataFormat, name: name)
        note(self.factor.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig()
        config["fill_mode"] = nil
        return config.adding(["factor": factor.config, "scale": .number(scale)])
    }

    public override func build(inputShape: [Int?]) throws {
        guard (0...1).contains(scale) else {
            throw KeratinError(.invalidArgument, "scale must lie in 0…1, got \(scale)")
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let isChanged = try draws.happens(images.shape[0], factor)
        let (right, bottom) = (Float(images.shape[2] - 1), Float(images.shape[1] - 1))
        let corners = Tensor([0, 0, right, 0, 0, bottom, right, bottom], shape: [1, 4, 2])
        let moves = try draws.uniform([images.shape[0], 4, 2], -0.5 * scale, 0.5 * scale)
        let start = corners.broadcast(to: moves.shape)
        let transforms = try Perspective.transforms(from: start, to: start + start * moves)
        let moved = try ImageSampler(interpolation, .constant, fillValue)
            .transformed(images, transforms, isProjective: true)
        return isChanged.select(moved, images)
    }
}

extension RandomPerspective: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.factor("factor", default: 1.0),
            scale: try configuration.number("scale", default: 1),
            interpolation: try configuration.choice(
                "interpolation", default: Interpolation.bilinear),
            fillValue: try configuration.number("fill_value", default: 0),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
