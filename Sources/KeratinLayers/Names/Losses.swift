import KeratinCore
import KeratinTensor

/// Keras's losses, wherever a loss is asked for: `.huber`, `.huber()`, `.huber(delta: 2)`.
extension LossConvertible where Self == Loss {
    /// Connectionist temporal classification: −ln of the probability that a sequence of classes, read without repetitions and
    /// then without blanks, is the label (Graves and others 2006).
    ///
    /// Labels are class numbers [samples, length], 0 after their end; class 0 is the blank. Predictions are logits [samples, steps,
    /// classes]. As many labels count as are not 0. A label that the steps cannot hold has the probability that TensorFlow gives it,
    /// 1e-307 times that of anything.
    public static var ctc: Loss { Loss.ctc }

    /// `ctc`, reduced in some way and named.
    public static func ctc(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
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
    public static func circle(gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true)
        -> Loss
    {
        Loss.circle(gamma: gamma, margin: margin, removeDiagonal: removeDiagonal)
    }

    /// `circle(gamma:margin:removeDiagonal:)` with its defaults.
    public static var circle: Loss { Loss.circle() }

    /// −t·ln p − (1 − t)·ln(1 − p), averaged over an axis.
    ///
    /// Probabilities that are the very result of a sigmoid are not used: the loss is computed from what the
    /// sigmoid was given, which is stable, as Keras on TensorFlow does. Others are clipped to ε…1 − ε.
    /// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/2.
    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        Loss.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
    }

    /// `binaryCrossentropy(fromLogits:labelSmoothing:axis:)` with its defaults.
    public static var binaryCrossentropy: Loss { Loss.binaryCrossentropy() }

