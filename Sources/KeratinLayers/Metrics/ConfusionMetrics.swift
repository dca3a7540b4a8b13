import KeratinCore
import KeratinTensor

extension Metric {
    /// How many positive labels were predicted above the threshold. Thresholds lie in 0…1; several give several figures.
    static func truePositives(thresholds: [Double]? = nil) -> Metric {
        count("TruePositives", .truePositives, thresholds)
    }

    /// How many samples are predicted 0 and are 0, for each threshold (0.5 by default).
    static func trueNegatives(thresholds: [Double]? = nil) -> Metric {
        count("TrueNegatives", .trueNegatives, thresholds)
    }

    /// How many samples are predicted 1 and are 0, for each threshold (0.5 by default).
    static func falsePositives(thresholds: [Double]? = nil) -> Metric {
        count("FalsePositives", .falsePositives, thresholds)
    }

    /// How many samples are predicted 0 and are 1, for each threshold (0.5 by default).
    static func falseNegatives(thresholds: [Double]? = nil) -> Metric {
        count("FalseNegatives", .falseNegatives, thresholds)
    }

    private static func count(
        _ className: String, _ kind: ConfusionCounts.Kind, _ thresholds: [Double]?
    ) -> Metric {
        make(
            className, ["thresholds": config(thresholds)],
            ConfusionDefinition(
                counts: ConfusionCounts(thresholds: thresholds ?? [0.5]), kinds: [kind],
                givesArray: (thresholds?.count ?? 1) > 1
            ) { $0[0] })
    }

    /// The part of what was predicted positive that is: TP/(TP + FP).
    /// - Parameters:
    ///   - topK: only the k largest predictions of a sample may be positive.
    ///   - classID: only this class is looked at.
    static func precision(
        thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil
    ) -> Metric {
        ratio("Precision", .falsePositives, thresholds, topK, classID)
    }

    /// The part of what is positive that was predicted so: TP/(TP + FN).
    static func recall(
        thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil
    ) -> Metric {
        ratio("Recall", .falseNegatives, thresholds, topK, classID)
    }

    private static func ratio(
        _ className: String, _ others: ConfusionCounts.Kind, _ thresholds: [Double]?, _ topK: Int?,
        _ classID: Int?
    ) -> Metric {
        let counts = ConfusionCounts(
            thresholds: thresholds ?? [topK == nil ? 0.5 : ConfusionCounts.never], topK: topK,
            classID: classID)
        return make(
            className,
            [
                "thresholds": config(thresholds), "top_k": config(topK),
                "class_id": config(classID),
            ],
            ConfusionDefinition(
                counts: counts, kinds: [.truePositives, others],
                givesArray: counts.thresholds.count > 1
            ) { totals in
                zip(totals[0], totals[1]).map { $0.dividedSafely(by: $0 + $1) }
            })
    }

    // MARK: The best of one rate where another suffices

    /// The largest TP/(TP + FN) at thresholds where TN/(TN + FP) is `specificity` at least.
    static func sensitivityAtSpecificity(
        _ specificity: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        best(
            "SensitivityAtSpecificity", "specificity", specificity, numThresholds, classID,
            where: \.specificity, of: \.recall)
    }

    /// The best TN/(TN + FP) among thresholds whose TP/(TP + FN) reaches the given one; 0 if none does.
    static func specificityAtSensitivity(
        _ sensitivity: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        best(
            "SpecificityAtSensitivity", "sensitivity", sensitivity, numThresholds, classID,
            where: \.recall, of: \.specificity)
    }

    /// The best TP/(TP + FP) among thresholds whose TP/(TP + FN) reaches the given one; 0 if none does.
    static func precisionAtRecall(
        _ recall: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        best(
            "PrecisionAtRecall", "recall", recall, numThresholds, classID, where: \.recall,
            of: \.precision)
    }

    /// The best TP/(TP + FN) among thresholds whose TP/(TP + FP) reaches the given one; 0 if none does.
    static func recallAtPrecision(
        _ precision: Double, numThresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        best(
            "RecallAtPrecision", "precision", precision, numThresholds, classID,
            where: \.precision, of: \.recall)
    }

