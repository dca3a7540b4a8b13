import KeratinCore
import KeratinTensor

/// R² from totals that an offset of the labels does not touch.
///
/// Of each output, with d = t − origin: the origin (about the mean of the first batch's labels), Σ w·d, Σ w·d², Σ w·(t − p)²,
/// Σ w; and the number of elements. Σ w·t² less the square of Σ w·t would lose all digits where labels are large and near
/// each other. Equal labels give sums of exactly 0.
struct R2Definition: MetricDefinition {
    let aggregation: Metric.ClassAggregation
    let regressors: Int
    var givesArray: Bool { aggregation == .none }

    /// Of each output: the first label of the batch, the mean of the labels less that, Σ w·(t − mean)², Σ w·(t − p)², Σ w;
    /// and the number of elements.
    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        let (t, p) = try Loss.sameRank(yTrue.cast(to: .float32), yPred)
        guard t.rank == 2, t.shape == p.shape, t.shape[0] > 0 else {
            throw KeratinError(
                .shapeMismatch,
                "needs labels and predictions (samples, outputs), got \(t.samples) and \(p.samples)",
                at: "r2_score")
        }
        var w = weight?.cast(to: .float32) ?? Tensor(1.0)
        if w.rank == 1 { w = w.expandingDimension(at: -1) }
        w = try w.broadcast(toFit: t.shape)
        let first = try t.first(axis: 0)
        let difference = t - first
        let weights = w.sum(axes: [0])
        let isZero = weights.binary(.equal, 0)
        let sum = (difference * w).sum(axes: [0])
        let mean = isZero.select(Tensor(0), sum / isZero.select(Tensor(1), weights))
        return [
            first.reshaped(mean.shape), mean,
            ((difference - mean).square() * w).sum(axes: [0]),
            ((t - p).square() * w).sum(axes: [0]), weights, Tensor(Double(t.count)),
        ]
    }

    /// Moments about the batch's mean become moments about the origin (Chan, Golub and LeVeque, 1979).
    func additions(
        of batch: [Tensor], from arguments: MetricArguments, to totals: () throws -> [Tensor]
    ) throws -> [Tensor] {
        let totals = try totals()
        let (first, mean, spread, weights) = (batch[0], batch[1], batch[2], batch[4])
        let isFirst = totals[5].binary(.equal, 0)
        let origin = isFirst.select(first + mean, totals[0])
        let distance = (first - origin) + mean
        let moment = distance * weights
        return [
            isFirst.select(origin, Tensor(0)), moment, spread + moment * distance, batch[3],
            weights, batch[5],
        ]
    }

    func result(_ totals: [[Double]]) -> [Double] {
        let outputs = totals[0].indices
        let spread = outputs.map { totals[2][$0] - totals[1][$0] * totals[1][$0] / totals[4][$0] }
        let scores = outputs.map { index in
            let score = 1 - totals[3][index] / spread[index]
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
        let (n, k) = (totals[5][0], Double(regressors))
        if regressors != 0, k < n - 1 {
            result = result.map { 1 - (1 - $0) * (n - 1) / (n - k - 1) }
        }
        return result
    }
}
