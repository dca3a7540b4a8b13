import KeratinCore
import KeratinTensor

/// Keras's metrics, wherever a metric is asked for: `.auc`, `.auc()`, `.auc(numThresholds: 50)`.
extension MetricConvertible where Self == Metric {
    /// The area under a curve over thresholds.
    ///
    /// - Parameters:
    ///   - numThresholds: evenly spaced thresholds, 0 and 1 included.
    ///   - thresholds: thresholds of your own between 0 and 1 instead.
    ///   - isMultiLabel: an area for each label, of which the (weighted) mean is taken.
    ///   - numLabels: how many labels there must be, if there are several; nil: as the data have.
    ///   - labelWeights: what each label counts: in the mean of areas, or in the counts if there is one area.
    ///   - fromLogits: whether predictions go through a sigmoid first.
    public static func auc(
        numThresholds: Int = 200, curve: Metric.Curve = .roc,
        summationMethod: Metric.SummationMethod = .interpolation, thresholds: [Double]? = nil,
        isMultiLabel: Bool = false, numLabels: Int? = nil, labelWeights: [Double]? = nil,
        fromLogits: Bool = false
    ) -> Metric {
        Metric.auc(
            numThresholds: numThresholds, curve: curve, summationMethod: summationMethod,
            thresholds: thresholds, isMultiLabel: isMultiLabel, numLabels: numLabels,
            labelWeights: labelWeights, fromLogits: fromLogits)
    }

    /// `auc(numThresholds:curve:summationMethod:thresholds:isMultiLabel:numLabels:labelWeights:fromLogits:)` with its defaults.
    public static var auc: Metric { Metric.auc() }

    /// Binary, categorical or sparse categorical accuracy, by Keras's rule for the shapes: binary if
    /// predictions have one column; sparse if labels have a rank less, or one column where predictions have
    /// several; else categorical.
    public static var accuracy: Metric { Metric.accuracy.copy() }

    /// `accuracy` under a name.
    public static func accuracy(name: String? = nil) -> Metric {
        Metric.accuracy.copy(name: name)
    }

    /// How often predictions equal labels (Keras's class `Accuracy`).
    public static var exactAccuracy: Metric { Metric.exactAccuracy.copy() }

    /// `exactAccuracy` under a name.
    public static func exactAccuracy(name: String? = nil) -> Metric {
        Metric.exactAccuracy.copy(name: name)
    }

