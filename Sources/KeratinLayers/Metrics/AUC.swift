import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Metric {
    /// Which curve an area lies under.
    public enum Curve: String, Sendable {
        case roc = "ROC"
        case precisionRecall = "PR"
        /// Precision gain over recall gain (Flach and Kull, 2015).
        case precisionRecallGain = "PRGAIN"
    }

    /// How an area is summed: with trapezoids (for precision over recall by the method of Davis and
    /// Goadrich, 2006), or with the lower or the higher end of each step.
    public enum SummationMethod: String, Sendable {
        case interpolation, minoring, majoring
    }

    /// The area under a curve over thresholds.
    ///
    /// - Parameters:
    ///   - numThresholds: evenly spaced thresholds, 0 and 1 included.
    ///   - thresholds: thresholds of your own between 0 and 1 instead.
    ///   - isMultiLabel: an area for each label, of which the (weighted) mean is taken.
    ///   - numLabels: how many labels there must be, if there are several; nil: as the data have.
    ///   - labelWeights: what each label counts: in the mean of areas, or in the counts if there is one area.
    ///   - fromLogits: whether predictions go through a sigmoid first.
    static func auc(
        numThresholds: Int = 200, curve: Curve = .roc,
        summationMethod: SummationMethod = .interpolation, thresholds: [Double]? = nil,
        isMultiLabel: Bool = false, numLabels: Int? = nil, labelWeights: [Double]? = nil,
        fromLogits: Bool = false
    ) -> Metric {
        AUCDefinition.metric(
            AUCDefinition(
                count: thresholds.map { $0.count + 2 } ?? numThresholds, own: thresholds,
                curve: curve, summation: summationMethod, isMultiLabel: isMultiLabel,
                numLabels: numLabels, labelWeights: labelWeights, fromLogits: fromLogits))
    }
}

struct AUCDefinition: MetricDefinition {
    let count: Int
    let own: [Double]?
    let curve: Metric.Curve
    let summation: Metric.SummationMethod
    let isMultiLabel: Bool
    let numLabels: Int?
    let labelWeights: [Double]?
    let fromLogits: Bool
    private let counts: ConfusionCounts

    init(
        count: Int, own: [Double]?, curve: Metric.Curve, summation: Metric.SummationMethod,
        isMultiLabel: Bool, numLabels: Int?, labelWeights: [Double]?, fromLogits: Bool
    ) {
        self.count = count
        self.own = own
        self.curve = curve
        self.summation = summation
        self.isMultiLabel = isMultiLabel
        self.numLabels = numLabels
        self.labelWeights = labelWeights
        self.fromLogits = fromLogits
        // Fewer than two thresholds are an error when the metric is used.
        let steps = Double(max(count - 1, 1))
        let inner = own?.sorted() ?? (1..<max(count - 1, 1)).map { Double($0) / steps }
        counts = ConfusionCounts(
            thresholds: [-kerasEpsilon] + inner + [1 + kerasEpsilon],
            labelWeights: isMultiLabel ? nil : labelWeights, isMultiLabel: isMultiLabel)
    }

    static func metric(_ definition: AUCDefinition) -> Metric {
        var config: [String: ConfigValue] = [
            "num_thresholds": .integer(definition.count),
            "curve": .string(definition.curve.rawValue),
            "summation_method": .string(definition.summation.rawValue),
            "multi_label": .boolean(definition.isMultiLabel),
            "num_labels": definition.numLabels.map { .integer($0) } ?? .null,
            "label_weights": Metric.config(definition.labelWeights),
            "from_logits": .boolean(definition.fromLogits),
        ]
        if let own = definition.own { config["thresholds"] = Metric.config(own.sorted()) }
        return Metric.make("AUC", name: "auc", config, definition)
    }

