import KeratinCore
import KeratinTensor

/// The arguments that SimpleRNN, GRU and LSTM cells and their convolutional kin have in common.
struct RecurrentArguments: Sendable {
    var activation: ActivationFunction
    /// Of the gates; SimpleRNN has none.
    var recurrentActivation: ActivationFunction?
    var useBias: Bool
    var kernel: WeightSpecification
    var recurrent: WeightSpecification
    var bias: WeightSpecification
    /// Whether new forget gates have a bias of 1; only cells of the LSTM kind know it.
    var unitForgetBias: Bool?
    /// Parts of the inputs and of the hidden state that are dropped in training, 0…1.
    var dropout: Double
    var recurrentDropout: Double
    var seed: Int?

    init(
        activation: any ActivationConvertible,
        recurrentActivation: (any ActivationConvertible)? = nil,
        useBias: Bool, kernel: WeightSpecification, recurrent: WeightSpecification,
        bias: WeightSpecification, unitForgetBias: Bool? = nil, dropout: Double,
        recurrentDropout: Double, seed: Int?
    ) {
        self.activation = activation.activationFunction
        self.recurrentActivation = recurrentActivation?.activationFunction
        self.useBias = useBias
        self.kernel = kernel
        self.recurrent = recurrent
        self.bias = bias
        self.unitForgetBias = unitForgetBias
        self.dropout = Swift.min(Swift.max(dropout, 0), 1)
        self.recurrentDropout = Swift.min(Swift.max(recurrentDropout, 0), 1)
        self.seed = seed
    }

    /// - Parameters:
    ///   - hasGates: whether there is an activation of gates.
    ///   - hasForgetGate: whether there is a forget gate with a bias of its own.
    init(from configuration: Configuration, hasGates: Bool, hasForgetGate: Bool = false) throws {
        // Ways to compute the same.
        configuration.ignore("implementation", "use_cudnn")
        self.init(
            activation: try configuration.activation("activation", default: .tanh),
            recurrentActivation: hasGates
                ? try configuration.activation("recurrent_activation", default: .sigmoid) : nil,
            useBias: try configuration.boolean("use_bias", default: true),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            recurrent: try WeightSpecification(
                from: configuration, "recurrent", default: .orthogonal()),
            bias: try WeightSpecification(from: configuration, "bias", default: .zeros),
            unitForgetBias: hasForgetGate
                ? try configuration.boolean("unit_forget_bias", default: true) : nil,
            dropout: try configuration.number("dropout", default: 0),
            recurrentDropout: try configuration.number("recurrent_dropout", default: 0),
            seed: try configuration.optionalInteger("seed"))
    }

    func config() throws -> [String: ConfigValue] {
        var config: [String: ConfigValue] = [
            "activation": try activation.serialized(), "use_bias": .boolean(useBias),
            "dropout": .number(dropout), "recurrent_dropout": .number(recurrentDropout),
            "seed": seed.map { .integer($0) } ?? .null,
        ]
        if let recurrentActivation {
            config["recurrent_activation"] = try recurrentActivation.serialized()
        }
        if let unitForgetBias { config["unit_forget_bias"] = .boolean(unitForgetBias) }
        return try config.adding(kernel.config("kernel")).adding(recurrent.config("recurrent"))
            .adding(bias.config("bias"))
    }

    /// The bias's specification, whose second quarter starts as ones if the forget gate's bias does.
    var gateBias: WeightSpecification {
        guard unitForgetBias == true else { return bias }
        var specification = bias
        let plain = bias.initializer
        specification.initializer = Initializer("unit_forget_bias") { shape, _ in
            let units = shape.count / 4
            return try plain.values([units]) + [Float](repeating: 1, count: units)
                + plain.values([2 * units])
        }
        return specification
    }
}

extension Configuration {
    /// An activation function; absent gives the default, null gives linear, as Keras reads it.
    func activation(
        _ key: String, default fallback: ActivationFunction
    ) throws -> ActivationFunction {
        if isNull(key) {
            _ = value(key)
            return .linear
        }
        return try object(key, default: fallback)
    }
}
