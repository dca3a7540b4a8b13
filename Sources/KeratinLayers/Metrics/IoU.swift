import KeratinCore
import KeratinTensor

extension Metric {
    /// Intersection over union, TP/(TP + FP + FN), averaged over the target classes that occur.
    ///
    /// - Parameters:
    ///   - sparseYTrue: labels are class numbers; else one-hot along `axis`.
    ///   - sparseYPred: predictions are class numbers; else scores along `axis`.
    ///   - ignoreClass: cells labelled so do not count.
    static func iou(
        numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparseYTrue: Bool = true,
        sparseYPred: Bool = true, axis: Int = -1
    ) -> Metric {
        IoUDefinition(
            className: "IoU", classes: numClasses, targets: targetClassIDs, ignored: ignoreClass,
            sparseYTrue: sparseYTrue, sparseYPred: sparseYPred, axis: axis
        ).metric
    }

    /// The mean over all classes that occur.
    static func meanIoU(
        numClasses: Int, ignoreClass: Int? = nil, sparseYTrue: Bool = true,
        sparseYPred: Bool = true, axis: Int = -1
    ) -> Metric {
        IoUDefinition(
            className: "MeanIoU", classes: numClasses, targets: nil, ignored: ignoreClass,
            sparseYTrue: sparseYTrue, sparseYPred: sparseYPred, axis: axis
        ).metric
    }

    /// Two classes: predictions from the threshold on are 1.
    static func binaryIoU(
        targetClassIDs: [Int] = [0, 1], threshold: Double = 0.5
    ) -> Metric {
        IoUDefinition(
            className: "BinaryIoU", classes: 2, targets: targetClassIDs, threshold: threshold
        ).metric
    }

    /// Labels one-hot, predictions scores.
    static func oneHotIoU(
        numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparseYPred: Bool = false,
        axis: Int = -1
    ) -> Metric {
        IoUDefinition(
            className: "OneHotIoU", classes: numClasses, targets: targetClassIDs,
            ignored: ignoreClass, sparseYTrue: false, sparseYPred: sparseYPred, axis: axis
        ).metric
    }

    /// The mean over all classes that occur; labels one-hot, predictions scores, or class numbers with `sparseYPred`.
    static func oneHotMeanIoU(
        numClasses: Int, ignoreClass: Int? = nil, sparseYPred: Bool = false, axis: Int = -1
    ) -> Metric {
        IoUDefinition(
            className: "OneHotMeanIoU", classes: numClasses, targets: nil, ignored: ignoreClass,
            sparseYTrue: false, sparseYPred: sparseYPred, axis: axis
        ).metric
    }
}

/// The total is the confusion matrix, labels by predictions.
struct IoUDefinition: MetricDefinition {
    let className: String
    let classes: Int
    /// nil: all.
    let targets: [Int]?
    var threshold: Double?
    var ignored: Int?
    var sparseYTrue = true
    var sparseYPred = true
    var axis = -1

    var metric: Metric {
        // Keras counts whole weights, and says so.
        var config: [String: ConfigValue] = ["dtype": "int64"]
        if threshold == nil {
            config["num_classes"] = .integer(classes)
            config["ignore_class"] = Metric.config(ignored)
            config["sparse_y_pred"] = .boolean(sparseYPred)
            config["axis"] = .integer(axis)
            if !className.hasPrefix("OneHot") { config["sparse_y_true"] = .boolean(sparseYTrue) }
        }
        config["threshold"] = threshold.map { .number($0) }
        config["target_class_ids"] = targets.map { ConfigValue($0) }
        return Metric.make(className, config, self)
    }

