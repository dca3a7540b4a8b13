import KeratinCore
import KeratinTensor

/// Files hold a loss as the string that `compile` was given, or as a class with its arguments.
extension Loss: SerializableFunction {
    package static let kind = "loss"
    package static let module = "keras.losses"

    package var identity: FunctionIdentity? {
        switch source {
        case .name(let name):
            guard let loss = try? Loss.named(name) else { return nil }
            return loss.reduced(by: reduction).identity
        case .function(var identity, _):
            if let className = identity?.className, Loss.classes[className] != nil {
                identity?.config["name"] = .string(name)
                // Keras knows no reduction as null.
                identity?.config["reduction"] =
                    reduction == .none ? .null : .string(reduction.rawValue)
            }
            return identity
        }
    }

    public func serialized() throws -> ConfigValue {
        if case .name(let name) = source, reduction == .sumOverBatchSize { return .string(name) }
        return try serializedObject()
    }

    package static func spelled(_ name: String) throws -> Loss {
        let loss = Loss(stringLiteral: name)
        try loss.validate()
        return loss
    }

    /// With the name and the reduction of a configuration.
    private func adopting(_ configuration: Configuration) throws -> Loss {
        configuration.ignore("dtype")
        var loss = self
        if let name = configuration.name { loss.name = name }
        if configuration.isNull("reduction") {
            loss.reduction = .none
        } else if let word = try configuration.optionalString("reduction") {
            guard let reduction = Reduction(rawValue: word) else {
                throw unknownName(
                    word, among: Reduction.allCases.map(\.rawValue), what: "reduction")
            }
            loss.reduction = reduction
        }
        return loss
    }

    package static let classes: [String: @Sendable (Configuration) throws -> Loss] =
        makers.mapValues { make in { try make($0).adopting($0) } }

    private static let makers: [String: @Sendable (Configuration) throws -> Loss] = [
        "MeanSquaredError": { _ in .meanSquaredError },
        "BinaryCrossentropy": {
            .binaryCrossentropy(
                fromLogits: try $0.boolean("from_logits", default: false),
                labelSmoothing: try $0.number("label_smoothing", default: 0),
                axis: try $0.integer("axis", default: -1))
        },
        "CategoricalCrossentropy": {
            .categoricalCrossentropy(
                fromLogits: try $0.boolean("from_logits", default: false),
                labelSmoothing: try $0.number("label_smoothing", default: 0),
                axis: try $0.integer("axis", default: -1))
        },
        "SparseCategoricalCrossentropy": {
            .sparseCategoricalCrossentropy(
                fromLogits: try $0.boolean("from_logits", default: false),
                ignoreClass: try $0.optionalInteger("ignore_class"),
                axis: try $0.integer("axis", default: -1))
        },
    ]

    package static let aliases = [
        "mean_squared_error": "MeanSquaredError", "mse": "MeanSquaredError",
        "binary_crossentropy": "BinaryCrossentropy", "bce": "BinaryCrossentropy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    ]
}
