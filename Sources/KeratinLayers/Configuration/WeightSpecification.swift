/// What a layer is told about one of its weights: how it starts, what punishes its size, what bounds it.
struct WeightSpecification: Sendable {
    var initializer: Initializer
    var regularizer: Regularizer?
    var constraint: Constraint?

    init(
        _ initializer: any InitializerConvertible,
        _ regularizer: (any RegularizerConvertible)? = nil,
        _ constraint: (any ConstraintConvertible)? = nil
    ) {
        self.initializer = initializer.initializer
        self.regularizer = regularizer?.regularizer
        self.constraint = constraint?.constraint
    }

    /// From the keys `<name>_initializer`, `<name>_regularizer` and `<name>_constraint`.
    init(from configuration: Configuration, _ name: String, default fallback: Initializer) throws {
        initializer = try configuration.object("\(name)_initializer", default: fallback)
        regularizer = try configuration.optionalObject("\(name)_regularizer")
        constraint = try configuration.optionalObject("\(name)_constraint")
    }

    /// The same three keys.
    func config(_ name: String) throws -> [String: ConfigValue] {
        [
            "\(name)_initializer": try initializer.serialized(),
            "\(name)_regularizer": try regularizer.serialized(),
            "\(name)_constraint": try constraint.serialized(),
        ]
    }
}

extension Dictionary where Key == String, Value == ConfigValue {
    /// Both, the other's values where a key is in both.
    package func adding(_ other: [String: ConfigValue]) -> [String: ConfigValue] {
        merging(other) { $1 }
    }
}
