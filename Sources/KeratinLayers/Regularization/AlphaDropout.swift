import KeratinCore
import KeratinTensor

/// The dropout that goes with SELU: in training, a random part of the elements becomes the value that SELU tends to, and
/// an affine map keeps mean and variance (Klambauer et al., 2017). Otherwise does nothing.
public final class AlphaDropout: NoiseLayer {
    private let rate: Double
    private let noiseShape: [Int?]?

    /// - Parameters:
    ///   - rate: the part that is dropped, 0..<1.
    ///   - noiseShape: the shape of what is drawn, which is broadcast; nil entries stand for the input's extents.
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

    public override func build(inputShape: [Int?]) throws {
        try requireFraction(rate, "rate")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard training, rate > 0 else { return input }
        guard rate < 1 else {
            throw KeratinError(
                .invalidArgument, "rate must be less than 1: nothing would be left to scale")
        }
        // −α·λ of SELU.
        let floor = -1.6732632423543772 * 1.0507009873554805
        let scale = 1 / ((1 - rate) * (1 + rate * floor * floor)).squareRoot()
        let offset = -scale * floor * rate
        let kept = try uniform(noiseShape(noiseShape, input.shape)).binary(.greaterEqual, rate)
        return kept.select(input, Tensor(floor)) * scale + offset
    }
}

extension AlphaDropout: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("rate"),
            noiseShape: try configuration.optionalShape("noise_shape"),
            seed: try configuration.optionalInteger("seed"), name: configuration.name)
    }
}
