import KeratinCore
import KeratinTensor

extension Metric {
    /// Binary, categorical or sparse categorical accuracy, by Keras's rule for the shapes: binary if
    /// predictions have one column; sparse if labels have a rank less, or one column where predictions have
    /// several; else categorical.
    static let accuracy = Metric(
        "accuracy", FunctionIdentity("accuracy"),
        MeanDefinition { yTrue, yPred in
            let classes = yPred.shape.dimensions.last ?? 1
            if classes == 1 { return try matches(yTrue, yPred, threshold: 0.5) }
            if yTrue.rank < yPred.rank || yTrue.shape.dimensions.last == 1 {
                return try sparseMatches(yTrue, yPred)
            }
            return try categoricalMatches(yTrue, yPred)
        })

    /// How often predictions equal labels (Keras's class `Accuracy`).
    static let exactAccuracy = make(
        "Accuracy",
        MeanDefinition { yTrue, yPred in
            let (yTrue, yPred) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
            return yTrue.binary(.equal, yPred).cast(to: .float32)
        })

    /// How often a prediction lies on the label's side of the threshold (strictly above is 1).
    static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
        make(
            "BinaryAccuracy", ["threshold": .number(threshold)],
            MeanDefinition { try matches($0, $1, threshold: threshold) })
    }

    /// How often the largest prediction is the largest label.
    static let categoricalAccuracy = make(
        "CategoricalAccuracy", MeanDefinition { try categoricalMatches($0, $1) })

    /// How often the largest prediction is the labelled class; labels are class numbers.
    static let sparseCategoricalAccuracy = make(
        "SparseCategoricalAccuracy", MeanDefinition { try sparseMatches($0, $1) })

    /// How often the label's class is among the k largest predictions; fewer than k classes are larger.
    static func topKCategoricalAccuracy(k: Int = 5) -> Metric {
        make(
            "TopKCategoricalAccuracy", ["k": .integer(k)],
            MeanDefinition { yTrue, yPred in
                try isInTopK(yTrue.cast(to: .float32).argmax(axis: -1), yPred, k)
            })
    }

    /// The same with class numbers as labels.
    ///
    /// - Parameter fromSortedIDs: predictions are class numbers, the likeliest first.
    static func sparseTopKCategoricalAccuracy(
        k: Int = 5, fromSortedIDs: Bool = false
    ) -> Metric {
        var config: [String: ConfigValue] = ["k": .integer(k)]
        if fromSortedIDs { config["from_sorted_ids"] = true }
        return make(
            "SparseTopKCategoricalAccuracy", config,
            MeanDefinition { yTrue, yPred in
                var labels = yTrue
                if labels.rank == yPred.rank, labels.shape.dimensions.last == 1 {
                    labels = try labels.droppingLastAxis()
                }
                guard fromSortedIDs else {
                    return try isInTopK(labels.cast(to: .int32), yPred, k)
                }
                let first = try yPred.firstOfLastAxis(k)
                let label = labels.cast(to: .float32).expandingDimension(at: -1)
                return first.binary(.equal, label).cast(to: .float32).max(axes: [-1])
            })
    }

    static let accuracyClasses: [String: @Sendable (Configuration) throws -> Metric] = [
        "Accuracy": { _ in exactAccuracy },
        "BinaryAccuracy": { .binaryAccuracy(threshold: try $0.number("threshold", default: 0.5)) },
        "CategoricalAccuracy": { _ in categoricalAccuracy },
        "SparseCategoricalAccuracy": { _ in sparseCategoricalAccuracy },
        "TopKCategoricalAccuracy": {
            .topKCategoricalAccuracy(k: try $0.integer("k", default: 5))
        },
        "SparseTopKCategoricalAccuracy": {
            .sparseTopKCategoricalAccuracy(
                k: try $0.integer("k", default: 5),
                fromSortedIDs: try $0.boolean("from_sorted_ids", default: false))
        },
    ]

    private static func matches(
        _ yTrue: Tensor, _ yPred: Tensor, threshold: Double
    ) throws -> Tensor {
        let (yTrue, yPred) = try Loss.sameRank(yTrue, yPred)
        let predicted = yPred.binary(.greater, threshold).cast(to: .float32)
        return yTrue.cast(to: .float32).binary(.equal, predicted).cast(to: .float32)
    }

    private static func categoricalMatches(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        guard yTrue.shape == yPred.shape else {
            throw LabelFit.mismatch(yTrue, yPred)
        }
        let labels = yTrue.cast(to: .float32).argmax(axis: -1)
        return labels.binary(.equal, yPred.argmax(axis: -1)).cast(to: .float32)
    }

    private static func sparseMatches(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        var labels = yTrue.cast(to: .float32)
        if labels.rank == yPred.rank, labels.shape.dimensions.last == 1 {
            labels = try labels.droppingLastAxis()
        }
        let predicted = yPred.argmax(axis: -1).cast(to: .float32)
        guard labels.shape == predicted.shape else {
            throw LabelFit.noClassNumbers(yTrue, yPred)
        }
        return labels.binary(.equal, predicted).cast(to: .float32)
    }

    /// 1 where fewer than k predictions exceed that of the label; labels are int32 […], predictions […, classes].
    /// As in TensorFlow, a row with a NaN or an infinity has no hit.
    private static func isInTopK(_ labels: Tensor, _ yPred: Tensor, _ k: Int) throws -> Tensor {
        let rows = Shape(Array(yPred.shape.dimensions.dropLast()))
        guard labels.shape == rows else {
            throw LabelFit.noClassNumbers(labels, yPred)
        }
        let classes = Tensor(indicesAlong: yPred.rank - 1, shape: yPred.shape)
        let isLabel = classes.binary(.equal, labels.expandingDimension(at: -1))
        let score = isLabel.select(yPred, Tensor(0)).sum(axes: [-1], keepDimensions: true)
        let above = yPred.binary(.greater, score).cast(to: .float32).sum(axes: [-1])
        let known = isLabel.cast(to: .float32).sum(axes: [-1])
        let isFinite = yPred.unary(.isFinite).cast(to: .float32).min(axes: [-1])
        return above.binary(.less, Double(k)).cast(to: .float32) * known * isFinite
    }
}

extension Tensor {
    /// Without a last axis of extent 1.
    func droppingLastAxis() throws -> Tensor {
        reshaped(Shape(Array(shape.dimensions.dropLast())))
    }

    /// The first entries along the last axis.
    func firstOfLastAxis(_ count: Int) throws -> Tensor {
        var limits = shape.dimensions
        limits[rank - 1] = Swift.min(count, limits[rank - 1])
        return slice(starts: limits.map { _ in 0 }, limits: limits)
    }
}
