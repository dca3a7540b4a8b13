import KeratinLayers

/// Keras 0.2 and 0.3 → Keras 1 (keras/layers/*.py and keras/models.py of 0.3.3).
///
/// A layer is one flat object: its class under `name`, its own name, if any, under `custom_name`.
enum Keras0Layers {
    /// The layer as Keras 1 writes it.
    static func upgraded(_ layer: ConfigValue) -> ConfigValue {
        guard layer["class_name"] == nil, case .object(var fields) = layer,
            let className = fields.removeValue(forKey: "name")
        else { return layer }
        fields["name"] = fields.removeValue(forKey: "custom_name")
        for key in ["cache_enabled", "truncate_gradient"] { fields[key] = nil }
        if case .string(let text) = className, text.hasSuffix("2D"),
            fields["dim_ordering"] == nil
        {
            fields["dim_ordering"] = "th"
        }
        // The shape of a sample; the batch came before it only later.
        if case .list(let extents)? = fields.removeValue(forKey: "input_shape"),
            fields["batch_input_shape"] == nil
        {
            fields["batch_input_shape"] = .list([.null] + extents)
        }
        return .object(["class_name": className, "config": .object(fields)])
    }

    /// A stack of layers as Keras 1 writes it.
    static func upgraded(model: ConfigValue) -> ConfigValue {
        guard model["class_name"] == nil, let className = model["name"],
            case .list(let layers)? = model["layers"]
        else { return model }
        return .object([
            "class_name": className, "config": .list(layers.map { upgraded($0) }),
        ])
    }
}
