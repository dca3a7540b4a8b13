import KeratinCore
import KeratinTensor

extension Metric {
    /// Binary, categorical or sparse categorical accuracy, by Keras's rule for the shapes: binary if
    /// predictions have one column; sparse if labels have a rank less, or one column where predictions have
    /// several; else categorical.
    public static let accuracy = Metric("accuracy") { yTrue, yPred in
        let classes = yPred.shape.dimensions.last ?? 1
        if classes == 1 { return try matches(yTrue, yPred, threshold: 0.5) }
        if yTrue.rank < yPred.rank || yTrue.shape.dimensions.last == 1 {
            return try sparseMatches(yTrue, yPred)
        }
        return try categoricalMatches(yTrue, yPred)
    }

    /// How often a prediction lies on the label's side of the threshold (strictly above is 1).
    public static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
        Metric("binary_accuracy") { try matches($0, $1, threshold: threshold) }
    }

    /// How often the largest prediction is the largest label.
    public static let categoricalAccuracy = Metric("categorical_accuracy") {
        try categoricalMatches($0, $1)
    }

    /// How often the largest prediction is the labelled class; labels are class numbers.
    public static let sparseCategoricalAccuracy = Metric("sparse_categorical_accuracy") {
        try sparseMatches($0, $1)
    }

    private static func matches(
        _ yTrue: Tensor, _ yPred: Tensor, threshold: Double
    ) throws -> Tensor {
        let (yTrue, yPred) = try Loss.sameRank(yTrue, yPred)
        let predicted = try yPred.binary(.greater, threshold).cast(to: .float32)
        return try yTrue.cast(to: .float32).binary(.equal, predicted).cast(to: .float32)
    }

    private static func categoricalMatches(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        guard yTrue.shape == yPred.shape else {
            throw KeratinError(
                .shapeMismatch,
                "labels and predictions must have one shape, got \(yTrue.shape) and \(yPred.shape)",
                at: "categorical accuracy")
        }
        let labels = try yTrue.cast(to: .float32).argmax()
        return try labels.binary(.equal, yPred.argmax()).cast(to: .float32)
    }

    private static func sparseMatches(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        var labels = try yTrue.cast(to: .float32)
        if labels.rank == yPred.rank, labels.shape.dimensions.last == 1 {
            labels = try labels.reshaped(Shape(Array(labels.shape.dimensions.dropLast())))
        }
        let predicted = try yPred.argmax().cast(to: .float32)
        guard labels.shape == predicted.shape else {
            throw KeratinError(
                .shapeMismatch,
                "labels must be class numbers of shape \(predicted.shape), got \(yTrue.shape)",
                at: "sparse categorical accuracy")
        }
        return try labels.binary(.equal, predicted).cast(to: .float32)
    }
}
