import KeratinCore
import KeratinTensor

// Functions and losses in the place of metrics. Keras takes the mean of what they give each batch.

extension Metric {
    /// Keras's class for a function in the place of a metric, with the function's arguments beside it.
    static let wrapperClass = "MeanMetricWrapper"

    /// Whether a serialized object is a loss; several classes have a metric of the same name.
    static func isLoss(_ object: SerializedObject) -> Bool {
        guard Loss.classes[object.className] != nil else {
            return CustomObjects.contains(Loss.kind, object.registeredName ?? object.className)
                && !CustomObjects.contains(kind, object.registeredName ?? object.className)
        }
        if let module = object.module, module.hasPrefix("keras.") {
            return module.split(separator: ".").contains("losses")
        }
        return classes[object.className] == nil
    }

    /// Whether a name stands for a loss and for no metric: `huber`. Keras knows it as a function or an object only.
    static func isOnlyLoss(_ name: String) -> Bool {
        classes[aliases[name] ?? name] == nil && !CustomObjects.contains(kind, name)
            && !["accuracy", "acc"].contains(name.lowercased())
            && (Loss.classes[name] != nil || Loss.aliases[name] != nil)
    }

    /// A function of Keras as files hold it.
    static func function(named name: String) -> ConfigValue {
        var object = SerializedObject(
            module: "builtins", className: "function", config: [:], registeredName: "function")
        object.config = .string(name)
        return object.value
    }

    /// A function with the arguments of a configuration: the mean of what it gives the samples.
    static func function(_ name: String, _ arguments: Configuration) throws -> Metric {
        if let custom: Metric = try CustomObjects.make(kind, name, arguments) { return custom }
        // Keras looks among the losses first: the cosine similarity there is the negative of the metric's.
        if CustomObjects.contains(Loss.kind, name) || Loss.aliases[name] != nil {
            let loss = try Loss.make(name, arguments)
            return Metric(
                name, FunctionIdentity(name), MeanDefinition { try loss.perSample($0, $1) },
                .function(name))
        }
        guard let make = classes[aliases[name] ?? name] else {
            let listed = KnownNames.of(Loss.self) + KnownNames.metrics
            throw unknownName(
                name, among: listed + Loss.aliases.keys.sorted() + aliases.keys.sorted(),
                listed: listed, what: "function of labels and predictions")
        }
        return try make(arguments)
    }

    /// `MeanMetricWrapper(fn, **arguments)`, as it is written into files; `fn` may be a loss.
    static func wrapper(
        _ object: SerializedObject, _ configuration: Configuration
    ) throws -> Metric {
        guard let value = configuration.value("fn"), case .object(var config) = object.config else {
            throw configuration.mismatch("fn", expected: "a function or a loss")
        }
        let wrapped: Metric
        if case .string(let name) = value {
            wrapped = try function(name, configuration)
        } else {
            let inner = try SerializedObject(value, what: "function")
            if inner.className == "function", case .string(let name) = inner.config {
                wrapped = try function(name, configuration)
            } else {
                wrapped = try deserialize(value)
            }
        }
        config["name"] = nil
        config["dtype"] = nil
        return Metric(
            AutomaticName.snakeCase(wrapperClass), FunctionIdentity(wrapperClass, config),
            try wrapped.definition())
    }
}
