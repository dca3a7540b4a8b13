import KeratinCore
import KeratinTensor

/// Losses as metrics: the mean of what the loss gives each sample.
extension Metric {
    /// The mean of `Loss.meanSquaredError` over samples.
    static let meanSquaredError = ofLoss("MeanSquaredError")
    /// The mean of `Loss.meanAbsoluteError` over samples.
    static let meanAbsoluteError = ofLoss("MeanAbsoluteError")
    /// The mean of `Loss.meanAbsolutePercentageError` over samples.
    static let meanAbsolutePercentageError = ofLoss("MeanAbsolutePercentageError")
    /// The mean of `Loss.meanSquaredLogarithmicError` over samples.
    static let meanSquaredLogarithmicError = ofLoss("MeanSquaredLogarithmicError")
    /// The mean of `Loss.logCosh` over samples; its name is "logcosh".
    static let logCoshError = ofLoss("LogCoshError", loss: "LogCosh", name: "logcosh")
    /// The mean of `Loss.hinge` over samples.
    static let hinge = ofLoss("Hinge")
    /// The mean of `Loss.squaredHinge` over samples.
    static let squaredHinge = ofLoss("SquaredHinge")
    /// The mean of `Loss.categoricalHinge` over samples.
    static let categoricalHinge = ofLoss("CategoricalHinge")
    /// The mean of `Loss.klDivergence` over samples.
    static let klDivergence = ofLoss("KLDivergence", name: "kl_divergence")
    /// The mean of `Loss.poisson` over samples.
    static let poisson = ofLoss("Poisson")

    /// The mean of `Loss.binaryCrossentropy` over samples.
    static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0
    ) -> Metric {
        ofLoss(
            "BinaryCrossentropy",
            ["from_logits": .boolean(fromLogits), "label_smoothing": .number(labelSmoothing)])
    }

    /// The mean of `Loss.categoricalCrossentropy` over samples.
    static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Metric {
        ofLoss(
            "CategoricalCrossentropy",
            [
                "from_logits": .boolean(fromLogits), "label_smoothing": .number(labelSmoothing),
                "axis": .integer(axis),
            ])
    }

    /// - Parameter ignoreClass: samples labelled so do not count.
    static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Metric {
        ofLoss(
            "SparseCategoricalCrossentropy",
            [
                "from_logits": .boolean(fromLogits),
                "ignore_class": ignoreClass.map { .integer($0) } ?? .null, "axis": .integer(axis),
            ])
    }

    /// The metric of a class that has the loss's name and takes its arguments.
    private static func ofLoss(
        _ className: String, loss: String? = nil, name: String? = nil,
        _ config: [String: ConfigValue] = [:]
    ) -> Metric {
        let object = SerializedObject(
            module: Loss.module, className: loss ?? className, config: config)
        return make(
            className, name: name, config,
            MeanDefinition { try Loss.deserialize(object.value).perSample($0, $1) })
    }

    static let lossClasses: [String: @Sendable (Configuration) throws -> Metric] = [
        "MeanSquaredError": { _ in meanSquaredError },
        "MeanAbsoluteError": { _ in meanAbsoluteError },
        "MeanAbsolutePercentageError": { _ in meanAbsolutePercentageError },
        "MeanSquaredLogarithmicError": { _ in meanSquaredLogarithmicError },
        "LogCoshError": { _ in logCoshError },
        "Hinge": { _ in hinge },
        "SquaredHinge": { _ in squaredHinge },
        "CategoricalHinge": { _ in categoricalHinge },
        "KLDivergence": { _ in klDivergence },
        "Poisson": { _ in poisson },
        "BinaryCrossentropy": {
            .binaryCrossentropy(
                fromLogits: try $0.boolean("from_logits", default: false),
                labelSmoothing: try $0.number("label_smoothing", default: 0))
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
}
