import KeratinLayers

/// The generations of Keras whose files differ.
package enum KerasEra: Int, Comparable, Sendable {
    /// Keras 0.2 and 0.3.
    case keras0
    /// Keras 1.0 to 1.2.
    case keras1
    /// Keras 2.0 to 2.3, and tf.keras up to 2.15.
    case keras2
    case keras3

    package static func < (a: KerasEra, b: KerasEra) -> Bool { a.rawValue < b.rawValue }

    /// By what `keras_version` says: "2.1.6-tf".
    init?(version: String) {
        guard let major = version.split(separator: ".").first.flatMap({ Int($0) }),
            let era = KerasEra(rawValue: major)
        else { return nil }
        self = era
    }

    /// By how a model's configuration is written, for one that names no version.
    init(of model: ConfigValue) {
        if case .string(let version)? = model["keras_version"], let era = KerasEra(version: version)
        {
            self = era
        } else if model["class_name"] == nil, model["name"] != nil, model["layers"] != nil {
            self = .keras0
        } else if Self.hasArgumentsOfKeras1(model) {
            self = .keras1
        } else {
            // Keras 3 says where a class lives; so does tf.keras from 2.13 on, with its version beside it.
            self = model["module"] == nil ? .keras2 : .keras3
        }
    }

    /// Arguments that Keras 2 renamed.
    private static let argumentsOfKeras1: Set<String> = [
        "nb_filter", "border_mode", "dim_ordering", "inner_activation", "inner_init",
        "W_regularizer", "W_constraint", "pool_length", "consume_less",
    ]

    private static func hasArgumentsOfKeras1(_ value: ConfigValue) -> Bool {
        switch value {
        case .list(let values): values.contains(where: hasArgumentsOfKeras1)
        case .object(let fields):
            fields.contains {
                argumentsOfKeras1.contains($0.key) || hasArgumentsOfKeras1($0.value)
            }
        default: false
        }
    }
}
