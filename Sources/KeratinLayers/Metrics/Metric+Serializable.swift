import KeratinCore
import KeratinTensor

/// Metrics in files: Keras's classes and functions, and classes of users.
extension Metric {
    package static let kind = "metric"
    package static let module = "keras.metrics"

    package static let classes: [String: @Sendable (Configuration) throws -> Metric] =
        accuracyClasses.merging(lossClasses) { $1 }.merging(regressionClasses) { $1 }
        .merging(confusionClasses) { $1 }.merging(scoreClasses) { $1 }.merging(valueClasses) { $1 }
        .mapValues { make in { try make($0).copy() } }

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
        if isOwnClass { return try serializedOwnClass() }
        switch form {
        case .metric: break
        case .loss(var loss):
            loss.name = name
            return try loss.serializedObject()
        case .function(let function):
            if function == name { return Metric.function(named: function) }
            return SerializedObject(
                module: Metric.module, className: Metric.wrapperClass,
                config: [
                    "name": .string(name), "dtype": "float32",
                    "fn": Metric.function(named: function),
                ]
            ).value
        }
        guard let identity else {
            if CustomObjects.contains(Metric.kind, name) { return .string(name) }
            throw KeratinError(
                .unavailable,
                "the metric cannot be saved: " + CustomObjects.advice(Metric.kind, name), at: name)
        }
        if identity.config.isEmpty, identity.className == name {
            guard Metric.isOnlyLoss(name) else { return .string(name) }
            return try Metric.named(name).copy(name: name).serialized()
        }
        var config = identity.config
        config["name"] = .string(name)
        if config["dtype"] == nil { config["dtype"] = "float32" }
        return SerializedObject(
            module: Metric.module, className: identity.className, config: config
        ).value
    }

    private func serializedOwnClass() throws -> ConfigValue {
        let className = String(describing: type(of: self))
        guard let registered = CustomObjects.registeredName(className) else {
            throw KeratinError(
                .unavailable,
                "cannot be saved: register its class with CustomObjects.register(\(className).self)",
                at: name)
        }
        return SerializedObject(
            module: nil, className: className, config: getConfig(), registeredName: registered
        ).value
    }

    /// The metric that a file names, or describes by a class and its arguments.
    /// - Throws: `KeratinError` for unknown names and wrong arguments.
    public static func deserialize(_ value: ConfigValue) throws -> Metric {
        if case .string(let name) = value {
            if isOnlyLoss(name) { return try named(name) }
            let metric = Metric(keras: name)
            _ = try metric.definition()
            return metric
        }
        let object = try SerializedObject(value, what: kind)
        if object.className == "function", case .string(let name) = object.config {
            // The function of a name may be another one than the metric: `cosine_similarity`.
            let isLoss = Loss.aliases[name] != nil && !CustomObjects.contains(kind, name)
            return try isLoss
                ? function(name, Configuration([:], of: name)) : deserialize(.string(name))
        }
        let configuration = try object.configuration()
        let metric: Metric
        if isLoss(object) {
            metric = Metric(try Loss.deserialize(value))
        } else if object.className == wrapperClass {
            metric = try wrapper(object, configuration)
        } else if let custom: Metric = try CustomObjects.make(
            kind, object.registeredName ?? object.className, configuration)
        {
            metric = custom
        } else if let make = classes[object.className] {
            metric = try make(configuration)
        } else {
            let listed = KnownNames.metrics
            throw unknownName(
                object.className, among: listed + classes.keys.sorted(), listed: listed, what: kind)
        }
        if metric.isOwnClass { return metric }
        return configuration.name.map { metric.copy(name: $0) } ?? metric
    }

    /// By Keras's name, with its defaults.
    /// - Throws: `KeratinError` for an unknown name; it suggests the nearest.
    package static func named(_ name: String) throws -> Metric {
        let configuration = Configuration([:], of: name)
        if name.lowercased() == "accuracy" || name.lowercased() == "acc" { return accuracy.copy() }
        if let custom: Metric = try CustomObjects.make(kind, name, configuration) { return custom }
        if let make = classes[aliases[name] ?? name] { return try make(configuration) }
        if isOnlyLoss(name) {
            // By the class, an object; else the function.
            if Loss.classes[name] != nil { return Metric(try Loss.named(name)) }
            return try function(name, configuration)
        }
        let listed = ["accuracy"] + KnownNames.metrics.filter { $0 != "Accuracy" }
        throw unknownName(
            name, among: listed + ["acc"] + aliases.keys.sorted() + classes.keys.sorted(),
            listed: listed, what: kind)
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
