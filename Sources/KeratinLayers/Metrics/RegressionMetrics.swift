import KeratinCore
import KeratinTensor

extension Metric {
    /// √ of the mean squared error over all elements.
    public static let rootMeanSquaredError = make(
        "RootMeanSquaredError",
        MeanDefinition(usesMask: false, finish: { $0.squareRoot() }) { yTrue, yPred in
            let (yTrue, yPred) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
            return try (yPred - yTrue).square()
        })

    /// Σ t̂·p̂ of the vectors along an axis, each divided by its length (the loss of the name is its negative).
    public static func cosineSimilarity(axis: Int = -1) -> Metric {
        make(
            "CosineSimilarity", ["axis": .integer(axis)],
            MeanDefinition { yTrue, yPred in
                let (t, p) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
                return try (t.normalized(axis: axis) * p.normalized(axis: axis)).sum(axes: [axis])
            })
    }

    /// Pearson's correlation along an axis, averaged over the samples.
    public static func pearsonCorrelation(axis: Int = -1) -> Metric {
        make(
            "PearsonCorrelation", ["axis": .integer(axis)],
            MeanDefinition { yTrue, yPred in
                let (t, p) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
                return try (t.standardized(axis: axis) * p.standardized(axis: axis))
                    .mean(axes: [axis])
            })
    }

    /// Lin's concordance correlation along an axis in the form of Keras 3.15, averaged over the samples.
    public static func concordanceCorrelation(axis: Int = -1) -> Metric {
        make(
            "ConcordanceCorrelation", ["axis": .integer(axis)],
            MeanDefinition { yTrue, yPred in
                let (t, p) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
                let (tMean, pMean) = (
                    try t.mean(axes: [axis], keepDimensions: true),
                    try p.mean(axes: [axis], keepDimensions: true)
                )
                let variances =
                    try (t - tMean).variance(axis: axis) + (p - pMean).variance(axis: axis)
                let norm = try variances + (tMean - pMean).square() + kerasEpsilon
                return try ((t - pMean) * (p - pMean) * 2 / norm).mean(axes: [axis])
            })
    }

    /// How an R² of several outputs becomes one number.
    public enum ClassAggregation: String, Sendable {
        case uniformAverage = "uniform_average"
        case varianceWeightedAverage = "variance_weighted_average"
        /// One number an output.
        case none
    }

    /// 1 − Σ(t − p)²/Σ(t − t̄)² of each output; with `numRegressors` adjusted for their number.
    public static func r2Score(
        classAggregation: ClassAggregation = .uniformAverage, numRegressors: Int = 0
    ) -> Metric {
        make(
            "R2Score",
            [
                "class_aggregation": classAggregation == .none
                    ? .null : .string(classAggregation.rawValue),
                "num_regressors": .integer(numRegressors),
            ], R2Definition(aggregation: classAggregation, regressors: numRegressors))
    }

    static let regressionClasses: [String: @Sendable (Configuration) throws -> Metric] = [
        "RootMeanSquaredError": { _ in rootMeanSquaredError },
        "CosineSimilarity": { .cosineSimilarity(axis: try $0.integer("axis", default: -1)) },
        "PearsonCorrelation": { .pearsonCorrelation(axis: try $0.integer("axis", default: -1)) },
        "ConcordanceCorrelation": {
            .concordanceCorrelation(axis: try $0.integer("axis", default: -1))
        },
        "R2Score": { configuration in
            let key = "class_aggregation"
            let isNone = configuration.isNull(key)
            let text = try configuration.string(key, default: isNone ? "none" : "uniform_average")
            guard let aggregation = ClassAggregation(rawValue: text) else {
                throw configuration.mismatch(
                    key, expected: "uniform_average, variance_weighted_average or null")
            }
            return .r2Score(
                classAggregation: aggregation,
                numRegressors: try configuration.integer("num_regressors", default: 0))
        },
    ]
}

/// Totals of t, t², (t − p)² and the weight of each output, and the number of elements.
private struct R2Definition: MetricDefinition {
    let aggregation: Metric.ClassAggregation
    let regressors: Int

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        let (t, p) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
        guard t.rank == 2, t.shape == p.shape else {
            throw KeratinError(
                .shapeMismatch,
                "needs labels and predictions (samples, outputs), got \(t.shape) and \(p.shape)",
                at: "r2_score")
        }
        var w = try weight?.cast(to: .float32) ?? Tensor(1)
        if w.rank == 1 { w = try w.expandingDimension(at: -1) }
        w = try w.broadcast(toFit: t.shape)
        return [
            try (t * w).sum(axes: [0]), try (t * t * w).sum(axes: [0]),
            try ((t - p).square() * w).sum(axes: [0]), try w.sum(axes: [0]),
            try Tensor(Double(t.count)),
        ]
    }

    func result(_ totals: [[Double]]) -> [Double] {
        let outputs = totals[0].indices
        let spread = outputs.map { totals[1][$0] - totals[0][$0] * totals[0][$0] / totals[3][$0] }
        let scores = outputs.map { index in
            let score = 1 - totals[2][index] / spread[index]
            return score.isInfinite ? 0 : score
        }
        var result: [Double]
        switch aggregation {
        case .uniformAverage: result = [scores.reduce(0, +) / Double(max(scores.count, 1))]
        case .varianceWeightedAverage:
            let sum = zip(spread, scores).reduce(0) { $0 + $1.0 * $1.1 }
            result = [sum / spread.reduce(0, +)]
        case .none: result = scores
        }
        let (n, k) = (totals[4][0], Double(regressors))
        if regressors != 0, k < n - 1 {
            result = result.map { 1 - (1 - $0) * (n - 1) / (n - k - 1) }
        }
        return result
    }
}

extension Tensor {
    /// Divided by the length along an axis; a length below ε counts as ε (Keras's `normalize`).
    func normalized(axis: Int) throws -> Tensor {
        let square = try self.square().sum(axes: [axis], keepDimensions: true)
        return try self * square.binary(.maximum, kerasEpsilon * kerasEpsilon).unary(.rsqrt)
    }

    /// The biased variance along an axis, which stays with extent 1.
    func variance(axis: Int) throws -> Tensor {
        let mean = try self.mean(axes: [axis], keepDimensions: true)
        return try (self - mean).square().mean(axes: [axis], keepDimensions: true)
    }

    /// Less the mean, divided by the standard deviation along an axis.
    fileprivate func standardized(axis: Int) throws -> Tensor {
        let centered = try self - self.mean(axes: [axis], keepDimensions: true)
        return try centered / centered.variance(axis: axis).sqrt()
    }
}
