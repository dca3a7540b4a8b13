import KeratinCore
import KeratinTensor

/// Files hold an activation function by its name alone.
extension ActivationFunction: Serializable {
    public func serialized() throws -> ConfigValue { .string(name) }

    public static func deserialize(_ value: ConfigValue) throws -> ActivationFunction {
        var name: String
        if case .string(let text) = value {
            name = text
        } else {
            let object = try SerializedObject(value, what: "activation")
            name = object.registeredName ?? object.className
            if object.className == "function", case .string(let text) = object.config {
                name = text
            }
        }
        if let custom: ActivationFunction = try CustomObjects.make(
            "ActivationFunction", name, Configuration([:], of: name))
        {
            return custom
        }
        let function = ActivationFunction(stringLiteral: name)
        try function.validate()
        return function
    }
}
