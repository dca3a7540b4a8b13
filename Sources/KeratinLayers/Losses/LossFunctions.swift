import KeratinTensor

/// Keras's losses as functions, which give each sample its loss: `losses.meanSquaredError(y, model(x))`.
///
/// Labels and predictions are [samples, …], results [samples, …] without the axis that a loss goes over. They are what the objects
/// (`MeanSquaredError()`) compute before their reduction. If the shapes do not fit, the result carries the error.
// swift-format-ignore: TypeNamesShouldBeCapitalized
public enum losses {
    /// (t − p)², averaged over the last axis.
    public static func meanSquaredError(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .meanSquaredError, yTrue, yPred)
    }

    /// |t − p|, averaged over the last axis.
    public static func meanAbsoluteError(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .meanAbsoluteError, yTrue, yPred)
    }

    /// 100·|t − p|/|t|, averaged over the last axis.
    public static func meanAbsolutePercentageError(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .meanAbsolutePercentageError, yTrue, yPred)
    }

    /// (ln(1 + t) − ln(1 + p))², averaged over the last axis.
    public static func meanSquaredLogarithmicError(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .meanSquaredLogarithmicError, yTrue, yPred)
    }

    /// −cos of the angle between t and p along an axis.
    public static func cosineSimilarity(
        _ yTrue: Tensor, _ yPred: Tensor, axis: Int = -1
    ) -> Tensor {
        each(
            .cosineSimilarity(axis: axis), yTrue, yPred)
    }

    /// Squares of small differences, absolute values beyond delta, averaged over the last axis.
    public static func huber(
        _ yTrue: Tensor, _ yPred: Tensor, delta: Double = 1
    ) -> Tensor {
        each(
            .huber(delta: delta), yTrue, yPred)
    }

    /// ln cosh(p − t), averaged over the last axis.
    public static func logCosh(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .logCosh, yTrue, yPred)
    }

    /// max(1 − t·p, 0), averaged over the last axis; labels are −1 or 1, or 0 or 1.
    public static func hinge(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .hinge, yTrue, yPred)
    }

    /// max(1 − t·p, 0)², averaged over the last axis; labels are −1 or 1, or 0 or 1.
    public static func squaredHinge(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .squaredHinge, yTrue, yPred)
    }

    /// max(0, 1 + the largest wrong score − the right one).
    public static func categoricalHinge(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .categoricalHinge, yTrue, yPred)
    }

    /// Σ t·ln(t/p) over the last axis.
    public static func klDivergence(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .klDivergence, yTrue, yPred)
    }

    /// p − t·ln p, averaged over the last axis.
    public static func poisson(
        _ yTrue: Tensor, _ yPred: Tensor
    ) -> Tensor {
        each(
            .poisson, yTrue, yPred)
    }

    /// −t·ln p − (1 − t)·ln(1 − p), averaged over an axis.
    public static func binaryCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, fromLogits: Bool = false, labelSmoothing: Double = 0,
        axis: Int = -1
    ) -> Tensor {
        each(
            .binaryCrossentropy(
                fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis), yTrue, yPred)
    }

    /// −Σ t·ln p over an axis.
    public static func categoricalCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, fromLogits: Bool = false, labelSmoothing: Double = 0,
        axis: Int = -1
    ) -> Tensor {
        each(
            .categoricalCrossentropy(
                fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis), yTrue, yPred)
    }

    /// −ln p of the labelled class; labels are class numbers.
    public static func sparseCategoricalCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, fromLogits: Bool = false, ignoreClass: Int? = nil,
        axis: Int = -1
    ) -> Tensor {
        each(
            .sparseCategoricalCrossentropy(
                fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis), yTrue, yPred)
    }

    /// `meanSquaredError` by Keras's short name.
    public static func mse(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        meanSquaredError(yTrue, yPred)
    }

    /// `meanAbsoluteError` by Keras's short name.
    public static func mae(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        meanAbsoluteError(yTrue, yPred)
    }

    private static func each(_ loss: Loss, _ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        Tensor.carrying([yTrue, yPred]) { try loss.perSample(yTrue, yPred) }
    }
}
