extension ConfigValue {
    /// The value without the wrappers that Keras puts around what JSON has no form for: arrays of NumPy (`__numpy__`) and
    /// tensors (`__tensor__`) become their nested lists or their number, tuples (`__tuple__`) lists, bytes (`__bytes__`)
    /// strings; at any depth.
    package var plain: ConfigValue {
        switch self {
        case .list(let values):
            // Long lists of numbers are the usual case.
            return values.contains(where: \.isContainer) ? .list(values.map(\.plain)) : self
        case .object(let fields):
            if case .string(let name)? = fields["class_name"], let inner = wrapped(name, fields) {
                return inner.plain
            }
            return .object(fields.mapValues(\.plain))
        default: return self
        }
    }

    private var isContainer: Bool {
        switch self {
        case .list, .object: true
        default: false
        }
    }

    /// What a wrapper holds; nil: the class is none.
    private func wrapped(_ className: String, _ fields: [String: ConfigValue]) -> ConfigValue? {
        switch className {
        case "__numpy__", "__tensor__": fields["config"]?["value"]
        case "__tuple__": fields["items"] ?? fields["config"]?["value"]
        case "__bytes__": fields["value"] ?? fields["config"]?["value"]
        default: nil
        }
    }
}
