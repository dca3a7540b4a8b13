import KeratinLayers

/// Values that the JSON of old Keras wraps, as plain ones.
enum LegacyValues {
    /// NumPy's arrays, which Keras 2 writes as their type and their numbers (`get_json_type` in keras/engine/topology.py of
    /// 2.0.9), and TensorFlow's shapes (legacy/saving/json_utils.py of tf.keras 2.15).
    static func plain(_ value: ConfigValue) -> ConfigValue {
        switch value {
        case .list(let values): return .list(values.map(plain))
        case .object(let fields):
            if fields["type"] == "ndarray", let numbers = fields["value"] { return numbers }
            if fields["class_name"] == "TensorShape", let items = fields["items"] {
                return plain(items)
            }
            return .object(fields.mapValues(plain))
        default: return value
        }
    }
}