    /// How often a prediction lies on the label's side of the threshold (strictly above is 1).
    public static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
        Metric.binaryAccuracy(threshold: threshold)
    }

    /// `binaryAccuracy(threshold:)` with its defaults.
    public static var binaryAccuracy: Metric { Metric.binaryAccuracy() }

    /// How often the largest prediction is the largest label.
    public static var categoricalAccuracy: Metric { Metric.categoricalAccuracy.copy() }

    /// `categoricalAccuracy` under a name.
    public static func categoricalAccuracy(name: String? = nil) -> Metric {
        Metric.categoricalAccuracy.copy(name: name)
    }

    /// How often the largest prediction is the labelled class; labels are class numbers.
    public static var sparseCategoricalAccuracy: Metric { Metric.sparseCategoricalAccuracy.copy() }

    /// `sparseCategoricalAccuracy` under a name.
    public static func sparseCategoricalAccuracy(name: String? = nil) -> Metric {
        Metric.sparseCategoricalAccuracy.copy(name: name)
    }

    /// How often the label's class is among the k largest predictions; fewer than k classes are larger.
    public static func topKCategoricalAccuracy(k: Int = 5) -> Metric {
        Metric.topKCategoricalAccuracy(k: k)
    }

    /// `topKCategoricalAccuracy(k:)` with its defaults.
    public static var topKCategoricalAccuracy: Metric { Metric.topKCategoricalAccuracy() }

    /// The same with class numbers as labels.
    ///
    /// - Parameter fromSortedIDs: predictions are class numbers, the likeliest first.
    public static func sparseTopKCategoricalAccuracy(k: Int = 5, fromSortedIDs: Bool = false)
        -> Metric
    {
        Metric.sparseTopKCategoricalAccuracy(k: k, fromSortedIDs: fromSortedIDs)
    }

    /// `sparseTopKCategoricalAccuracy(k:fromSortedIDs:)` with its defaults.
    public static var sparseTopKCategoricalAccuracy: Metric {
        Metric.sparseTopKCategoricalAccuracy()
    }

    /// How many positive labels were predicted above the threshold. Thresholds lie in 0…1; several give several figures.
    public static func truePositives(thresholds: [Double]? = nil) -> Metric {
        Metric.truePositives(thresholds: thresholds)
    }

    /// `truePositives(thresholds:)` with its defaults.
    public static var truePositives: Metric { Metric.truePositives() }

    /// How many samples are predicted 0 and are 0, for each threshold (0.5 by default).
    public static func trueNegatives(thresholds: [Double]? = nil) -> Metric {
        Metric.trueNegatives(thresholds: thresholds)
    }

    /// `trueNegatives(thresholds:)` with its defaults.
    public static var trueNegatives: Metric { Metric.trueNegatives() }

    /// How many samples are predicted 1 and are 0, for each threshold (0.5 by default).
    public static func falsePositives(thresholds: [Double]? = nil) -> Metric {
        Metric.falsePositives(thresholds: thresholds)
    }

    /// `falsePositives(thresholds:)` with its defaults.
    public static var falsePositives: Metric { Metric.falsePositives() }

    /// How many samples are predicted 0 and are 1, for each threshold (0.5 by default).
    public static func falseNegatives(thresholds: [Double]? = nil) -> Metric {
        Metric.falseNegatives(thresholds: thresholds)
    }

    /// `falseNegatives(thresholds:)` with its defaults.
    public static var falseNegatives: Metric { Metric.falseNegatives() }

    /// The part of what was predicted positive that is: TP/(TP + FP).
    /// - Parameters:
    ///   - topK: only the k largest predictions of a sample may be positive.
    ///   - classID: only this class is looked at.
    public static func precision(thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil)
        -> Metric
    {
        Metric.precision(thresholds: thresholds, topK: topK, classID: classID)
    }

    /// `precision(thresholds:topK:classID:)` with its defaults.
    public static var precision: Metric { Metric.precision() }

    /// The part of what is positive that was predicted so: TP/(TP + FN).
    public static func recall(thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil)
        -> Metric
    {
        Metric.recall(thresholds: thresholds, topK: topK, classID: classID)
    }

    /// `recall(thresholds:topK:classID:)` with its defaults.
    public static var recall: Metric { Metric.recall() }

    /// The largest TP/(TP + FN) at thresholds where TN/(TN + FP) is `specificity` at least.
    public static func sensitivityAtSpecificity(
        _ specificity: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        Metric.sensitivityAtSpecificity(specificity, numThresholds: numThresholds, classID: classID)
    }

    /// The best TN/(TN + FP) among thresholds whose TP/(TP + FN) reaches the given one; 0 if none does.
    public static func specificityAtSensitivity(
        _ sensitivity: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        Metric.specificityAtSensitivity(sensitivity, numThresholds: numThresholds, classID: classID)
    }

    /// The best TP/(TP + FP) among thresholds whose TP/(TP + FN) reaches the given one; 0 if none does.
    public static func precisionAtRecall(
        _ recall: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        Metric.precisionAtRecall(recall, numThresholds: numThresholds, classID: classID)
    }

    /// The best TP/(TP + FN) among thresholds whose TP/(TP + FP) reaches the given one; 0 if none does.
    public static func recallAtPrecision(
        _ precision: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        Metric.recallAtPrecision(precision, numThresholds: numThresholds, classID: classID)
    }

    /// Intersection over union, TP/(TP + FP + FN), averaged over the target classes that occur.
    ///
    /// - Parameters:
    ///   - sparseYTrue: labels are class numbers; else one-hot along `axis`.
    ///   - sparseYPred: predictions are class numbers; else scores along `axis`.
    ///   - ignoreClass: cells labelled so do not count.
    public static func iou(
        numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparseYTrue: Bool = true,
        sparseYPred: Bool = true, axis: Int = -1
    ) -> Metric {
        Metric.iou(
            numClasses: numClasses, targetClassIDs: targetClassIDs, ignoreClass: ignoreClass,
            sparseYTrue: sparseYTrue, sparseYPred: sparseYPred, axis: axis)
    }

    /// The mean over all classes that occur.
    public static func meanIoU(
        numClasses: Int, ignoreClass: Int? = nil, sparseYTrue: Bool = true,
        sparseYPred: Bool = true, axis: Int = -1
    ) -> Metric {
        Metric.meanIoU(
            numClasses: numClasses, ignoreClass: ignoreClass, sparseYTrue: sparseYTrue,
            sparseYPred: sparseYPred, axis: axis)
    }

    /// Two classes: predictions from the threshold on are 1.
    public static func binaryIoU(targetClassIDs: [Int] = [0, 1], threshold: Double = 0.5) -> Metric
    {
        Metric.binaryIoU(targetClassIDs: targetClassIDs, threshold: threshold)
    }

    /// `binaryIoU(targetClassIDs:threshold:)` with its defaults.
    public static var binaryIoU: Metric { Metric.binaryIoU() }

    /// Labels one-hot, predictions scores.
    public static func oneHotIoU(
        numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparseYPred: Bool = false,
        axis: Int = -1
    ) -> Metric {
        Metric.oneHotIoU(
            numClasses: numClasses, targetClassIDs: targetClassIDs, ignoreClass: ignoreClass,
            sparseYPred: sparseYPred, axis: axis)
    }

    /// The mean over all classes that occur; labels one-hot, predictions scores, or class numbers with `sparseYPred`.
    public static func oneHotMeanIoU(
        numClasses: Int, ignoreClass: Int? = nil, sparseYPred: Bool = false, axis: Int = -1
    ) -> Metric {
        Metric.oneHotMeanIoU(
            numClasses: numClasses, ignoreClass: ignoreClass, sparseYPred: sparseYPred, axis: axis)
    }

    /// The mean of `Loss.meanSquaredError` over samples.
    public static var meanSquaredError: Metric { Metric.meanSquaredError.copy() }

    /// `meanSquaredError` under a name.
    public static func meanSquaredError(name: String? = nil) -> Metric {
        Metric.meanSquaredError.copy(name: name)
    }

    /// The mean of `Loss.meanAbsoluteError` over samples.
    public static var meanAbsoluteError: Metric { Metric.meanAbsoluteError.copy() }

    /// `meanAbsoluteError` under a name.
    public static func meanAbsoluteError(name: String? = nil) -> Metric {
        Metric.meanAbsoluteError.copy(name: name)
    }

    /// The mean of `Loss.meanAbsolutePercentageError` over samples.
    public static var meanAbsolutePercentageError: Metric {
        Metric.meanAbsolutePercentageError.copy()
    }

    /// `meanAbsolutePercentageError` under a name.
    public static func meanAbsolutePercentageError(name: String? = nil) -> Metric {
        Metric.meanAbsolutePercentageError.copy(name: name)
    }

    /// The mean of `Loss.meanSquaredLogarithmicError` over samples.
    public static var meanSquaredLogarithmicError: Metric {
        Metric.meanSquaredLogarithmicError.copy()
    }

    /// `meanSquaredLogarithmicError` under a name.
    public static func meanSquaredLogarithmicError(name: String? = nil) -> Metric {
        Metric.meanSquaredLogarithmicError.copy(name: name)
    }

    /// The mean of `Loss.logCosh` over samples; its name is "logcosh".
    public static var logCoshError: Metric { Metric.logCoshError.copy() }

    /// `logCoshError` under a name.
    public static func logCoshError(name: String? = nil) -> Metric {
        Metric.logCoshError.copy(name: name)
    }

    /// The mean of `Loss.hinge` over samples.
    public static var hinge: Metric { Metric.hinge.copy() }

    /// `hinge` under a name.
    public static func hinge(name: String? = nil) -> Metric {
        Metric.hinge.copy(name: name)
    }

    /// The mean of `Loss.squaredHinge` over samples.
    public static var squaredHinge: Metric { Metric.squaredHinge.copy() }

    /// `squaredHinge` under a name.
    public static func squaredHinge(name: String? = nil) -> Metric {
        Metric.squaredHinge.copy(name: name)
    }

    /// The mean of `Loss.categoricalHinge` over samples.
    public static var categoricalHinge: Metric { Metric.categoricalHinge.copy() }

    /// `categoricalHinge` under a name.
    public static func categoricalHinge(name: String? = nil) -> Metric {
        Metric.categoricalHinge.copy(name: name)
    }

    /// The mean of `Loss.klDivergence` over samples.
    public static var klDivergence: Metric { Metric.klDivergence.copy() }

    /// `klDivergence` under a name.
    public static func klDivergence(name: String? = nil) -> Metric {
        Metric.klDivergence.copy(name: name)
    }

    /// The mean of `Loss.poisson` over samples.
    public static var poisson: Metric { Metric.poisson.copy() }

    /// `poisson` under a name.
    public static func poisson(name: String? = nil) -> Metric {
        Metric.poisson.copy(name: name)
    }

    /// The mean of `Loss.binaryCrossentropy` over samples.
    public static func binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0)
        -> Metric
    {
        Metric.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)
    }

    /// `binaryCrossentropy(fromLogits:labelSmoothing:)` with its defaults.
    public static var binaryCrossentropy: Metric { Metric.binaryCrossentropy() }

    /// The mean of `Loss.categoricalCrossentropy` over samples.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Metric {
        Metric.categoricalCrossentropy(
            fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
    }

    /// `categoricalCrossentropy(fromLogits:labelSmoothing:axis:)` with its defaults.
    public static var categoricalCrossentropy: Metric { Metric.categoricalCrossentropy() }

    /// - Parameter ignoreClass: samples labelled so do not count.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Metric {
        Metric.sparseCategoricalCrossentropy(
            fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis)
    }

    /// `sparseCategoricalCrossentropy(fromLogits:ignoreClass:axis:)` with its defaults.
    public static var sparseCategoricalCrossentropy: Metric {
        Metric.sparseCategoricalCrossentropy()
    }

    /// √ of the mean squared error over all elements.
    public static var rootMeanSquaredError: Metric { Metric.rootMeanSquaredError.copy() }

    /// `rootMeanSquaredError` under a name.
    public static func rootMeanSquaredError(name: String? = nil) -> Metric {
        Metric.rootMeanSquaredError.copy(name: name)
    }

    /// Σ t̂·p̂ of the vectors along an axis, each divided by its length (the loss of the name is its negative).
    public static func cosineSimilarity(axis: Int = -1) -> Metric {
        Metric.cosineSimilarity(axis: axis)
    }

    /// `cosineSimilarity(axis:)` with its defaults.
    public static var cosineSimilarity: Metric { Metric.cosineSimilarity() }

    /// Pearson's correlation along an axis, averaged over the samples.
    public static func pearsonCorrelation(axis: Int = -1) -> Metric {
        Metric.pearsonCorrelation(axis: axis)
    }

    /// `pearsonCorrelation(axis:)` with its defaults.
    public static var pearsonCorrelation: Metric { Metric.pearsonCorrelation() }

    /// Lin's concordance correlation along an axis in the form of Keras 3.15, averaged over the samples.
    public static func concordanceCorrelation(axis: Int = -1) -> Metric {
        Metric.concordanceCorrelation(axis: axis)
    }

    /// `concordanceCorrelation(axis:)` with its defaults.
    public static var concordanceCorrelation: Metric { Metric.concordanceCorrelation() }

    /// 1 − Σ(t − p)²/Σ(t − t̄)² of each output; with `numRegressors` adjusted for their number.
    public static func r2Score(
        classAggregation: Metric.ClassAggregation = .uniformAverage, numRegressors: Int = 0
    ) -> Metric {
        Metric.r2Score(classAggregation: classAggregation, numRegressors: numRegressors)
    }

    /// `r2Score(classAggregation:numRegressors:)` with its defaults.
    public static var r2Score: Metric { Metric.r2Score() }

    /// (1 + β²)·precision·recall/(β²·precision + recall) of each class.
    ///
    /// - Parameter threshold: predictions above it are positive; nil: the largest of each sample.
    public static func fBetaScore(
        average: Metric.Average = .none, beta: Double = 1, threshold: Double? = nil
    ) -> Metric {
        Metric.fBetaScore(average: average, beta: beta, threshold: threshold)
    }

    /// `fBetaScore(average:beta:threshold:)` with its defaults.
    public static var fBetaScore: Metric { Metric.fBetaScore() }

    /// 2·precision·recall/(precision + recall) of each class.
    public static func f1Score(average: Metric.Average = .none, threshold: Double? = nil) -> Metric
    {
        Metric.f1Score(average: average, threshold: threshold)
    }

    /// `f1Score(average:threshold:)` with its defaults.
    public static var f1Score: Metric { Metric.f1Score() }

    /// Σ value·weight / Σ weight over the samples; values of a sample are averaged first. 0 before any value.
    public static var mean: Metric { Metric.mean.copy() }

    /// `mean` under a name.
    public static func mean(name: String? = nil) -> Metric {
        Metric.mean.copy(name: name)
    }

    /// Σ value·weight over all values. 0 before any value.
    public static var sum: Metric { Metric.sum.copy() }

    /// `sum` under a name.
    public static func sum(name: String? = nil) -> Metric {
        Metric.sum.copy(name: name)
    }

    /// Short for `meanSquaredError`.
    public static var mse: Metric { meanSquaredError }
    /// Short for `meanSquaredError`.
    public static func mse(name: String? = nil) -> Metric {
        Metric.meanSquaredError.copy(name: name)
    }

    /// Short for `meanAbsoluteError`.
    public static var mae: Metric { meanAbsoluteError }
    /// Short for `meanAbsoluteError`.
    public static func mae(name: String? = nil) -> Metric {
        Metric.meanAbsoluteError.copy(name: name)
    }

    /// Short for `meanAbsolutePercentageError`.
    public static var mape: Metric { meanAbsolutePercentageError }
    /// Short for `meanAbsolutePercentageError`.
    public static func mape(name: String? = nil) -> Metric {
        Metric.meanAbsolutePercentageError.copy(name: name)
    }

    /// Short for `meanSquaredLogarithmicError`.
    public static var msle: Metric { meanSquaredLogarithmicError }
    /// Short for `meanSquaredLogarithmicError`.
    public static func msle(name: String? = nil) -> Metric {
        Metric.meanSquaredLogarithmicError.copy(name: name)
    }

    /// Short for `binaryCrossentropy`.
    public static var bce: Metric { binaryCrossentropy }
    /// Short for `binaryCrossentropy`.
    public static func bce(name: String? = nil) -> Metric {
        Metric.binaryCrossentropy.copy(name: name)
    }

    /// Short for `klDivergence`.
    public static var kld: Metric { klDivergence }
    /// Short for `klDivergence`.
    public static func kld(name: String? = nil) -> Metric {
        Metric.klDivergence.copy(name: name)
    }

    /// Short for `accuracy`.
    public static var acc: Metric { accuracy }
    /// Short for `accuracy`.
    public static func acc(name: String? = nil) -> Metric {
        Metric.accuracy.copy(name: name)
    }
}
