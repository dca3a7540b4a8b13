import KeratinCore
import KeratinTensor

/// In training, makes some of the images grey, in as many channels as before.
public final class RandomGrayscale: RandomImageLayer {
    private let factor: Double

    /// - Parameters:
    ///   - factor: how likely an image becomes grey, 0…1.
    ///   - dataFormat: where the channels are.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ factor: Double = 0.5, dataFormat: any DataFormatConvertible = .channelsLast,
        seed: Int? = nil, name: String? = nil
    ) {
        self.factor = factor
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["factor": .number(factor)])
    }

    public override func build(inputShape: [Int?]) throws {
        guard (0...1).contains(factor) else {
            throw KeratinError(.invalidArgument, "factor must lie in 0…1, got \(factor)")
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let isGray = try draws.uniform([images.shape[0], 1, 1, 1]).binary(.less, factor)
        return isGray.select(try Colors.gray(images), images)
    }
}

extension RandomGrayscale: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("factor", default: 0.5),
            dataFormat: try configuration.dataFormat(),
            seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
        try adopt(configuration)
    }
}
