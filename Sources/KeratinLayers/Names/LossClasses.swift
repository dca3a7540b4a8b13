// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

// Keras's classes of losses.

/// Connectionist temporal classification: −ln of the probability that a sequence of classes, read without repetitions and
/// then without blanks, is the label (Graves and others 2006).
///
/// Labels are class numbers [samples, length], 0 after their end; class 0 is the blank. Predictions are logits [samples, steps,
/// classes]. As many labels count as are not 0. A label that the steps cannot hold has the probability that TensorFlow gives it,
/// 1e-307 times that of anything.
public func CTC(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil) -> Loss {
    Loss.ctc.configured(reduction, name)
}

/// The circle loss (Sun et al., 2020) of embeddings of length 1: softplus(P + N), P and N the logarithms of the
/// summed exponentials of the weighted distances to the samples of the same and of other labels.
///
/// Labels are class numbers [samples]; predictions are [samples, features]. Samples without loss do not count.
/// - Parameters:
///   - gamma: the scale of the distances.
///   - margin: how far the two kinds of distances are kept apart.
///   - removeDiagonal: whether a sample's distance to itself is left out.
public func Circle(
    gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true,
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.circle(gamma: gamma, margin: margin, removeDiagonal: removeDiagonal).configured(
        reduction, name)
}

/// −t·ln p − (1 − t)·ln(1 − p), averaged over an axis.
///
/// Probabilities that are the very result of a sigmoid are not used: the loss is computed from what the
/// sigmoid was given, which is stable, as Keras on TensorFlow does. Others are clipped to ε…1 − ε.
/// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/2.
public func BinaryCrossentropy(
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
        .configured(reduction, name)
}

/// −Σ t·ln p over an axis; probabilities that are no result of a softmax are divided by their sum and
/// clipped to ε…1 − ε.
/// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/K, K the number of classes along the axis.
public func CategoricalCrossentropy(
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
        .configured(reduction, name)
}

/// −ln p of the labelled class; labels are class numbers, of the shape of the predictions without the axis of
/// the classes (or with an extent of 1 there).
/// - Parameter ignoreClass: samples with this label do not count.
public func SparseCategoricalCrossentropy(
    fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1,
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.sparseCategoricalCrossentropy(fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis)
        .configured(reduction, name)
}

/// (1 − q)^gamma times the binary cross-entropy, averaged over an axis; q = t·p + (1 − t)·(1 − p) is the
/// probability of the label.
/// - Parameter applyClassBalancing: whether losses are also weighted by alpha·t + (1 − alpha)·(1 − t).
public func BinaryFocalCrossentropy(
    applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2,
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.binaryFocalCrossentropy(
        applyClassBalancing: applyClassBalancing, alpha: alpha, gamma: gamma,
        fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis
    ).configured(reduction, name)
}

/// Σ alpha·(1 − p)^gamma·(−t·ln p) over an axis; probabilities are divided by their sum and clipped to ε…1 − ε.
public func CategoricalFocalCrossentropy(
    alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0,
    axis: Int = -1, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.categoricalFocalCrossentropy(
        alpha: alpha, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing,
        axis: axis
    ).configured(reduction, name)
}

/// The same with an alpha for each class, along the axis.
public func CategoricalFocalCrossentropy(
    alphas: [Double], gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0,
    axis: Int = -1, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.categoricalFocalCrossentropy(
        alphas: alphas, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing,
        axis: axis
    ).configured(reduction, name)
}

/// (1 − p^q)/q of the probability p of the labelled class (Zhang and Sabuncu, 2018); labels are class numbers.
/// - Parameter q: in 0…1, both excluded.
public func CategoricalGeneralizedCrossEntropy(
    q: Double = 0.5, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.categoricalGeneralizedCrossEntropy(q: q).configured(reduction, name)
}

/// mean max(1 − t·p, 0) over the last axis. Labels are −1 and 1; if all are 0 or 1 they are made so.
public func Hinge(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil) -> Loss {
    Loss.hinge.configured(reduction, name)
}

/// mean max(1 − t·p, 0)² over the last axis. Labels as for `hinge`.
public func SquaredHinge(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil) -> Loss
{
    Loss.squaredHinge.configured(reduction, name)
}

/// max(0, 1 + max (1 − t)·p − Σ t·p) over the last axis; labels are 0 and 1.
public func CategoricalHinge(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
    -> Loss
{
    Loss.categoricalHinge.configured(reduction, name)
}

/// 1 − 2Σ t·p/(Σt + Σp + ε), the complement of the coefficient of Dice.
/// - Parameter axes: what is summed over; nil: everything, the samples too.
public func Dice(
    axes: [Int]? = nil, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.dice(axes: axes).configured(reduction, name)
}

/// 1 − I/(I + alpha·A + beta·B + ε) with I = Σ t·p, A = Σ t·(1 − p), B = Σ (1 − t)·p (Salehi et al., 2017, where
/// alpha and beta change places; this is what Keras computes).
/// - Parameter axes: what is summed over; nil: everything, the samples too.
public func Tversky(
    alpha: Double = 0.5, beta: Double = 0.5, axes: [Int]? = nil,
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.tversky(alpha: alpha, beta: beta, axes: axes).configured(reduction, name)
}

/// mean (t − p)² over the last axis.
public func MeanSquaredError(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
    -> Loss
{
    Loss.meanSquaredError.configured(reduction, name)
}

/// mean |t − p| over the last axis.
public func MeanAbsoluteError(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
    -> Loss
{
    Loss.meanAbsoluteError.configured(reduction, name)
}

/// mean 100·|t − p|/max(|t|, ε) over the last axis.
public func MeanAbsolutePercentageError(
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.meanAbsolutePercentageError.configured(reduction, name)
}

/// mean (ln(1 + p) − ln(1 + t))² over the last axis; numbers below ε count as ε.
public func MeanSquaredLogarithmicError(
    reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.meanSquaredLogarithmicError.configured(reduction, name)
}

/// −Σ t·p over an axis, of vectors divided by their lengths: −1 for the same direction, 1 for opposite ones.
public func CosineSimilarity(
    axis: Int = -1, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.cosineSimilarity(axis: axis).configured(reduction, name)
}

/// mean over the last axis of ½e² where |e| ≤ delta, else delta·|e| − ½delta², e = p − t.
public func Huber(
    delta: Double = 1, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
) -> Loss {
    Loss.huber(delta: delta).configured(reduction, name)
}

/// mean ln cosh(p − t) over the last axis.
public func LogCosh(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil) -> Loss {
    Loss.logCosh.configured(reduction, name)
}

/// mean p − t·ln(p + ε) over the last axis.
public func Poisson(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil) -> Loss {
    Loss.poisson.configured(reduction, name)
}

/// Σ t·ln(t/p) over the last axis, both brought into ε…1.
public func KLDivergence(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil) -> Loss
{
    Loss.klDivergence.configured(reduction, name)
}