    static func metric(_ configuration: Configuration) throws -> Metric {
        let curve = try configuration.string("curve", default: "ROC").uppercased()
        let summation = try configuration.string("summation_method", default: "interpolation")
            .lowercased()
        guard let curve = Metric.Curve(rawValue: curve) else {
            throw configuration.mismatch("curve", expected: "ROC, PR or PRGAIN")
        }
        guard let summation = Metric.SummationMethod(rawValue: summation) else {
            throw configuration.mismatch(
                "summation_method", expected: "interpolation, minoring or majoring")
        }
        let own = try configuration.optionalNumbers("thresholds")
        let count = try configuration.integer("num_thresholds", default: 200)
        guard count <= 1 << 20 else {
            throw configuration.mismatch("num_thresholds", expected: "at most \(1 << 20)")
        }
        return metric(
            AUCDefinition(
                count: own.map { $0.count + 2 } ?? count, own: own, curve: curve,
                summation: summation,
                isMultiLabel: try configuration.boolean("multi_label", default: false),
                numLabels: try configuration.optionalInteger("num_labels"),
                labelWeights: try configuration.optionalNumbers("label_weights"),
                fromLogits: try configuration.boolean("from_logits", default: false)))
    }

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        guard count > 1 else {
            throw KeratinError(
                .invalidArgument, "numThresholds must exceed 1, got \(count)", at: "auc")
        }
        if isMultiLabel, yPred.rank != 2 {
            throw KeratinError(
                .shapeMismatch,
                "several labels need predictions (samples, labels), got \(yPred.samples)",
                at: "auc")
        }
        if isMultiLabel, let labels = numLabels ?? labelWeights?.count, yPred.shape[1] != labels {
            throw KeratinError(
                .shapeMismatch,
                "was made for \(labels) labels, got predictions \(yPred.shape)", at: "auc")
        }
        return try counts.update(
            ConfusionRates.kinds, yTrue, fromLogits ? yPred.sigmoid() : yPred, weight: weight)
    }

    func result(_ totals: [[Double]]) -> [Double] {
        let labels = totals[0].count / count
        let areas = (0..<labels).map { label in
            area(totals.map { total in (0..<count).map { total[$0 * labels + label] } })
        }
        guard isMultiLabel, let labelWeights else {
            return [areas.reduce(0, +) / Double(max(labels, 1))]
        }
        let sum = zip(areas, labelWeights).reduce(0) { $0 + $1.0 * $1.1 }
        return [sum.dividedSafely(by: labelWeights.reduce(0, +))]
    }

    private func area(_ totals: [[Double]]) -> Double {
        if curve == .precisionRecall, summation == .interpolation {
            return interpolatedPrecisionRecall(totals)
        }
        let points = self.points(totals)
        return (0..<(count - 1)).reduce(0) { sum, index in
            let (a, b) = (points[index], points[index + 1])
            let height: Double
            switch summation {
            case .interpolation: height = (a.y + b.y) / 2
            case .minoring: height = min(a.y, b.y)
            case .majoring: height = max(a.y, b.y)
            }
            return sum + (a.x - b.x) * height
        }
    }

    private func points(_ totals: [[Double]]) -> [(x: Double, y: Double)] {
        (0..<count).map { index in
            let (tp, fp, tn, fn) = (
                totals[0][index], totals[1][index], totals[2][index], totals[3][index]
            )
            let recall = tp.dividedSafely(by: tp + fn)
            switch curve {
            case .roc: return (fp.dividedSafely(by: fp + tn), recall)
            case .precisionRecall: return (recall, tp.dividedSafely(by: tp + fp))
            case .precisionRecallGain:
                if tp == 0 { return (0, 1) }
                let scale = (tp + fn).dividedSafely(by: tn + fp)
                return (max(1 - scale * fn / tp, 0), 1 - scale * fp / tp)
            }
        }
    }

    /// Between two thresholds TP is a linear function of what is predicted positive; precision is integrated over it.
    private func interpolatedPrecisionRecall(_ totals: [[Double]]) -> Double {
        let (tp, fp, fn) = (totals[0], totals[1], totals[3])
        return (0..<(count - 1)).reduce(0) { sum, index in
            let (p, next) = (tp[index] + fp[index], tp[index + 1] + fp[index + 1])
            let rise = tp[index] - tp[index + 1]
            let slope = rise.dividedSafely(by: max(p - next, 0))
            let intercept = tp[index + 1] - slope * next
            let ratio = p > 0 && next > 0 ? p / next : 1
            let positives = max(tp[index + 1] + fn[index + 1], 0)
            return sum + (slope * (rise + intercept * log(ratio))).dividedSafely(by: positives)
        }
    }
}
