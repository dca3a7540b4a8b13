import KeratinCore
import KeratinTensor

/// A metric in use outside of `compile`: it collects updates and gives the figure of all of them, as a metric object of Keras does.
///
/// Its totals lie on the device. Within a recorded function, such as a train step, updates become a part of it.
///
/// ```swift
/// let accuracy = try RunningMetric(.sparseCategoricalAccuracy)
/// try accuracy.update(labels, predictions)
/// try accuracy.result()
/// ```
public class RunningMetric {
    /// The name in logs.
    public let name: String
    let definition: any MetricDefinition
    private let lock = ReentrantLock()
    /// The totals side by side, then what was rounded away of each; empty before the first update.
    private var storages: [StateStorage] = []
    /// Why the last reset failed.
    private var failure: (any Error)?

    /// - Throws: `KeratinError` for an unknown name.
    public convenience init(_ metric: Metric) throws {
        self.init(metric.name, try metric.definition())
    }

    init(_ name: String, _ definition: any MetricDefinition) {
        self.name = name
        self.definition = definition
    }

    /// Adds labels and predictions [samples, …].
    /// - Parameter sampleWeight: one number per sample, or more; nil counts each once.
    /// - Throws: `KeratinError` for shapes that do not fit, and for `mean` and `sum`.
    public final func update(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil
    ) throws {
        try add([yPred, yTrue]) { try definition.update(yTrue, yPred, weight: sampleWeight) }
    }

    /// Adds values to a `mean` or a `sum`.
    /// - Parameter sampleWeight: one number per sample, or more; nil counts each once.
    /// - Throws: `KeratinError` for shapes that do not fit, and for metrics of labels and predictions.
    public final func update(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        guard let definition = definition as? ValueDefinition else {
            throw KeratinError(.invalidArgument, "needs labels and predictions", at: place)
        }
        try add([values]) { try definition.update(values: values, weight: sampleWeight) }
    }

    /// The same as `update`, under Keras's name.
    public final func updateState(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil
    ) throws {
        try update(yTrue, yPred, sampleWeight: sampleWeight)
    }

    /// The same as `update`, under Keras's name.
    public final func updateState(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        try update(values, sampleWeight: sampleWeight)
    }

    /// The figure of everything since the last reset. Waits for the device.
    /// - Throws: `KeratinError` before the first update, if the metric has several figures, and within a recorded function, where
    ///   there are no numbers yet: a train step returns the metric in its `Logs`.
    public final func result() throws -> Double {
        let figures = try results()
        guard figures.count == 1 else {
            throw KeratinError(
                .invalidState, "has \(figures.count) figures: ask for results()", at: place)
        }
        return figures[0]
    }

    /// The figures of everything since the last reset: several for some metrics, such as an F1 score for each class. Waits for the
    /// device.
    /// - Throws: `KeratinError` before the first update, and within a recorded function.
    public final func results() throws -> [Double] {
        guard Trace.current == nil else {
            throw KeratinError(
                .invalidState,
                "has no numbers while a function is recorded: return the metric in the step's Logs",
                at: place)
        }
        guard let figures = try figures() else {
            throw KeratinError(.invalidState, "has no figure before its first update", at: place)
        }
        return figures
    }

    /// The figures; nil before the first update.
    package final func figures() throws -> [Double]? {
        let totals = try lock.withLock {
            if let failure { throw failure }
            return try CompensatedSum.totals(storages)
        }
        guard let totals else {
            return (definition as? ValueDefinition).map { definition.result($0.totalsOfNothing) }
        }
        return definition.result(totals)
    }

    /// Whether the figures are an array in Keras, even if there is only one.
    package final var givesArray: Bool { definition.givesArray }

    /// Forgets all updates. If the device fails, the next result says so.
    public final func reset() {
        lock.withLock {
            let count = storages.reduce(0) { $0 + $1.type.count }
            do {
                try storages.first?.writeBlock([Float](repeating: 0, count: count))
                failure = nil
            } catch {
                failure = error
            }
        }
    }

    /// The same as `reset`, under Keras's name.
    public final func resetState() { reset() }

    /// Moves the totals to another backend.
    package final func move(to backend: any Backend) throws {
        try lock.withLock {
            guard let first = storages.first, first.backend !== backend else { return }
            let values = try first.readBlock(storages.reduce(0) { $0 + $1.type.count })
            storages = try StateStorage.block(storages.map(\.type.shape), on: backend)
            try storages[0].writeBlock(values)
        }
    }

    private var place: String { "metric '\(name)'" }

    private func add(_ tensors: [Tensor], _ update: () throws -> [Tensor]) throws {
        do {
            try lock.withLock {
                try ImmediateExecution.recordOrRun(on: ImmediateExecution.backend(of: tensors)) {
                    try record($0, try update())
                }
            }
        } catch let error as KeratinError {
            throw error.nested(in: place)
        }
    }

    private func record(_ trace: Trace, _ batch: [Tensor]) throws {
        let shapes = batch.map(\.shape)
        if storages.isEmpty {
            storages = try StateStorage.block(shapes + shapes, on: Context.backend)
            let count = storages.reduce(0) { $0 + $1.type.count }
            try storages[0].writeBlock([Float](repeating: 0, count: count))
        }
        guard shapes + shapes == storages.map(\.type.shape) else {
            throw KeratinError(.shapeMismatch, "the totals changed their shape with the data's")
        }
        let sums = storages.prefix(batch.count)
        let additions = try definition.additions(of: batch) { sums.map { $0.read(trace) } }
        try CompensatedSum.add(
            additions, to: Array(sums), Array(storages.dropFirst(batch.count)), trace)
    }
}

/// The mean of values, collected by hand: `Mean(name: "loss")`.
///
/// ```swift
/// let loss = Mean(name: "loss")
/// try loss.update(value)
/// try loss.result()
/// ```
/// 0 before any value.
public final class Mean: RunningMetric {
    /// A mean of no values so far; `name` is that in logs.
    public init(name: String = "mean") { super.init(name, ValueDefinition(statistic: .mean)) }
}

/// The sum of values, collected by hand. 0 before any value.
public final class Sum: RunningMetric {
    /// A sum of no values so far; `name` is that in logs.
    public init(name: String = "sum") { super.init(name, ValueDefinition(statistic: .sum)) }
}
