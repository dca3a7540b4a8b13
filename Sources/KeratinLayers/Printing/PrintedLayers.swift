import KeratinCore
import KeratinTensor

extension Layer {
    /// A line that would make the layer; see `PrintedArguments`. What cannot be written down, such as a closure, leaves the name.
    package final var printed: String {
        let className = type(of: self).publicName
        let nameAlone = [(key: "name", value: ConfigValue.string(name))]
        guard let config = try? getConfig() else {
            return PrintedArguments.call(className, nameAlone)
        }
        return PrintedArguments.call(className, arguments(config) ?? given(config))
    }

    /// Those that differ from the defaults; nil if the class is not made from a configuration.
    private func arguments(
        _ config: [String: ConfigValue]
    ) -> [(key: String, value: ConfigValue)]? {
        guard let make = LayerRegistry.maker(of: type(of: self)) else { return nil }
        // Without a name a layer is numbered, which would count on.
        return PrintedArguments.differing(config, always: ["name"]) { config in
            let configuration = Configuration(config, of: className)
            let layer = try make(configuration)
            try LayerRegistry.setCommon(layer, configuration)
            return (try layer.getConfig(), configuration.readOrder)
        }
    }

    /// All that say something.
    private func given(_ config: [String: ConfigValue]) -> [(key: String, value: ConfigValue)] {
        let common: [String: ConfigValue] = ["trainable": true, "dtype": "float32"]
        return config.filter { $0.value != .null && common[$0.key] != $0.value }
            .sorted { ($0.key == "name" ? 1 : 0, $0.key) < ($1.key == "name" ? 1 : 0, $1.key) }
            .map { (key: $0.key, value: $0.value) }
    }
}

extension Variable: CustomStringConvertible {
    /// The weight's path, shape and type: `Variable("dense/kernel", shape: [4, 2], dtype: float32)`.
    public var description: String {
        "Variable(\(PrintedArguments.text(.string(path))), shape: \(shape), dtype: \(dtype.rawValue))"
    }
}
