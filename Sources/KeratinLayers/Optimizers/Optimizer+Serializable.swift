import KeratinCore

/// Files hold an optimizer as its class with all its arguments, also if it was given by a name.
extension Optimizer: SerializableFunction {
    package static let kind = "optimizer"
    package static let module = "keras.optimizers"

    package var identity: FunctionIdentity? {
        guard var identity = ownIdentity, Optimizer.classes[identity.className] != nil,
            let rate = try? learningRate.serialized()
        else { return ownIdentity }
        identity.config = identity.config.adding(options.config)
        identity.config["name"] = .string(name)
        identity.config["learning_rate"] = rate
        return identity
    }

    public func serialized() throws -> ConfigValue {
        // A schedule that cannot be saved says so itself.
        _ = try learningRate.serialized()
        return try serializedObject()
    }

    package static let aliases = Dictionary(
        uniqueKeysWithValues: makers.keys.map { ($0.lowercased(), $0) })

    package static let classes: [String: @Sendable (Configuration) throws -> Optimizer] =
        makers.mapValues { make in
            { configuration in
                let optimizer = try make(configuration)
                if let name = configuration.name { optimizer.name = name }
                // The optimizers of Keras 1 and 2, and `keras.optimizers.legacy` of tf.keras.
                if let decay = try configuration.optionalNumber("decay"), decay != 0,
                    let rate = optimizer.learningRate.constant
                {
                    optimizer.learningRate = .legacyDecay(rate, decay: decay)
                }
                return optimizer
            }
        }

    private static let makers: [String: @Sendable (Configuration) throws -> Optimizer] = [
        "SGD": { try sgd($0) }, "RMSprop": { try rmsprop($0) }, "Adagrad": { try adagrad($0) },
        "Adadelta": { try adadelta($0) }, "Adam": { try adam($0) }, "AdamW": { try adamW($0) },
        "Adamax": { try adamax($0) }, "Nadam": { try nadam($0) }, "Ftrl": { try ftrl($0) },
        "Lion": { try lion($0) }, "Lamb": { try lamb($0) }, "Adafactor": { try adafactor($0) },
        "Muon": { try muon($0) },
        "LossScaleOptimizer": { throw later($0) }, "ScheduleFreeAdamW": { throw later($0) },
        "MultiOptimizer": { throw later($0) },
    ]

    private static func later(_ configuration: Configuration) -> KeratinError {
        KeratinError(
            .unavailable, "the optimizer \(configuration.className) is not there yet",
            at: configuration.className)
    }
}