    private static func best(
        _ className: String, _ key: String, _ bound: Double, _ count: Int, _ classID: Int?,
        where constrained: KeyPath<ConfusionRates, Double> & Sendable,
        of dependent: KeyPath<ConfusionRates, Double> & Sendable
    ) -> Metric {
        let steps = Double(max(count, 2) - 1)
        let thresholds = count == 1 ? [0.5] : (0..<max(count, 2)).map { Double($0) / steps }
        return make(
            className,
            [
                key: .number(bound), "num_thresholds": .integer(count),
                "class_id": config(classID),
            ],
            ConfusionDefinition(
                counts: ConfusionCounts(thresholds: thresholds, classID: classID),
                kinds: ConfusionRates.kinds, givesArray: false
            ) { totals in
                let rates = ConfusionRates.list(totals).filter { $0[keyPath: constrained] >= bound }
                return [rates.map { $0[keyPath: dependent] }.max() ?? 0]
            })
    }

    static func config(_ value: Int?) -> ConfigValue { value.map { .integer($0) } ?? .null }

    static func config(_ values: [Double]?) -> ConfigValue {
        values.map { .list($0.map { .number($0) }) } ?? .null
    }

    static let confusionClasses: [String: @Sendable (Configuration) throws -> Metric] = [
        "TruePositives": { .truePositives(thresholds: try $0.optionalNumbers("thresholds")) },
        "TrueNegatives": { .trueNegatives(thresholds: try $0.optionalNumbers("thresholds")) },
        "FalsePositives": { .falsePositives(thresholds: try $0.optionalNumbers("thresholds")) },
        "FalseNegatives": { .falseNegatives(thresholds: try $0.optionalNumbers("thresholds")) },
        "Precision": {
            .precision(
                thresholds: try $0.optionalNumbers("thresholds"),
                topK: try $0.optionalInteger("top_k"), classID: try $0.optionalInteger("class_id"))
        },
        "Recall": {
            .recall(
                thresholds: try $0.optionalNumbers("thresholds"),
                topK: try $0.optionalInteger("top_k"), classID: try $0.optionalInteger("class_id"))
        },
        "SensitivityAtSpecificity": {
            .sensitivityAtSpecificity(
                try $0.number("specificity"),
                numThresholds: try $0.integer("num_thresholds", default: 200),
                classID: try $0.optionalInteger("class_id"))
        },
        "SpecificityAtSensitivity": {
            .specificityAtSensitivity(
                try $0.number("sensitivity"),
                numThresholds: try $0.integer("num_thresholds", default: 200),
                classID: try $0.optionalInteger("class_id"))
        },
        "PrecisionAtRecall": {
            .precisionAtRecall(
                try $0.number("recall"),
                numThresholds: try $0.integer("num_thresholds", default: 200),
                classID: try $0.optionalInteger("class_id"))
        },
        "RecallAtPrecision": {
            .recallAtPrecision(
                try $0.number("precision"),
                numThresholds: try $0.integer("num_thresholds", default: 200),
                classID: try $0.optionalInteger("class_id"))
        },
        "AUC": { try AUCDefinition.metric($0) },
    ]
}

/// Figures from counts at thresholds.
struct ConfusionDefinition: MetricDefinition {
    let counts: ConfusionCounts
    let kinds: [ConfusionCounts.Kind]
    let givesArray: Bool
    let figures: @Sendable ([[Double]]) -> [Double]

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        if let outside = counts.thresholds.first(where: {
            ($0 < 0 || $0 > 1) && $0 != ConfusionCounts.never
        }) {
            throw KeratinError(.invalidArgument, "thresholds must lie in 0…1, got \(outside)")
        }
        return try counts.update(kinds, yTrue, yPred, weight: weight)
    }

    func result(_ totals: [[Double]]) -> [Double] { figures(totals) }
}

/// The rates at one threshold.
struct ConfusionRates {
    var recall, specificity, precision: Double

    static let kinds: [ConfusionCounts.Kind] = [
        .truePositives, .falsePositives, .trueNegatives, .falseNegatives,
    ]

    /// The rates at each threshold, from the totals of `kinds`.
    static func list(_ totals: [[Double]]) -> [ConfusionRates] {
        totals[0].indices.map { index in
            let (tp, fp, tn, fn) = (
                totals[0][index], totals[1][index], totals[2][index], totals[3][index]
            )
            return ConfusionRates(
                recall: tp.dividedSafely(by: tp + fn), specificity: tn.dividedSafely(by: tn + fp),
                precision: tp.dividedSafely(by: tp + fp))
        }
    }
}
