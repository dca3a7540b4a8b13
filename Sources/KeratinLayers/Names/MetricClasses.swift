// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

// Keras's classes of metrics. Where a loss has the same name, what stands alone is the loss: `let metric: Metric = MeanSquaredError()`.

/// The area under a curve over thresholds.
///
/// - Parameters:
///   - numThresholds: evenly spaced thresholds, 0 and 1 included.
///   - thresholds: thresholds of your own between 0 and 1 instead.
///   - isMultiLabel: an area for each label, of which the (weighted) mean is taken.
///   - numLabels: how many labels there must be, if there are several; nil: as the data have.
///   - labelWeights: what each label counts: in the mean of areas, or in the counts if there is one area.
///   - fromLogits: whether predictions go through a sigmoid first.
public func AUC(
    numThresholds: Int = 200, curve: Metric.Curve = .roc,
    summationMethod: Metric.SummationMethod = .interpolation, thresholds: [Double]? = nil,
    isMultiLabel: Bool = false, numLabels: Int? = nil, labelWeights: [Double]? = nil,
    fromLogits: Bool = false, name: String? = nil
) -> Metric {
    Metric.auc(
        numThresholds: numThresholds, curve: curve, summationMethod: summationMethod,
        thresholds: thresholds, isMultiLabel: isMultiLabel, numLabels: numLabels,
        labelWeights: labelWeights, fromLogits: fromLogits
    ).copy(name: name)
}

/// How often predictions equal labels (Keras's class `Accuracy`).
public func Accuracy(name: String? = nil) -> Metric {
    Metric.exactAccuracy.copy(name: name)
}

/// How often a prediction lies on the label's side of the threshold (strictly above is 1).
public func BinaryAccuracy(threshold: Double = 0.5, name: String? = nil) -> Metric {
    Metric.binaryAccuracy(threshold: threshold).copy(name: name)
}

/// How often the largest prediction is the largest label.
public func CategoricalAccuracy(name: String? = nil) -> Metric {
    Metric.categoricalAccuracy.copy(name: name)
}

/// How often the largest prediction is the labelled class; labels are class numbers.
public func SparseCategoricalAccuracy(name: String? = nil) -> Metric {
    Metric.sparseCategoricalAccuracy.copy(name: name)
}

/// How often the label's class is among the k largest predictions; fewer than k classes are larger.
public func TopKCategoricalAccuracy(k: Int = 5, name: String? = nil) -> Metric {
    Metric.topKCategoricalAccuracy(k: k).copy(name: name)
}

/// The same with class numbers as labels.
///
/// - Parameter fromSortedIDs: predictions are class numbers, the likeliest first.
public func SparseTopKCategoricalAccuracy(
    k: Int = 5, fromSortedIDs: Bool = false, name: String? = nil
) -> Metric {
    Metric.sparseTopKCategoricalAccuracy(k: k, fromSortedIDs: fromSortedIDs).copy(name: name)
}

/// How many positive labels were predicted above the threshold. Thresholds lie in 0…1; several give several figures.
public func TruePositives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
    Metric.truePositives(thresholds: thresholds).copy(name: name)
}

/// How many samples are predicted 0 and are 0, for each threshold (0.5 by default).
public func TrueNegatives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
    Metric.trueNegatives(thresholds: thresholds).copy(name: name)
}

/// How many samples are predicted 1 and are 0, for each threshold (0.5 by default).
public func FalsePositives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
    Metric.falsePositives(thresholds: thresholds).copy(name: name)
}

/// How many samples are predicted 0 and are 1, for each threshold (0.5 by default).
public func FalseNegatives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
    Metric.falseNegatives(thresholds: thresholds).copy(name: name)
}

/// The part of what was predicted positive that is: TP/(TP + FP).
/// - Parameters:
///   - topK: only the k largest predictions of a sample may be positive.
///   - classID: only this class is looked at.
public func Precision(
    thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil, name: String? = nil
) -> Metric {
    Metric.precision(thresholds: thresholds, topK: topK, classID: classID).copy(name: name)
}

/// The part of what is positive that was predicted so: TP/(TP + FN).
public func Recall(
    thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil, name: String? = nil
) -> Metric {
    Metric.recall(thresholds: thresholds, topK: topK, classID: classID).copy(name: name)
}

/// The largest TP/(TP + FN) at thresholds where TN/(TN + FP) is `specificity` at least.
public func SensitivityAtSpecificity(
    _ specificity: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
) -> Metric {
    Metric.sensitivityAtSpecificity(specificity, numThresholds: numThresholds, classID: classID)
        .copy(name: name)
}

