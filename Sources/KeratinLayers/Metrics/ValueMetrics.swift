import KeratinCore
import KeratinTensor

/// Keras's metrics of plain values, which `updateState(_:sampleWeight:)` takes. In `compile` they throw once
/// a step is recorded, as Keras's do: labels and predictions are not values.
extension Metric {
    /// Σ value·weight / Σ weight over the samples; values of a sample are averaged first. 0 before any value.
    static let mean = make("Mean", ValueDefinition(statistic: .mean))

    /// Σ value·weight over all values. 0 before any value.
    static let sum = make("Sum", ValueDefinition(statistic: .sum))

    static let valueClasses: [String: @Sendable (Configuration) throws -> Metric] = [
        "Mean": { _ in mean }, "Sum": { _ in sum },
    ]
}

/// The mean or the sum of values.
struct ValueDefinition: MetricDefinition {
    enum Statistic: Sendable { case mean, sum }

    let statistic: Statistic

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        throw KeratinError(
            .invalidArgument,
            "takes values, got labels and predictions: use updateState(_:), or a metric of both"
        )
    }

    func update(values: Tensor, weight: Tensor?) throws -> [Tensor] {
        var floats = values.cast(to: .float32)
        floats.mask = values.mask
        switch statistic {
        case .mean: return try MeanDefinition.totals(floats, weight)
        case .sum:
            guard let weight else { return [floats.sum()] }
            return [try MetricWeights.samplewise(floats, weight, summed: true).0.sum()]
        }
    }

    var totalsOfNothing: [[Double]] { statistic == .mean ? [[0], [0]] : [[0]] }

    func result(_ totals: [[Double]]) -> [Double] {
        switch statistic {
        case .mean: [totals[0][0].dividedSafely(by: totals[1][0])]
        case .sum: [totals[0][0]]
        }
    }
}
