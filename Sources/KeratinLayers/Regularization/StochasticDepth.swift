import KeratinCore
import KeratinTensor

/// In training, sets a random part of the samples to zero as a whole and scales the others by 1/(1 − rate), so that a block that is
/// added to its input is left out (Huang et al., 2016). Otherwise does nothing.
public final class StochasticDepth: NoiseLayer {
    private let rate: Double

    /// - Parameter dropPathRate: the part that is dropped, 0..<1.
    public init(_ dropPathRate: Double, name: String? = nil) {
        rate = dropPathRate
        super.init(seed: nil, name: name)
    }

    package override class var kerasModule: String { "keras.src.applications.convnext" }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig().adding(["drop_path_rate": .number(rate)])
        config["seed"] = nil
        return config
    }

    public override func build(inputShape: [Int?]) throws {
        try requireFraction(rate, "dropPathRate")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard training else { return input }
        let ones = [Int](repeating: 1, count: max(0, input.rank - 1))
        return try dropped(input, rate, Shape(input.shape.dimensions.prefix(1) + ones))
    }
}

extension StochasticDepth: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(try configuration.number("drop_path_rate"), name: configuration.name)
    }
}