/// The best TN/(TN + FP) among thresholds whose TP/(TP + FN) reaches the given one; 0 if none does.
public func SpecificityAtSensitivity(
    _ sensitivity: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
) -> Metric {
    Metric.specificityAtSensitivity(sensitivity, numThresholds: numThresholds, classID: classID)
        .copy(name: name)
}

/// The best TP/(TP + FP) among thresholds whose TP/(TP + FN) reaches the given one; 0 if none does.
public func PrecisionAtRecall(
    _ recall: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
) -> Metric {
    Metric.precisionAtRecall(recall, numThresholds: numThresholds, classID: classID).copy(
        name: name)
}

/// The best TP/(TP + FN) among thresholds whose TP/(TP + FP) reaches the given one; 0 if none does.
public func RecallAtPrecision(
    _ precision: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
) -> Metric {
    Metric.recallAtPrecision(precision, numThresholds: numThresholds, classID: classID).copy(
        name: name)
}

/// Intersection over union, TP/(TP + FP + FN), averaged over the target classes that occur.
///
/// - Parameters:
///   - sparseYTrue: labels are class numbers; else one-hot along `axis`.
///   - sparseYPred: predictions are class numbers; else scores along `axis`.
///   - ignoreClass: cells labelled so do not count.
public func IoU(
    numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparseYTrue: Bool = true,
    sparseYPred: Bool = true, axis: Int = -1, name: String? = nil
) -> Metric {
    Metric.iou(
        numClasses: numClasses, targetClassIDs: targetClassIDs, ignoreClass: ignoreClass,
        sparseYTrue: sparseYTrue, sparseYPred: sparseYPred, axis: axis
    ).copy(name: name)
}

/// The mean over all classes that occur.
public func MeanIoU(
    numClasses: Int, ignoreClass: Int? = nil, sparseYTrue: Bool = true, sparseYPred: Bool = true,
    axis: Int = -1, name: String? = nil
) -> Metric {
    Metric.meanIoU(
        numClasses: numClasses, ignoreClass: ignoreClass, sparseYTrue: sparseYTrue,
        sparseYPred: sparseYPred, axis: axis
    ).copy(name: name)
}

/// Two classes: predictions from the threshold on are 1.
public func BinaryIoU(targetClassIDs: [Int] = [0, 1], threshold: Double = 0.5, name: String? = nil)
    -> Metric
{
    Metric.binaryIoU(targetClassIDs: targetClassIDs, threshold: threshold).copy(name: name)
}

/// Labels one-hot, predictions scores.
public func OneHotIoU(
    numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparseYPred: Bool = false,
    axis: Int = -1, name: String? = nil
) -> Metric {
    Metric.oneHotIoU(
        numClasses: numClasses, targetClassIDs: targetClassIDs, ignoreClass: ignoreClass,
        sparseYPred: sparseYPred, axis: axis
    ).copy(name: name)
}

/// The mean over all classes that occur; labels one-hot, predictions scores, or class numbers with `sparseYPred`.
public func OneHotMeanIoU(
    numClasses: Int, ignoreClass: Int? = nil, sparseYPred: Bool = false, axis: Int = -1,
    name: String? = nil
) -> Metric {
    Metric.oneHotMeanIoU(
        numClasses: numClasses, ignoreClass: ignoreClass, sparseYPred: sparseYPred, axis: axis
    ).copy(name: name)
}

/// The mean of `Loss.meanSquaredError` over samples.
@_disfavoredOverload
public func MeanSquaredError(name: String? = nil) -> Metric {
    Metric.meanSquaredError.copy(name: name)
}

/// The mean of `Loss.meanAbsoluteError` over samples.
@_disfavoredOverload
public func MeanAbsoluteError(name: String? = nil) -> Metric {
    Metric.meanAbsoluteError.copy(name: name)
}

/// The mean of `Loss.meanAbsolutePercentageError` over samples.
@_disfavoredOverload
public func MeanAbsolutePercentageError(name: String? = nil) -> Metric {
    Metric.meanAbsolutePercentageError.copy(name: name)
}

/// The mean of `Loss.meanSquaredLogarithmicError` over samples.
@_disfavoredOverload
public func MeanSquaredLogarithmicError(name: String? = nil) -> Metric {
    Metric.meanSquaredLogarithmicError.copy(name: name)
}

