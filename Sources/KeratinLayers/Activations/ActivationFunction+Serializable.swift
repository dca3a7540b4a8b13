import KeratinCore
import KeratinTensor

/// Files hold an activation function by its name alone, or a layer in its place.
extension ActivationFunction: Serializable {
    static let kind = "ActivationFunction"

    public func serialized() throws -> ConfigValue {
        let name = address.flatMap { CustomObjects.name(ActivationFunction.kind, $0) } ?? name
        if let registered = CustomObjects.registeredName(name),
            CustomObjects.contains(ActivationFunction.kind, name)
        {
            var object = SerializedObject(
                module: "builtins", className: "function", config: [:],
                registeredName: registered)
            object.config = .string(registered)
            return object.value
        }
        if isKeras { return .string(name) }
        if let layer { return layer }
        throw KeratinError(
            .unavailable,
            ActivationFunction.known[name] == nil
                ? "the activation cannot be saved: "
                    + CustomObjects.advice(ActivationFunction.kind, name)
                : "files hold the name of an activation, not its arguments: use the layer instead",
            at: name)
    }

    public static func deserialize(_ value: ConfigValue) throws -> ActivationFunction {
        var name: String
        if case .string(let text) = value {
            name = text
        } else {
            let object = try SerializedObject(value, what: "activation")
            if LayerRegistry.names.contains(object.className) {
                return ActivationFunction(try LayerRegistry.make(object), value)
            }
            name = object.registeredName ?? object.className
            if object.className == "function", case .string(let text) = object.config {
                name = text
            }
        }
        if let custom: ActivationFunction = try CustomObjects.make(
            kind, name, Configuration([:], of: name))
        {
            return custom
        }
        let function = ActivationFunction(stringLiteral: name)
        try function.validate()
        return function
    }
}