    static func metric(_ className: String, _ configuration: Configuration) throws -> Metric {
        let isBinary = className == "BinaryIoU"
        let isOneHot = className.hasPrefix("OneHot")
        let isMean = className.hasSuffix("MeanIoU")
        return IoUDefinition(
            className: className,
            classes: isBinary ? 2 : try configuration.integer("num_classes"),
            targets: isMean
                ? nil
                : try configuration.integers("target_class_ids", default: isBinary ? [0, 1] : nil),
            threshold: isBinary ? try configuration.number("threshold", default: 0.5) : nil,
            ignored: try configuration.optionalInteger("ignore_class"),
            sparseYTrue: isOneHot
                ? false : try configuration.boolean("sparse_y_true", default: true),
            sparseYPred: try configuration.boolean("sparse_y_pred", default: !isOneHot),
            axis: try configuration.integer("axis", default: -1)
        ).metric
    }

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        if let wrong = targets?.first(where: { $0 < 0 || $0 >= classes }) {
            throw KeratinError(
                .invalidArgument, "target class \(wrong) is none of the \(classes) classes",
                at: className)
        }
        var yPred = yPred
        if let threshold { yPred = yPred.binary(.greaterEqual, threshold).cast(to: .float32) }
        let labels = try classNumbers(yTrue, isSparse: sparseYTrue)
        let predictions = try classNumbers(yPred, isSparse: sparseYPred)
        guard labels.count == predictions.count else {
            throw KeratinError(
                .shapeMismatch,
                "labels \(yTrue.shape) and predictions \(yPred.shape) differ in their cells",
                at: className)
        }
        let cells = labels.count
        // Weights count in whole numbers, as the matrix does.
        var weights = weight?.cast(to: .int32).cast(to: .float32) ?? Tensor(1.0)
        if weights.rank > 1 { weights = weights.reshaped([weights.count]) }
        weights = try weights.broadcast(toFit: [cells])
        var counts = try Self.isClass(labels, classes).binary(
            .and, Self.isClass(predictions, classes))
        if let ignored {
            counts = counts.binary(.and, labels.binary(.notEqual, Double(ignored)))
        }
        weights = weights * counts.cast(to: .float32)
        // Σ over cells of weight·one-hot(label)ᵀ·one-hot(prediction).
        let rows = try oneHot(labels) * weights.reshaped([cells, 1])
        return [try rows.matmul(oneHot(predictions), transposeLeft: true)]
    }

    /// Class numbers as whole float32 numbers, [cells].
    private func classNumbers(_ y: Tensor, isSparse: Bool) throws -> Tensor {
        guard isSparse else {
            let numbers = y.cast(to: .float32).argmax(axis: axis)
            return numbers.cast(to: .float32).reshaped([numbers.count])
        }
        // NaN is no class.
        let numbers = y.cast(to: .float32).reshaped([y.count])
        let isNumber = numbers.binary(.equal, numbers)
        return isNumber.select(numbers, Tensor(-1)).cast(to: .int32).cast(to: .float32)
    }

    private static func isClass(_ numbers: Tensor, _ classes: Int) throws -> Tensor {
        numbers.binary(.greaterEqual, 0).binary(.and, numbers.binary(.less, Double(classes)))
    }

    private func oneHot(_ numbers: Tensor) throws -> Tensor {
        let columns = Tensor(
            indicesAlong: 1, shape: [numbers.count, classes], dtype: .float32)
        return columns.binary(.equal, numbers.reshaped([numbers.count, 1])).cast(to: .float32)
    }

    func result(_ totals: [[Double]]) -> [Double] {
        let matrix = totals[0]
        var (sum, valid) = (0.0, 0.0)
        for target in targets ?? Array(0..<classes) {
            let truePositives = matrix[target * classes + target]
            let labels = (0..<classes).reduce(0) { $0 + matrix[target * classes + $1] }
            let predictions = (0..<classes).reduce(0) { $0 + matrix[$1 * classes + target] }
            let union = labels + predictions - truePositives
            guard union > 1e-9 else { continue }
            sum += truePositives / (union + kerasEpsilon)
            valid += 1
        }
        return [sum / (valid + kerasEpsilon)]
    }
}
