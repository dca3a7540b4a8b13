import KeratinCore
import KeratinTensor

/// Keras's `epsilon()`.
package let kerasEpsilon = 1e-7

extension Loss {
    /// −t·ln p − (1 − t)·ln(1 − p), averaged over an axis.
    ///
    /// Probabilities that are the very result of a sigmoid are not used: the loss is computed from what the
    /// sigmoid was given, which is stable, as Keras on TensorFlow does. Others are clipped to ε…1 − ε.
    /// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/2.
    static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        let config: [String: ConfigValue] = [
            "from_logits": .boolean(fromLogits), "label_smoothing": .number(labelSmoothing),
            "axis": .integer(axis),
        ]
        let identity = FunctionIdentity("BinaryCrossentropy", config)
        return Loss(identity, name: "binary_crossentropy") { yTrue, yPred in
            try warnOfSoftmax("binary_crossentropy", yPred)
            let target = try Crossentropy.smoothed(yTrue, labelSmoothing, classes: 2)
            return try Crossentropy.binary(target, yPred, fromLogits).mean(axes: [axis])
        }
    }

    /// −Σ t·ln p over an axis; probabilities that are no result of a softmax are divided by their sum and
    /// clipped to ε…1 − ε.
    /// - Parameter labelSmoothing: s moves labels to t·(1 − s) + s/K, K the number of classes along the axis.
    static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        let config: [String: ConfigValue] = [
            "from_logits": .boolean(fromLogits), "label_smoothing": .number(labelSmoothing),
            "axis": .integer(axis),
        ]
        let identity = FunctionIdentity("CategoricalCrossentropy", config)
        return Loss(identity, name: "categorical_crossentropy") { yTrue, yPred in
            let target = try Crossentropy.smoothed(yTrue, labelSmoothing, axis: axis)
            if let logits = try Crossentropy.logits(yPred, fromLogits) {
                return try Tensor.fused(
                    SoftmaxCrossEntropy(sparse: false),
                    [logits.movingAxisToEnd(axis), target.movingAxisToEnd(axis)])
            }
            let logarithms = try Crossentropy.logProbabilities(yPred, axis)
            return -((target * logarithms).sum(axes: [axis]))
        }
    }

    /// −ln p of the labelled class; labels are class numbers, of the shape of the predictions without the axis of
    /// the classes (or with an extent of 1 there).
    /// - Parameter ignoreClass: samples with this label do not count.
    static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Loss {
        var config: [String: ConfigValue] = [
            "from_logits": .boolean(fromLogits),
            "ignore_class": ignoreClass.map { .integer($0) } ?? .null,
        ]
        // Keras does not write the axis; it reads it.
        if axis != -1 { config["axis"] = .integer(axis) }
        let identity = FunctionIdentity("SparseCategoricalCrossentropy", config)
        return Loss(
            identity, name: "sparse_categorical_crossentropy", labelType: .int32
        ) { yTrue, yPred in
            var labels = yTrue
            if labels.rank == yPred.rank, labels.shape[try labels.shape.resolve(axis: axis)] == 1 {
                labels = try labels.removingDimension(at: axis)
            }
            // The very result of a softmax is recognised only where it is used as it is.
            var output = axis == -1 ? yPred : try yPred.movingAxisToEnd(axis)
            let rows = Shape(Array(output.shape.dimensions.dropLast()))
            guard labels.shape == rows else {
                throw LabelFit.mismatch("sparse_categorical_crossentropy", yTrue, yPred)
            }
            var counts: Tensor?
            if let ignoreClass {
                let isValid = labels.binary(.notEqual, Double(ignoreClass))
                labels = isValid.select(labels, Tensor(0, dtype: .int32))
                output = isValid.expandingDimension(at: -1).select(output, Tensor(0))
                counts = isValid
            }
            try Loss.check(
                classes: labels, below: output.shape.dimensions.last ?? 1, given: yTrue)
            let logits =
                try Crossentropy.logits(output, fromLogits)
                ?? output.clipped(kerasEpsilon, 1 - kerasEpsilon).log()
            var losses = Tensor.fused(
                SoftmaxCrossEntropy(sparse: true), [logits, labels])
            if let counts {
                losses = counts.select(losses, Tensor(0))
                losses.mask = counts
            }
            return losses
        }
    }

    /// The cross-entropy that the shapes ask for: binary if predictions have one column, sparse if labels have a rank less
    /// or one column where predictions have several, else categorical.
    static let crossentropy = Loss(FunctionIdentity("crossentropy"), name: "crossentropy") {
        yTrue, yPred in
        let classes = yPred.shape.dimensions.last ?? 1
        if classes == 1 { return try binaryCrossentropy().perSample(yTrue, yPred) }
        if yTrue.rank < yPred.rank || yTrue.shape.dimensions.last == 1 {
            return try sparseCategoricalCrossentropy().perSample(yTrue, yPred)
        }
        return try categoricalCrossentropy().perSample(yTrue, yPred)
    }
}