/// The mean of `Loss.logCosh` over samples; its name is "logcosh".
public func LogCoshError(name: String? = nil) -> Metric {
    Metric.logCoshError.copy(name: name)
}

/// The mean of `Loss.hinge` over samples.
@_disfavoredOverload
public func Hinge(name: String? = nil) -> Metric {
    Metric.hinge.copy(name: name)
}

/// The mean of `Loss.squaredHinge` over samples.
@_disfavoredOverload
public func SquaredHinge(name: String? = nil) -> Metric {
    Metric.squaredHinge.copy(name: name)
}

/// The mean of `Loss.categoricalHinge` over samples.
@_disfavoredOverload
public func CategoricalHinge(name: String? = nil) -> Metric {
    Metric.categoricalHinge.copy(name: name)
}

/// The mean of `Loss.klDivergence` over samples.
@_disfavoredOverload
public func KLDivergence(name: String? = nil) -> Metric {
    Metric.klDivergence.copy(name: name)
}

/// The mean of `Loss.poisson` over samples.
@_disfavoredOverload
public func Poisson(name: String? = nil) -> Metric {
    Metric.poisson.copy(name: name)
}

/// The mean of `Loss.binaryCrossentropy` over samples.
@_disfavoredOverload
public func BinaryCrossentropy(
    fromLogits: Bool = false, labelSmoothing: Double = 0, name: String? = nil
) -> Metric {
    Metric.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing).copy(
        name: name)
}

/// The mean of `Loss.categoricalCrossentropy` over samples.
@_disfavoredOverload
public func CategoricalCrossentropy(
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1, name: String? = nil
) -> Metric {
    Metric.categoricalCrossentropy(
        fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis
    ).copy(name: name)
}

/// - Parameter ignoreClass: samples labelled so do not count.
@_disfavoredOverload
public func SparseCategoricalCrossentropy(
    fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1, name: String? = nil
) -> Metric {
    Metric.sparseCategoricalCrossentropy(
        fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis
    ).copy(name: name)
}

/// √ of the mean squared error over all elements.
public func RootMeanSquaredError(name: String? = nil) -> Metric {
    Metric.rootMeanSquaredError.copy(name: name)
}

/// Σ t̂·p̂ of the vectors along an axis, each divided by its length (the loss of the name is its negative).
@_disfavoredOverload
public func CosineSimilarity(axis: Int = -1, name: String? = nil) -> Metric {
    Metric.cosineSimilarity(axis: axis).copy(name: name)
}

/// Pearson's correlation along an axis, averaged over the samples.
public func PearsonCorrelation(axis: Int = -1, name: String? = nil) -> Metric {
    Metric.pearsonCorrelation(axis: axis).copy(name: name)
}

/// Lin's concordance correlation along an axis in the form of Keras 3.15, averaged over the samples.
public func ConcordanceCorrelation(axis: Int = -1, name: String? = nil) -> Metric {
    Metric.concordanceCorrelation(axis: axis).copy(name: name)
}

/// 1 − Σ(t − p)²/Σ(t − t̄)² of each output; with `numRegressors` adjusted for their number.
public func R2Score(
    classAggregation: Metric.ClassAggregation = .uniformAverage, numRegressors: Int = 0,
    name: String? = nil
) -> Metric {
    Metric.r2Score(classAggregation: classAggregation, numRegressors: numRegressors).copy(
        name: name)
}

/// (1 + β²)·precision·recall/(β²·precision + recall) of each class.
///
/// - Parameter threshold: predictions above it are positive; nil: the largest of each sample.
public func FBetaScore(
    average: Metric.Average = .none, beta: Double = 1, threshold: Double? = nil, name: String? = nil
) -> Metric {
    Metric.fBetaScore(average: average, beta: beta, threshold: threshold).copy(name: name)
}

/// 2·precision·recall/(precision + recall) of each class.
public func F1Score(average: Metric.Average = .none, threshold: Double? = nil, name: String? = nil)
    -> Metric
{
    Metric.f1Score(average: average, threshold: threshold).copy(name: name)
}

/// Σ value·weight / Σ weight over the samples; values of a sample are averaged first. 0 before any value.
public func Mean(name: String? = nil) -> Metric {
    Metric.mean.copy(name: name)
}

/// Σ value·weight over all values. 0 before any value.
public func Sum(name: String? = nil) -> Metric {
    Metric.sum.copy(name: name)
}
