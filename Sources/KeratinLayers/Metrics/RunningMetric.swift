import KeratinCore
import KeratinTensor

/// A metric in use outside of `fit` and `evaluate`: it collects updates and gives the figure of all of them, as a metric
/// object of Keras does.
///
/// ```swift
/// let mean = try RunningMetric(.mean)
/// try mean.updateState(Tensor([1, 3, 5, 7]), sampleWeight: Tensor([1, 1, 0, 0]))
/// try mean.result()  // 2
/// ```
public final class RunningMetric {
    public let name: String
    private let definition: any MetricDefinition
    /// nil before the first update, for metrics whose totals depend on the shapes.
    private var totals: [[Double]]?

    /// - Throws: `KeratinError` for an unknown name.
    public init(_ metric: Metric) throws {
        name = metric.name
        definition = try metric.definition()
        totals = (definition as? ValueDefinition)?.totalsOfNothing
    }

    /// Adds labels and predictions [samples, …]. Waits for the device.
    /// - Parameter sampleWeight: one number a sample, or more; nil counts each once.
    /// - Throws: `KeratinError` for shapes that do not fit, and for `mean` and `sum`.
    public func updateState(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil
    ) throws {
        try add { try definition.update(yTrue, yPred, weight: sampleWeight) }
    }

    /// Adds values to a `mean` or a `sum`. Waits for the device.
    /// - Parameter sampleWeight: one number a sample, or more; nil counts each once.
    /// - Throws: `KeratinError` for shapes that do not fit, and for metrics of labels and predictions.
    public func updateState(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        guard let definition = definition as? ValueDefinition else {
            throw KeratinError(.invalidArgument, "needs labels and predictions", at: place)
        }
        try add { try definition.update(values: values, weight: sampleWeight) }
    }

    /// The figure of everything since the last reset.
    /// - Throws: `KeratinError` before the first update, and if the metric has several figures.
    public func result() throws -> Double {
        let figures = try results()
        guard figures.count == 1 else {
            throw KeratinError(
                .invalidState, "has \(figures.count) figures: ask for results()", at: place)
        }
        return figures[0]
    }

    /// The figures of everything since the last reset: several for some metrics, such as an F1 score for each class.
    /// - Throws: `KeratinError` before the first update.
    public func results() throws -> [Double] {
        guard let totals else {
            throw KeratinError(.invalidState, "has no figure before its first update", at: place)
        }
        return definition.result(totals)
    }

    /// Forgets all updates.
    public func resetState() {
        totals = totals?.map { [Double](repeating: 0, count: $0.count) }
    }

    private var place: String { "metric '\(name)'" }

    private func add(_ update: () throws -> [Tensor]) throws {
        do {
            let batch = try update()
            let known = totals ?? batch.map { [Double](repeating: 0, count: $0.count) }
            let additions = try definition.additions(of: batch) {
                try zip(known, batch).map { total, part in
                    try Tensor(total.map { Float($0) }, shape: part.shape)
                }
            }.map { try $0.floats().map { Double($0) } }
            guard known.map(\.count) == additions.map(\.count) else {
                throw KeratinError(
                    .shapeMismatch, "the totals changed their shape with the data's")
            }
            totals = zip(known, additions).map { zip($0, $1).map(+) }
        } catch let error as KeratinError {
            throw error.nested(in: place)
        }
    }
}
