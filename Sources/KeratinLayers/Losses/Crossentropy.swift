import KeratinCore
import KeratinTensor

/// Keras's `epsilon()`.
package let kerasEpsilon = 1e-7

extension Loss {
    /// −t·ln p − (1 − t)·ln(1 − p), averaged over the last axis.
    ///
    /// Probabilities that are the very result of a sigmoid are not used: the loss is computed from what the
    /// sigmoid was given, which is stable, as Keras on TensorFlow does. Others are clipped to ε…1 − ε.
    /// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/2.
    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0
    ) -> Loss {
        Loss("binary_crossentropy") { yTrue, yPred in
            try requireSameShape(yTrue, yPred)
            var target = try yTrue.cast(to: .float32)
            if labelSmoothing != 0 {
                target = try target * (1 - labelSmoothing) + 0.5 * labelSmoothing
            }
            if let logits = try Crossentropy.logits(yPred, fromLogits) {
                // max(x, 0) − x·t + ln(1 + e^−|x|) = softplus(x) − x·t
                return try (logits.unary(.softplus) - logits * target).mean(axes: [-1])
            }
            let p = try yPred.clipped(kerasEpsilon, 1 - kerasEpsilon)
            let likelihood = try target * p.log() + (1 - target) * (1 - p).log()
            return try (-likelihood).mean(axes: [-1])
        }
    }

    /// −Σ t·ln p over the last axis; probabilities that are no result of a softmax are divided by their sum and
    /// clipped to ε…1 − ε.
    /// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/K.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0
    ) -> Loss {
        Loss("categorical_crossentropy") { yTrue, yPred in
            try requireSameShape(yTrue, yPred)
            var target = try yTrue.cast(to: .float32)
            if labelSmoothing != 0 {
                let classes = Double(yPred.shape[yPred.rank - 1])
                target = try target * (1 - labelSmoothing) + labelSmoothing / classes
            }
            if let logits = try Crossentropy.logits(yPred, fromLogits) {
                return try Tensor.apply(SoftmaxCrossEntropy(sparse: false), [logits, target])[0]
            }
            let sum = try yPred.sum(axes: [-1], keepDimensions: true)
            let p = try (yPred / sum).clipped(kerasEpsilon, 1 - kerasEpsilon)
            return try -((target * p.log()).sum(axes: [-1]))
        }
    }

    /// −ln p of the labelled class; labels are class numbers […] or […, 1].
    public static func sparseCategoricalCrossentropy(fromLogits: Bool = false) -> Loss {
        Loss("sparse_categorical_crossentropy") { yTrue, yPred in
            var labels = yTrue
            if labels.rank == yPred.rank, labels.shape.dimensions.last == 1 {
                labels = try labels.reshaped(Shape(Array(labels.shape.dimensions.dropLast())))
            }
            let rows = Shape(Array(yPred.shape.dimensions.dropLast()))
            guard labels.shape == rows else {
                throw KeratinError(
                    .shapeMismatch,
                    "labels must be class numbers of shape \(rows), got \(yTrue.shape)")
            }
            let logits =
                try Crossentropy.logits(yPred, fromLogits)
                ?? yPred.clipped(kerasEpsilon, 1 - kerasEpsilon).log()
            return try Tensor.apply(
                SoftmaxCrossEntropy(sparse: true), [logits, labels.cast(to: .int32)])[0]
        }
    }

    private static func requireSameShape(_ yTrue: Tensor, _ yPred: Tensor) throws {
        guard yTrue.shape == yPred.shape else {
            throw KeratinError(
                .shapeMismatch,
                "labels and predictions must have one shape, got \(yTrue.shape) and \(yPred.shape)")
        }
    }
}

private enum Crossentropy {
    /// What to compute from: the predictions themselves if they are logits, what a sigmoid or softmax was given
    /// if they are its result, else nil.
    static func logits(_ yPred: Tensor, _ fromLogits: Bool) throws -> Tensor? {
        if let trace = Trace.current, let logits = try trace.logits(of: yPred) { return logits }
        return fromLogits ? yPred : nil
    }
}
