import KeratinCore
import KeratinTensor

extension Metric: SerializableFunction {
    package static let kind = "metric"
    package static let module = "keras.metrics"

    package static let classes: [String: @Sendable (Configuration) throws -> Metric] =
        accuracyClasses.merging(lossClasses) { $1 }.merging(regressionClasses) { $1 }
        .merging(confusionClasses) { $1 }.merging(scoreClasses) { $1 }.merging(valueClasses) { $1 }

    /// Short forms, and each class's name in snake_case.
    package static let aliases: [String: String] = {
        var aliases = Dictionary(
            uniqueKeysWithValues: classes.keys.map { (AutomaticName.snakeCase($0), $0) })
        let short = [
            "bce": "BinaryCrossentropy", "mse": "MeanSquaredError", "mae": "MeanAbsoluteError",
            "mape": "MeanAbsolutePercentageError", "msle": "MeanSquaredLogarithmicError",
        ]
        for (name, className) in short {
            aliases[name] = className
            aliases[name.uppercased()] = className
        }
        aliases["logcosh"] = "LogCoshError"
        aliases["kld"] = "KLDivergence"
        // By the shapes; the class of the name compares for equality.
        aliases["accuracy"] = nil
        return aliases
    }()

    /// A string stays a string, as in Keras's files.
    public func serialized() throws -> ConfigValue {
        guard let identity else {
            throw KeratinError(
                .unavailable,
                "a closure cannot be saved as metric: register it with CustomObjects.register",
                at: name)
        }
        if identity.config.isEmpty, identity.className == name { return .string(name) }
        var config = identity.config
        config["name"] = .string(name)
        config["dtype"] = "float32"
        return SerializedObject(
            module: Metric.module, className: identity.className, config: config
        ).value
    }

    public static func deserialize(_ value: ConfigValue) throws -> Metric {
        if case .string(let name) = value {
            let metric = Metric(stringLiteral: name)
            _ = try metric.definition()
            return metric
        }
        let object = try SerializedObject(value, what: kind)
        if object.className == "function", case .string(let name) = object.config {
            return try deserialize(.string(name))
        }
        let configuration = try object.configuration()
        var metric: Metric
        if let custom: Metric = try CustomObjects.make(
            kind, object.registeredName ?? object.className, configuration)
        {
            metric = custom
        } else if let make = classes[object.className] {
            metric = try make(configuration)
        } else {
            throw unknownName(object.className, among: classes.keys.sorted(), what: kind)
        }
        if let name = configuration.name { metric.name = name }
        return metric
    }

    /// By Keras's name, with its defaults.
    /// - Throws: `KeratinError` for an unknown name; it suggests the nearest.
    package static func named(_ name: String) throws -> Metric {
        let configuration = Configuration([:], of: name)
        if name.lowercased() == "accuracy" || name.lowercased() == "acc" { return accuracy }
        if let custom: Metric = try CustomObjects.make(kind, name, configuration) { return custom }
        guard let make = classes[aliases[name] ?? name] else {
            throw unknownName(
                name, among: ["accuracy", "acc"] + aliases.keys.sorted() + classes.keys.sorted(),
                what: kind)
        }
        return try make(configuration)
    }

    /// A metric of one of Keras's classes, named as the class is by default.
    static func make(
        _ className: String, name: String? = nil, _ config: [String: ConfigValue],
        _ definition: any MetricDefinition
    ) -> Metric {
        Metric(
            name ?? AutomaticName.snakeCase(className), FunctionIdentity(className, config),
            definition)
    }

    static func make(_ className: String, _ definition: any MetricDefinition) -> Metric {
        make(className, [:], definition)
    }
}