enum Crossentropy {
    /// What to compute from: the predictions themselves if they are logits, what a sigmoid or softmax was given
    /// if they are its result, else nil.
    static func logits(_ yPred: Tensor, _ fromLogits: Bool) throws -> Tensor? {
        if let trace = Trace.current, let logits = try trace.logits(of: yPred) { return logits }
        return fromLogits ? yPred : nil
    }

    /// t·(1 − s) + s/K
    static func smoothed(_ target: Tensor, _ smoothing: Double, classes: Int) throws -> Tensor {
        guard smoothing != 0 else { return target }
        return target * (1 - smoothing) + smoothing / Double(classes)
    }

    /// The same with the number of classes along an axis.
    static func smoothed(_ target: Tensor, _ smoothing: Double, axis: Int) throws -> Tensor {
        guard smoothing != 0 else { return target }
        let classes = target.shape[try target.shape.resolve(axis: axis)]
        return try smoothed(target, smoothing, classes: classes)
    }

    /// −t·ln p − (1 − t)·ln(1 − p) of each element.
    static func binary(_ target: Tensor, _ yPred: Tensor, _ fromLogits: Bool) throws -> Tensor {
        if let logits = try logits(yPred, fromLogits) {
            return try binary(target, logits: logits)
        }
        let p = yPred.clipped(kerasEpsilon, 1 - kerasEpsilon)
        // ln(1 − p) keeps the digits of a small p.
        return -(target * p.log() + (1 - target) * (-p).unary(.log1p))
    }

    /// x·(1 − t) + ln(1 + e^−x) for x ≥ 0, else −x·t + ln(1 + eˣ): softplus(x) − x·t would lose the digits of small losses,
    /// and its gradient those of small gradients.
    static func binary(_ target: Tensor, logits x: Tensor) throws -> Tensor {
        // At 0 the gradient is that of one side, ½ − t.
        let isPositive = x.binary(.greaterEqual, 0)
        return x * isPositive.select(1 - target, -target)
            + isPositive.select(-x, x).unary(.softplus)
    }

    /// ln p of numbers divided by their sum over an axis and clipped to ε…1 − ε.
    ///
    /// It is −ln(1 + q) with q the sum of the others divided by the number: where p is near 1, q keeps the digits of 1 − p.
    static func logProbabilities(_ x: Tensor, _ axis: Int) throws -> Tensor {
        let largest = try x.argmax(axis: axis).expandingDimension(at: x.shape.resolve(axis: axis))
        let isLargest = Tensor(indicesAlong: axis, shape: x.shape).binary(.equal, largest)
        let peak = isLargest.select(x, Tensor(0)).sum(axes: [axis], keepDimensions: true)
        let rest = isLargest.select(Tensor(0), x).sum(axes: [axis], keepDimensions: true)
        // A number that is far too small for ε, or 0, is not divided by.
        let isTiny = x.abs().binary(.lessEqual, (peak + rest).abs() * (kerasEpsilon / 2))
        let highest = Tensor(1 / kerasEpsilon)
        let quotient = ((peak - x) + rest) / isTiny.select(Tensor(1), x)
        // Numbers whose sign is not the sum's have no logarithm; they count as ε.
        let isImpossible = isTiny.binary(.or, quotient.binary(.lessEqual, -1))
        return -isImpossible.select(highest, quotient)
            .clipped(kerasEpsilon / (1 - kerasEpsilon), 1 / kerasEpsilon - 1).unary(.log1p)
    }
}

extension Tensor {
    /// With one axis moved behind the others.
    func movingAxisToEnd(_ axis: Int) throws -> Tensor {
        let axis = try shape.resolve(axis: axis)
        return transposed((0..<rank).filter { $0 != axis } + [axis])
    }

    /// Without an axis of extent 1.
    func removingDimension(at axis: Int) throws -> Tensor {
        var dimensions = shape.dimensions
        dimensions.remove(at: try shape.resolve(axis: axis))
        return reshaped(Shape(dimensions))
    }
}
