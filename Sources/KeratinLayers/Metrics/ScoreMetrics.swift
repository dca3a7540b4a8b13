import KeratinCore
import KeratinTensor

extension Metric {
    /// How the scores of classes become one number.
    public enum Average: String, Sendable {
        /// One number a class.
        case none
        /// Counts of all classes together.
        case micro
        /// The mean.
        case macro
        /// Weighted by how often each class occurs.
        case weighted
    }

    /// (1 + β²)·precision·recall/(β²·precision + recall) of each class.
    ///
    /// - Parameter threshold: predictions above it are positive; nil: the largest of each sample.
    static func fBetaScore(
        average: Average = .none, beta: Double = 1, threshold: Double? = nil
    ) -> Metric {
        make(
            "FBetaScore", name: "fbeta_score",
            [
                "average": average == .none ? .null : .string(average.rawValue),
                "beta": .number(beta), "threshold": ConfigValue(threshold),
            ], FBetaDefinition(average: average, beta: beta, threshold: threshold))
    }

    /// 2·precision·recall/(precision + recall) of each class.
    static func f1Score(average: Average = .none, threshold: Double? = nil) -> Metric {
        make(
            "F1Score", name: "f1_score",
            [
                "average": average == .none ? .null : .string(average.rawValue),
                "threshold": ConfigValue(threshold),
            ], FBetaDefinition(average: average, beta: 1, threshold: threshold))
    }

    private static func average(_ configuration: Configuration) throws -> Average {
        guard let average = Average(rawValue: try configuration.string("average", default: "none"))
        else { throw configuration.mismatch("average", expected: "micro, macro, weighted or null") }
        return average
    }

    static let scoreClasses: [String: @Sendable (Configuration) throws -> Metric] = [
        "FBetaScore": {
            .fBetaScore(
                average: try average($0), beta: try $0.number("beta", default: 1),
                threshold: try $0.optionalNumber("threshold"))
        },
        "F1Score": {
            .f1Score(average: try average($0), threshold: try $0.optionalNumber("threshold"))
        },
        "IoU": { try IoUDefinition.metric("IoU", $0) },
        "MeanIoU": { try IoUDefinition.metric("MeanIoU", $0) },
        "BinaryIoU": { try IoUDefinition.metric("BinaryIoU", $0) },
        "OneHotIoU": { try IoUDefinition.metric("OneHotIoU", $0) },
        "OneHotMeanIoU": { try IoUDefinition.metric("OneHotMeanIoU", $0) },
    ]
}

/// Totals of true positives, false positives, false negatives and labels of each class.
private struct FBetaDefinition: MetricDefinition {
    let average: Metric.Average
    let beta: Double
    let threshold: Double?
    var givesArray: Bool { average == .none }

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        guard yTrue.rank == 2, yPred.rank == 2, yTrue.shape == yPred.shape else {
            throw KeratinError(
                .shapeMismatch,
                "needs labels and predictions (samples, classes), got \(yTrue.samples) and \(yPred.samples)",
                at: "fbeta_score")
        }
        guard beta > 0 else {
            throw KeratinError(
                .invalidArgument, "beta must be positive, got \(beta)", at: "fbeta_score")
        }
        let positive: Tensor
        if let threshold {
            positive = yPred.binary(.greater, threshold)
        } else {
            let largest = yPred.max(axes: [-1], keepDimensions: true)
            positive = yPred.binary(.greaterEqual, largest)
                .binary(.and, yPred.abs().binary(.greater, 1e-9))
        }
        let p = positive.cast(to: .float32)
        let t = yTrue.cast(to: .float32)
        let column = weight.map { $0.cast(to: .float32).reshaped([$0.count, 1]) }
        func total(_ values: Tensor) throws -> Tensor {
            let weighted = column.map { values * $0 } ?? values
            return weighted.sum(axes: average == .micro ? nil : [0])
        }
        return [
            try total(p * t), try total(p * (1 - t)), try total((1 - p) * t), try total(t),
        ]
    }

    func result(_ totals: [[Double]]) -> [Double] {
        let scores = totals[0].indices.map { index in
            let (tp, fp, fn) = (totals[0][index], totals[1][index], totals[2][index])
            let precision = tp / (tp + fp + kerasEpsilon)
            let recall = tp / (tp + fn + kerasEpsilon)
            let mean = precision * recall / (beta * beta * precision + recall + kerasEpsilon)
            return mean * (1 + beta * beta)
        }
        switch average {
        case .none: return scores
        case .weighted:
            let sum = totals[3].reduce(0, +) + kerasEpsilon
            return [zip(scores, totals[3]).reduce(0) { $0 + $1.0 * ($1.1 / sum) }]
        case .micro, .macro: return [scores.reduce(0, +) / Double(max(scores.count, 1))]
        }
    }
}
