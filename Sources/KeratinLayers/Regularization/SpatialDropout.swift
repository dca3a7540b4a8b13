import KeratinCore
import KeratinTensor

/// What the spatial dropouts have in common: whole channels of a sample are set to zero in training (Tompson et al.,
/// 2015).
public class SpatialDropoutLayer: NoiseLayer {
    /// The number of spatial axes.
    class var rank: Int { 2 }
    private let rate: Double
    private let dataFormat: DataFormat

    init(_ rate: Double, dataFormat: any DataFormatConvertible, seed: Int?, name: String?) {
        let format = Chosen(dataFormat.dataFormat, else: .channelsLast)
        self.rate = rate
        self.dataFormat = format.value
        super.init(seed: seed, name: name)
        note(format.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig().adding(["rate": .number(rate)])
        // Keras's spatial dropouts take neither of them.
        config["trainable"] = nil
        if type(of: self).rank > 1 { config["data_format"] = .string(dataFormat.rawValue) }
        return config
    }

    public override func build(inputShape: [Int?]) throws {
        try requireFraction(rate, "rate")
        try check(rank: inputShape.count)
    }

    private func check(rank: Int) throws {
        let expected = type(of: self).rank + 2
        guard rank == expected else {
            throw KeratinError(.shapeMismatch, "expects rank \(expected), got rank \(rank)")
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try check(rank: input.rank)
        guard training else { return input }
        var shape = Shape([Int](repeating: 1, count: input.rank))
        shape[0] = input.shape[0]
        let channels = dataFormat == .channelsLast ? input.rank - 1 : 1
        shape[channels] = input.shape[channels]
        return try dropped(input, rate, shape)
    }
}

/// Drops whole channels of sequences: inputs [batch, steps, channels].
public final class SpatialDropout1D: SpatialDropoutLayer, BuiltInLayer {
    override class var rank: Int { 1 }

    /// - Parameters:
    ///   - rate: the part of the channels that is dropped, 0 to 1.
    ///   - seed: of the layer's own random numbers; nil: a part of the run's.
    public init(_ rate: Double, seed: Int? = nil, name: String? = nil) {
        super.init(rate, dataFormat: .channelsLast, seed: seed, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("rate"), seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
    }
}

/// Drops whole channels of images: inputs [batch, rows, columns, channels].
public final class SpatialDropout2D: SpatialDropoutLayer, BuiltInLayer {
    public override init(
        _ rate: Double, dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil,
        name: String? = nil
    ) {
        super.init(rate, dataFormat: dataFormat, seed: seed, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("rate"), dataFormat: try configuration.dataFormat(),
            seed: try configuration.optionalInteger("seed"), name: configuration.name)
    }
}

/// Drops whole channels of volumes: inputs [batch, x, y, z, channels].
public final class SpatialDropout3D: SpatialDropoutLayer, BuiltInLayer {
    override class var rank: Int { 3 }

    public override init(
        _ rate: Double, dataFormat: any DataFormatConvertible = .channelsLast, seed: Int? = nil,
        name: String? = nil
    ) {
        super.init(rate, dataFormat: dataFormat, seed: seed, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("rate"), dataFormat: try configuration.dataFormat(),
            seed: try configuration.optionalInteger("seed"), name: configuration.name)
    }
}