    /// −Σ t·ln p over an axis; probabilities that are no result of a softmax are divided by their sum and
    /// clipped to ε…1 − ε.
    /// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/K, K the number of classes along the axis.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        Loss.categoricalCrossentropy(
            fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
    }

    /// `categoricalCrossentropy(fromLogits:labelSmoothing:axis:)` with its defaults.
    public static var categoricalCrossentropy: Loss { Loss.categoricalCrossentropy() }

    /// −ln p of the labelled class; labels are class numbers, of the shape of the predictions without the axis of
    /// the classes (or with an extent of 1 there).
    /// - Parameter ignoreClass: samples with this label do not count.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Loss {
        Loss.sparseCategoricalCrossentropy(
            fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis)
    }

    /// `sparseCategoricalCrossentropy(fromLogits:ignoreClass:axis:)` with its defaults.
    public static var sparseCategoricalCrossentropy: Loss { Loss.sparseCategoricalCrossentropy() }

    /// The cross-entropy that the shapes ask for: binary if predictions have one column, sparse if labels have a rank less
    /// or one column where predictions have several, else categorical.
    public static var crossentropy: Loss { Loss.crossentropy }

    /// `crossentropy`, reduced in some way and named.
    public static func crossentropy(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.crossentropy.configured(reduction, name)
    }

    /// (1 − q)^gamma times the binary cross-entropy, averaged over an axis; q = t·p + (1 − t)·(1 − p) is the
    /// probability of the label.
    /// - Parameter applyClassBalancing: whether losses are also weighted by alpha·t + (1 − alpha)·(1 − t).
    public static func binaryFocalCrossentropy(
        applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2,
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        Loss.binaryFocalCrossentropy(
            applyClassBalancing: applyClassBalancing, alpha: alpha, gamma: gamma,
            fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
    }

    /// `binaryFocalCrossentropy(applyClassBalancing:alpha:gamma:fromLogits:labelSmoothing:axis:)` with its defaults.
    public static var binaryFocalCrossentropy: Loss { Loss.binaryFocalCrossentropy() }

    /// Σ alpha·(1 − p)^gamma·(−t·ln p) over an axis; probabilities are divided by their sum and clipped to ε…1 − ε.
    public static func categoricalFocalCrossentropy(
        alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        Loss.categoricalFocalCrossentropy(
            alpha: alpha, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing,
            axis: axis)
    }

    /// `categoricalFocalCrossentropy(alpha:gamma:fromLogits:labelSmoothing:axis:)` with its defaults.
    public static var categoricalFocalCrossentropy: Loss { Loss.categoricalFocalCrossentropy() }

    /// The same with an alpha for each class, along the axis.
    public static func categoricalFocalCrossentropy(
        alphas: [Double], gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0,
        axis: Int = -1
    ) -> Loss {
        Loss.categoricalFocalCrossentropy(
            alphas: alphas, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing,
            axis: axis)
    }

    /// (1 − p^q)/q of the probability p of the labelled class (Zhang and Sabuncu, 2018); labels are class numbers.
    /// - Parameter q: in 0…1, both excluded.
    public static func categoricalGeneralizedCrossEntropy(q: Double = 0.5) -> Loss {
        Loss.categoricalGeneralizedCrossEntropy(q: q)
    }

    /// `categoricalGeneralizedCrossEntropy(q:)` with its defaults.
    public static var categoricalGeneralizedCrossEntropy: Loss {
        Loss.categoricalGeneralizedCrossEntropy()
    }

    /// mean max(1 − t·p, 0) over the last axis. Labels are −1 and 1; if all are 0 or 1 they are made so.
    public static var hinge: Loss { Loss.hinge }

    /// `hinge`, reduced in some way and named.
    public static func hinge(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.hinge.configured(reduction, name)
    }

    /// mean max(1 − t·p, 0)² over the last axis. Labels as for `hinge`.
    public static var squaredHinge: Loss { Loss.squaredHinge }

    /// `squaredHinge`, reduced in some way and named.
    public static func squaredHinge(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.squaredHinge.configured(reduction, name)
    }

    /// max(0, 1 + max (1 − t)·p − Σ t·p) over the last axis; labels are 0 and 1.
    public static var categoricalHinge: Loss { Loss.categoricalHinge }

    /// `categoricalHinge`, reduced in some way and named.
    public static func categoricalHinge(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.categoricalHinge.configured(reduction, name)
    }

    /// 1 − 2Σ t·p/(Σt + Σp + ε), the complement of the coefficient of Dice.
    /// - Parameter axes: what is summed over; nil: everything, the samples too.
    public static func dice(axes: [Int]? = nil) -> Loss {
        Loss.dice(axes: axes)
    }

    /// `dice(axes:)` with its defaults.
    public static var dice: Loss { Loss.dice() }

    /// 1 − I/(I + alpha·A + beta·B + ε) with I = Σ t·p, A = Σ t·(1 − p), B = Σ (1 − t)·p (Salehi et al., 2017, where
    /// alpha and beta change places; this is what Keras computes).
    /// - Parameter axes: what is summed over; nil: everything, the samples too.
    public static func tversky(alpha: Double = 0.5, beta: Double = 0.5, axes: [Int]? = nil) -> Loss
    {
        Loss.tversky(alpha: alpha, beta: beta, axes: axes)
    }

    /// `tversky(alpha:beta:axes:)` with its defaults.
    public static var tversky: Loss { Loss.tversky() }

    /// mean (t − p)² over the last axis.
    public static var meanSquaredError: Loss { Loss.meanSquaredError }

    /// `meanSquaredError`, reduced in some way and named.
    public static func meanSquaredError(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.meanSquaredError.configured(reduction, name)
    }

    /// mean |t − p| over the last axis.
    public static var meanAbsoluteError: Loss { Loss.meanAbsoluteError }

    /// `meanAbsoluteError`, reduced in some way and named.
    public static func meanAbsoluteError(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.meanAbsoluteError.configured(reduction, name)
    }

    /// mean 100·|t − p|/max(|t|, ε) over the last axis.
    public static var meanAbsolutePercentageError: Loss { Loss.meanAbsolutePercentageError }

    /// `meanAbsolutePercentageError`, reduced in some way and named.
    public static func meanAbsolutePercentageError(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.meanAbsolutePercentageError.configured(reduction, name)
    }

    /// mean (ln(1 + p) − ln(1 + t))² over the last axis; numbers below ε count as ε.
    public static var meanSquaredLogarithmicError: Loss { Loss.meanSquaredLogarithmicError }

    /// `meanSquaredLogarithmicError`, reduced in some way and named.
    public static func meanSquaredLogarithmicError(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.meanSquaredLogarithmicError.configured(reduction, name)
    }

    /// −Σ t·p over an axis, of vectors divided by their lengths: −1 for the same direction, 1 for opposite ones.
    public static func cosineSimilarity(axis: Int = -1) -> Loss {
        Loss.cosineSimilarity(axis: axis)
    }

    /// `cosineSimilarity(axis:)` with its defaults.
    public static var cosineSimilarity: Loss { Loss.cosineSimilarity() }

    /// mean over the last axis of ½e² where |e| ≤ delta, else delta·|e| − ½delta², e = p − t.
    public static func huber(delta: Double = 1) -> Loss {
        Loss.huber(delta: delta)
    }

    /// `huber(delta:)` with its defaults.
    public static var huber: Loss { Loss.huber() }

    /// mean ln cosh(p − t) over the last axis.
    public static var logCosh: Loss { Loss.logCosh }

    /// `logCosh`, reduced in some way and named.
    public static func logCosh(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.logCosh.configured(reduction, name)
    }

    /// mean p − t·ln(p + ε) over the last axis.
    public static var poisson: Loss { Loss.poisson }

    /// `poisson`, reduced in some way and named.
    public static func poisson(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.poisson.configured(reduction, name)
    }

    /// Σ t·ln(t/p) over the last axis, both brought into ε…1.
    public static var klDivergence: Loss { Loss.klDivergence }

    /// `klDivergence`, reduced in some way and named.
    public static func klDivergence(
        reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil
    ) -> Loss {
        Loss.klDivergence.configured(reduction, name)
    }

    /// Short for `meanSquaredError`.
    public static var mse: Loss { meanSquaredError }
    /// Short for `meanSquaredError`.
    public static func mse(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.meanSquaredError.configured(reduction, name)
    }

    /// Short for `meanAbsoluteError`.
    public static var mae: Loss { meanAbsoluteError }
    /// Short for `meanAbsoluteError`.
    public static func mae(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.meanAbsoluteError.configured(reduction, name)
    }

    /// Short for `meanAbsolutePercentageError`.
    public static var mape: Loss { meanAbsolutePercentageError }
    /// Short for `meanAbsolutePercentageError`.
    public static func mape(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.meanAbsolutePercentageError.configured(reduction, name)
    }

    /// Short for `meanSquaredLogarithmicError`.
    public static var msle: Loss { meanSquaredLogarithmicError }
    /// Short for `meanSquaredLogarithmicError`.
    public static func msle(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.meanSquaredLogarithmicError.configured(reduction, name)
    }

    /// Short for `binaryCrossentropy`.
    public static var bce: Loss { binaryCrossentropy }
    /// Short for `binaryCrossentropy`.
    public static func bce(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.binaryCrossentropy.configured(reduction, name)
    }

    /// Short for `klDivergence`.
    public static var kld: Loss { klDivergence }
    /// Short for `klDivergence`.
    public static func kld(reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil)
        -> Loss
    {
        Loss.klDivergence.configured(reduction, name)
    }
}
