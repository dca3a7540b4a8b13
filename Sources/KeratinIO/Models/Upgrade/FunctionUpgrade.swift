import KeratinLayers

/// What old Keras wrote in place of initializers, regularizers, constraints and activations.
enum FunctionUpgrade {
    /// The value of a layer's argument.
    /// - Parameter key: the argument's name in Keras 3.
    static func upgraded(_ value: ConfigValue, key: String) -> ConfigValue {
        if key == "activation" || key.hasSuffix("_activation") { return activation(value) }
        if key.hasSuffix("_regularizer") { return regularizer(value) }
        if key.hasSuffix("_constraint") { return constraint(value) }
        return value
    }

    /// Functions that Keras 3 computes otherwise, or calls otherwise.
    ///
    /// `hard_sigmoid` was clip(x/5 + ½, 0, 1) up to tf.keras 2.15 (keras/backend/tensorflow_backend.py of 2.2.4) and is
    /// relu6(x + 3)/6 in Keras 3 (keras/src/activations/activations.py). TensorFlow's own functions have a `_v2`.
    private static let activations: [String: String] = [
        "hard_sigmoid": "legacy_hard_sigmoid", "softmax_v2": "softmax",
        "log_softmax_v2": "log_softmax", "relu_v2": "relu",
    ]

    private static func activation(_ value: ConfigValue) -> ConfigValue {
        if case .string(let name) = value { return .string(activations[name] ?? name) }
        guard case .object(var fields) = value, fields["class_name"] == "function",
            case .string(let name)? = fields["config"], let new = activations[name]
        else { return value }
        fields["config"] = .string(new)
        fields["registered_name"] = .string(new)
        return .object(fields)
    }

    /// Keras 1: `{"name": "WeightRegularizer", "l1": …, "l2": …}` and strings (keras/regularizers.py of 1.0.8 and 1.2.2).
    private static func regularizer(_ value: ConfigValue) -> ConfigValue {
        func made(_ l1: ConfigValue?, _ l2: ConfigValue?) -> ConfigValue {
            ["class_name": "L1L2", "config": ["l1": l1 ?? 0, "l2": l2 ?? 0]]
        }
        switch value {
        case "l1", "activity_l1": return made(0.01, nil)
        case "l2", "activity_l2": return made(nil, 0.01)
        case "l1l2", "l1_l2", "activity_l1l2": return made(0.01, 0.01)
        case .object(let fields) where fields["class_name"] == nil && fields["name"] != nil:
            return made(fields["l1"], fields["l2"])
        default: return value
        }
    }

    /// Keras 1: `{"name": "MaxNorm", "m": …, "axis": …}` (keras/constraints.py of 1.2.2).
    private static func constraint(_ value: ConfigValue) -> ConfigValue {
        var (className, arguments): (String, [String: ConfigValue])
        switch value {
        case .object(let fields) where fields["class_name"] == nil:
            guard case .string(let name)? = fields["name"] else { return value }
            (className, arguments) = (name, fields.filter { $0.key != "name" })
        case .object(let fields):
            guard case .string(let name)? = fields["class_name"],
                case .object(let config)? = fields["config"], config["m"] != nil
            else { return value }
            (className, arguments) = (name, config)
        default: return value
        }
        if let bound = arguments.removeValue(forKey: "m") { arguments["max_value"] = bound }
        let names = [
            "maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm",
        ]
        className = names[className] ?? className
        return ["class_name": .string(className), "config": .object(arguments)]
    }
}
