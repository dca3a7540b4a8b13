import KeratinCore
import KeratinTensor

/// In training, adds normal numbers of mean 0. Otherwise does nothing.
public final class GaussianNoise: NoiseLayer {
    private let deviation: Double

    /// - Parameter deviation: the standard deviation of what is added, 0…1.
    public init(_ deviation: Double, seed: Int? = nil, name: String? = nil) {
        self.deviation = deviation
        super.init(seed: seed, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["stddev": .number(deviation)])
    }

    public override func build(inputShape: [Int?]) throws {
        try requireFraction(deviation, "the deviation")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard training, deviation > 0 else { return input }
        return try input + normal(input.shape) * deviation
    }
}

extension GaussianNoise: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("stddev"), seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
    }
}

/// In training, multiplies by normal numbers of mean 1 and deviation √(rate/(1 − rate)) (Srivastava et al., 2014).
/// Otherwise does nothing.
public final class GaussianDropout: NoiseLayer {
    private let rate: Double

    /// - Parameter rate: the rate of the dropout that has this deviation, 0..<1.
    public init(_ rate: Double, seed: Int? = nil, name: String? = nil) {
        self.rate = rate
        super.init(seed: seed, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["rate": .number(rate)])
    }

    public override func build(inputShape: [Int?]) throws {
        try requireFraction(rate, "rate")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard training, rate > 0 else { return input }
        guard rate < 1 else {
            throw KeratinError(
                .invalidArgument, "rate must be less than 1: the deviation would be infinite")
        }
        let deviation = (rate / (1 - rate)).squareRoot()
        return try input * (normal(input.shape) * deviation + 1)
    }
}

extension GaussianDropout: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("rate"), seed: try configuration.optionalInteger("seed"),
            name: configuration.name)
    }
}
