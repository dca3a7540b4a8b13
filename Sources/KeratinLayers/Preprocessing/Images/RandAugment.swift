import KeratinCore
import KeratinTensor

/// In training, changes each batch in some steps of one strength, drawn of eleven: shear, translation, rotation, brightness, colour,
/// contrast, sharpness, posterization, solarization, contrast stretched, and levels equalized (Cubuk et al., 2020).
///
/// A step is the same kind for all images of a batch, with numbers of its own for each. In a recorded step, where the kinds are not
/// known, all of them are computed.
public final class RandAugment: RandomImageLayer {
    private let valueRange: ValueRange
    private let numOps: Int
    private let factor: Factor
    private let interpolation: Interpolation

    /// The layers of which steps are drawn; their random numbers are those of this layer.
    private let steps: [ImageLayer]

    /// - Parameters:
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - numOps: how many steps.
    ///   - factor: how strong: f for 0…f, or two numbers.
    ///   - interpolation: nearest or bilinear.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        valueRange: any NumbersConvertible = [0, 255], numOps: Int = 2,
        factor: any NumbersConvertible = 0.5,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        let kind = Chosen(interpolation.interpolation, else: .bilinear)
        self.valueRange = ValueRange(valueRange)
        self.numOps = numOps
        self.factor = Factor(factor, "factor", in: 0...1)
        self.interpolation = kind.value
        steps = AugmentationSteps.layers(
            factor, valueRange, kind.value, withColors: true)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        for step in steps { note(step.mistake) }
        note(kind.mistake, self.valueRange.mistake, self.factor.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "value_range": valueRange.config,
            "num_ops": .integer(numOps),
            "factor": factor.config,
            "interpolation": .string(interpolation.rawValue),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        guard (0...64).contains(numOps) else {
            throw KeratinError(.invalidArgument, "numOps must lie in 0…64, got \(numOps)")
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try (0..<numOps).reduce(images) { images, _ in
            let drawn = try draws.uniform([1], 0, Double(steps.count))
            if drawn.hasNumbers, Trace.current == nil {
                let index = min(Int(try drawn.item(Float.self)), steps.count - 1)
                return try steps[index].transformed(images, draws)
            }
            let index = drawn.cast(to: .int32).reshaped([1, 1, 1, 1])
            return try steps.enumerated().reduce(images) { result, step in
                index.binary(.equal, Double(step.offset))
                    .select(try step.element.transformed(images, draws), result)
            }
        }
    }
}

extension RandAugment: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            valueRange: try configuration.valueRange(),
            numOps: try configuration.integer("num_ops", default: 2),
            factor: try configuration.factor("factor", default: 0.5),
            interpolation: try configuration.choice(
                "interpolation", default: Interpolation.bilinear),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
