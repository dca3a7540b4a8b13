import KeratinCore
import KeratinTensor

extension Metric {
    /// √ of the mean squared error over all elements.
    static let rootMeanSquaredError = make(
        "RootMeanSquaredError",
        MeanDefinition(usesMask: false, finish: { $0.squareRoot() }) { yTrue, yPred in
            let (yTrue, yPred) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
            return (yPred - yTrue).square()
        })

    /// Σ t̂·p̂ of the vectors along an axis, each divided by its length (the loss of the name is its negative).
    static func cosineSimilarity(axis: Int = -1) -> Metric {
        make(
            "CosineSimilarity", ["axis": .integer(axis)],
            MeanDefinition { yTrue, yPred in
                let (t, p) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
                let (a, b) = (
                    try t.unitVectors(axes: [axis], shortest: kerasEpsilon),
                    try p.unitVectors(axes: [axis], shortest: kerasEpsilon)
                )
                return (a * b).sum(axes: [axis])
            })
    }

    /// Pearson's correlation along an axis, averaged over the samples.
    static func pearsonCorrelation(axis: Int = -1) -> Metric {
        make(
            "PearsonCorrelation", ["axis": .integer(axis)],
            MeanDefinition { yTrue, yPred in
                let (t, p) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
                return try (t.standardized(axis: axis) * p.standardized(axis: axis))
                    .mean(axes: [axis])
            })
    }

    /// Lin's concordance correlation along an axis in the form of Keras 3.15, averaged over the samples.
    static func concordanceCorrelation(axis: Int = -1) -> Metric {
        make(
            "ConcordanceCorrelation", ["axis": .integer(axis)],
            MeanDefinition { yTrue, yPred in
                let (labels, predictions) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
                // Only differences count, so both may lose one offset.
                let offset = try labels.first(axis: axis)
                let (t, p) = (labels - offset, predictions - offset)
                let (tMean, pMean) = (
                    t.mean(axes: [axis], keepDimensions: true),
                    p.mean(axes: [axis], keepDimensions: true)
                )
                let variances = try t.variance(axis: axis) + p.variance(axis: axis)
                let norm = variances + (tMean - pMean).square() + kerasEpsilon
                return ((t - pMean) * (p - pMean) * 2 / norm).mean(axes: [axis])
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
    static func r2Score(
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

extension Tensor {
    /// Less the mean along an axis. The first entry is taken away before, so that an offset costs no digits.
    fileprivate func centered(axis: Int) throws -> Tensor {
        let difference = try self - first(axis: axis)
        return difference - difference.mean(axes: [axis], keepDimensions: true)
    }

    /// The first entry along an axis, which stays with extent 1.
    func first(axis: Int) throws -> Tensor {
        var limits = shape.dimensions
        limits[try shape.resolve(axis: axis)] = 1
        return slice(starts: limits.map { _ in 0 }, limits: limits)
    }

    /// The biased variance along an axis, which stays with extent 1.
    fileprivate func variance(axis: Int) throws -> Tensor {
        try centered(axis: axis).square().mean(axes: [axis], keepDimensions: true)
    }

    /// Less the mean, divided by the standard deviation along an axis.
    fileprivate func standardized(axis: Int) throws -> Tensor {
        let centered = try self.centered(axis: axis)
        let variance = centered.square().mean(axes: [axis], keepDimensions: true)
        return centered / variance.sqrt()
    }
}
