import KeratinCore
import KeratinTensor

/// What a metric collected.
final class RunningTotals: @unchecked Sendable {
    // Unchecked: both are used while `lock` is held.
    let lock = ReentrantLock()
    /// The totals side by side, then what was rounded away of each; empty before the first update.
    var storages: [StateStorage] = []
    /// Why the last reset failed.
    var failure: (any Error)?
}

/// Metrics in use outside of `compile`.
extension Metric {
    /// Adds labels and predictions [samples, …].
    /// - Parameter sampleWeight: one number per sample, or more; nil counts each once.
    /// - Throws: `KeratinError` for shapes that do not fit, and for `mean` and `sum`.
    public func update(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil
    ) throws {
        try add([yPred, yTrue]) {
            try definition().update(yTrue, yPred, weight: sampleWeight)
        }
    }

    /// Adds values to a `mean` or a `sum`.
    /// - Parameter sampleWeight: one number per sample, or more; nil counts each once.
    /// - Throws: `KeratinError` for shapes that do not fit, and for metrics of labels and predictions.
    public func update(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        guard let definition = try definition() as? ValueDefinition else {
            throw KeratinError(.invalidArgument, "needs labels and predictions", at: place)
        }
        try add([values]) { try definition.update(values: values, weight: sampleWeight) }
    }

    /// The same as `update`, under Keras's name.
    public func updateState(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil
    ) throws {
        try update(yTrue, yPred, sampleWeight: sampleWeight)
    }

    /// The same as `update`, under Keras's name.
    public func updateState(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        try update(values, sampleWeight: sampleWeight)
    }

    /// The figure of everything since the last reset. Waits for the device.
    /// - Throws: `KeratinError` before the first update, if the metric has several figures, and within a recorded function, where
    ///   there are no numbers yet: a train step returns the metric in its `Logs`.
    public func result() throws -> Double {
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
    public func results() throws -> [Double] {
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
    package func figures() throws -> [Double]? {
        let numbers = try totals.lock.withLock {
            if let failure = totals.failure { throw failure }
            return try CompensatedSum.totals(totals.storages)
        }
        let definition = try definition()
        guard let numbers else {
            return (definition as? ValueDefinition).map { definition.result($0.totalsOfNothing) }
        }
        return definition.result(numbers)
    }

    /// Whether the figures are an array in Keras, even if there is only one.
    package var givesArray: Bool { (try? definition())?.givesArray ?? false }

    /// Forgets all updates. If the device fails, the next result says so.
    public func reset() {
        totals.lock.withLock {
            let count = totals.storages.reduce(0) { $0 + $1.type.count }
            do {
                try totals.storages.first?.writeBlock([Float](repeating: 0, count: count))
                totals.failure = nil
            } catch {
                totals.failure = error
            }
        }
    }

    /// The same as `reset`, under Keras's name.
    public func resetState() { reset() }

    /// Moves the totals to another backend.
    package func move(to backend: any Backend) throws {
        try totals.lock.withLock {
            guard let first = totals.storages.first, first.backend !== backend else { return }
            let values = try first.readBlock(totals.storages.reduce(0) { $0 + $1.type.count })
            totals.storages = try StateStorage.block(totals.storages.map(\.type.shape), on: backend)
            try totals.storages[0].writeBlock(values)
        }
    }

    private var place: String { "metric '\(name)'" }

    private func add(_ tensors: [Tensor], _ update: () throws -> [Tensor]) throws {
        do {
            try totals.lock.withLock {
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
        if totals.storages.isEmpty {
            totals.storages = try StateStorage.block(shapes + shapes, on: Context.backend)
            let count = totals.storages.reduce(0) { $0 + $1.type.count }
            try totals.storages[0].writeBlock([Float](repeating: 0, count: count))
        }
        guard shapes + shapes == totals.storages.map(\.type.shape) else {
            throw KeratinError(.shapeMismatch, "the totals changed their shape with the data's")
        }
        let sums = totals.storages.prefix(batch.count)
        let additions = try definition().additions(of: batch) { sums.map { $0.read(trace) } }
        try CompensatedSum.add(
            additions, to: Array(sums), Array(totals.storages.dropFirst(batch.count)), trace)
    }
}
