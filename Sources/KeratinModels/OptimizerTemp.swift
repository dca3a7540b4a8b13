import KeratinLayers
extension Optimizer { func serialized() throws -> ConfigValue { .string(name) }; static func deserialize(_ v: ConfigValue) throws -> Optimizer { "adam" } }
