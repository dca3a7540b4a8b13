import KeratinCore

/// Which way a figure gets better.
public enum MetricDirection: Sendable {
    /// Greater is better, as for an accuracy.
    case up
    /// Smaller is better, as for a loss.
    case down
}

extension MetricDirection {
    /// The classes of Keras of which greater is better; counts of the confusion matrix and plain values have no direction.
    private static let upClasses: Set = [
        "Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy",
        "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "Precision", "Recall",
        "SensitivityAtSpecificity", "SpecificityAtSensitivity", "PrecisionAtRecall",
        "RecallAtPrecision", "AUC", "PearsonCorrelation", "ConcordanceCorrelation", "FBetaScore",
        "F1Score", "IoU", "BinaryIoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU", "CosineSimilarity",
        "R2Score",
    ]

    private static let downClasses: Set = [
        "Hinge", "SquaredHinge", "CategoricalHinge", "BinaryCrossentropy",
        "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "KLDivergence", "Poisson",
        "MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
        "MeanSquaredLogarithmicError", "RootMeanSquaredError", "LogCoshError",
    ]

    /// That of one of Keras's metrics, by its class or a short form.
    static func ofClass(_ name: String) -> MetricDirection? {
        if ["accuracy", "acc"].contains(name.lowercased()) { return .up }
        let className = Metric.aliases[name] ?? name
        if upClasses.contains(className) { return .up }
        return downClasses.contains(className) || Metric.isOnlyLoss(name) ? .down : nil
    }
}
