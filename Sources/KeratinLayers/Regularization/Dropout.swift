import KeratinCore
import KeratinTensor

/// In training, sets a random part of the elements to zero and scales the others by 1/(1 − rate)
/// (Srivastava et al., 2014). Otherwise does nothing.
public final class Dropout: NoiseLayer {
    private let rate: Double
    private let noiseShape: [Int?]?

    /// - Parameters:
    ///   - rate: the part that is dropped, 0…1.
    ///   - noiseShape: the shape of what is drawn, which is broadcast; nil entries stand for the input's extents.
    ///   - seed: nil: a part of the run's own random numbers.
    public init(
        _ rate: Double, noiseShape: [Int?]? = nil, seed: Int? = nil, name: String? = nil
    ) {
        self.rate = rate
        self.noiseShape = noiseShape
        super.init(seed: seed, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "rate": .number(rate), "noise_shape": noiseShape.map { ConfigValue($0) } ?? .null,
        ])
    }

    public override func build(inputShape: [Int?]) throws { try requireFraction(rate, "rate") }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard training else { return input }
        return try dropped(input, rate, noiseShape(noiseShape, input.shape))
    }
}

extension Dropout: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("rate"),
            noiseShape: try configuration.optionalShape("noise_shape"),
            seed: try configuration.optionalInteger("seed"), name: configuration.name)
    }
}

extension NoiseLayer {
    /// The input with a part set to zero, drawn for a shape that is broadcast, and the rest scaled to make up for it.
    func dropped(_ input: Tensor, _ rate: Double, _ shape: Shape) throws -> Tensor {
        if rate == 0 { return input }
        if rate == 1 { return input * 0 }
        let kept = try uniform(shape).binary(.greaterEqual, rate)
        return kept.select(input * (1 / (1 - rate)), Tensor(0))
    }
}
