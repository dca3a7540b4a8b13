import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinTensor

/// Our losses and optimizers for what Keras's configurations say.
extension GoldenLayers {
    static func loss(_ function: String, _ config: [String: GoldenValue]) throws -> Loss {
        try Loss.make(
            function, Configuration(config.mapValues { $0.configValue }, of: function))
    }

    static func optimizer(_ object: GoldenObject) throws -> Optimizer {
        try Optimizer.deserialize(object.configValue)
    }
}

extension GoldenObject {
    /// The object as files hold it.
    var configValue: ConfigValue {
        [
            "class_name": .string(className),
            "config": .object(config.mapValues { $0.configValue }),
        ]
    }
}

extension GoldenValue {
    var configValue: ConfigValue {
        switch self {
        case .null: .null
        case .bool(let value): .boolean(value)
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .array(let values): .list(values.map { $0.configValue })
        case .object(let values): .object(values.mapValues { $0.configValue })
        }
    }
}
