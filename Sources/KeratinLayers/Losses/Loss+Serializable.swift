import KeratinCore
import KeratinTensor

/// Files hold a loss as the string that `compile` was given, or as a class with its arguments.
extension Loss: SerializableFunction {
    package static let kind = "loss"
    package static let module = "keras.losses"

    package var identity: FunctionIdentity? {
        switch source {
        case .name(let name):
            guard let loss = try? Loss.named(name) else { return FunctionIdentity(name) }
            return loss.reduced(by: reduction).identity
        case .function(var identity, _):
            if let address, let name = CustomObjects.name(Loss.kind, address) {
                return FunctionIdentity(name)
            }
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

    private typealias Maker = @Sendable (Configuration) throws -> Loss

    private static let makers: [String: Maker] = [
        "MeanSquaredError": { _ in .meanSquaredError },
        "MeanAbsoluteError": { _ in .meanAbsoluteError },
        "MeanAbsolutePercentageError": { _ in .meanAbsolutePercentageError },
        "MeanSquaredLogarithmicError": { _ in .meanSquaredLogarithmicError },
        "CosineSimilarity": { .cosineSimilarity(axis: try $0.integer("axis", default: -1)) },
        "Huber": { .huber(delta: try $0.number("delta", default: 1)) },
        "LogCosh": { _ in .logCosh },
        "Hinge": { _ in .hinge },
        "SquaredHinge": { _ in .squaredHinge },
        "CategoricalHinge": { _ in .categoricalHinge },
        "KLDivergence": { _ in .klDivergence },
        "Poisson": { _ in .poisson },
        "BinaryCrossentropy": {
            .binaryCrossentropy(
                fromLogits: try $0.boolean("from_logits", default: false),
                labelSmoothing: try $0.number("label_smoothing", default: 0),
                axis: try $0.integer("axis", default: -1))
        },
        "BinaryFocalCrossentropy": {
            .binaryFocalCrossentropy(
                applyClassBalancing: try $0.boolean("apply_class_balancing", default: false),
                alpha: try $0.number("alpha", default: 0.25),
                gamma: try $0.number("gamma", default: 2),
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
        "CategoricalFocalCrossentropy": { try categoricalFocal($0) },
        "SparseCategoricalCrossentropy": {
            .sparseCategoricalCrossentropy(
                fromLogits: try $0.boolean("from_logits", default: false),
                ignoreClass: try $0.optionalInteger("ignore_class"),
                axis: try $0.integer("axis", default: -1))
        },
        "CategoricalGeneralizedCrossEntropy": {
            .categoricalGeneralizedCrossEntropy(q: try $0.number("q", default: 0.5))
        },
        "Dice": { .dice(axes: try $0.optionalIntegers("axis")) },
        "Tversky": {
            .tversky(
                alpha: try $0.number("alpha", default: 0.5),
                beta: try $0.number("beta", default: 0.5),
                axes: try $0.optionalIntegers("axis"))
        },
        "Circle": {
            .circle(
                gamma: try $0.number("gamma", default: 80),
                margin: try $0.number("margin", default: 0.4),
                removeDiagonal: try $0.boolean("remove_diagonal", default: true))
        },
        "CTC": { _ in .ctc },
        "crossentropy": { _ in .crossentropy },
        "LossFunctionWrapper": { try wrapped($0) },
    ]

    private static func categoricalFocal(_ configuration: Configuration) throws -> Loss {
        let gamma = try configuration.number("gamma", default: 2)
        let fromLogits = try configuration.boolean("from_logits", default: false)
        let smoothing = try configuration.number("label_smoothing", default: 0)
        let axis = try configuration.integer("axis", default: -1)
        if case .list? = configuration.value("alpha") {
            return .categoricalFocalCrossentropy(
                alphas: try configuration.optionalNumbers("alpha") ?? [], gamma: gamma,
                fromLogits: fromLogits, labelSmoothing: smoothing, axis: axis)
        }
        return .categoricalFocalCrossentropy(
            alpha: try configuration.number("alpha", default: 0.25), gamma: gamma,
            fromLogits: fromLogits, labelSmoothing: smoothing, axis: axis)
    }

    /// A function with arguments of its own, as Keras wraps it.
    private static func wrapped(_ configuration: Configuration) throws -> Loss {
        var name: String?
        switch configuration.value("fn") {
        case .string(let text): name = text
        case let value?:
            if case .string(let text) = try SerializedObject(value, what: kind).config {
                name = text
            }
        case nil: break
        }
        guard let name else { throw configuration.mismatch("fn", expected: "a function's name") }
        return try make(name, configuration)
    }

    package static let aliases = [
        "mean_squared_error": "MeanSquaredError", "mse": "MeanSquaredError",
        "mean_absolute_error": "MeanAbsoluteError", "mae": "MeanAbsoluteError",
        "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
        "mape": "MeanAbsolutePercentageError",
        "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
        "msle": "MeanSquaredLogarithmicError", "cosine_similarity": "CosineSimilarity",
        "huber": "Huber", "log_cosh": "LogCosh", "hinge": "Hinge", "squared_hinge": "SquaredHinge",
        "categorical_hinge": "CategoricalHinge", "kl_divergence": "KLDivergence",
        "kld": "KLDivergence", "poisson": "Poisson", "binary_crossentropy": "BinaryCrossentropy",
        "bce": "BinaryCrossentropy", "binary_focal_crossentropy": "BinaryFocalCrossentropy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
        "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
        "dice": "Dice", "tversky": "Tversky", "circle": "Circle", "ctc": "CTC",
        "crossentropy": "crossentropy", "ce": "crossentropy",
    ]
}
