import KeratinCore
import KeratinTensor

/// What a metric collected.
final class RunningTotals: @unchecked Sendable {
    // Unchecked: both are used while `lock` is held.
    let lock = ReentrantLock()
    /// The totals side by side, then what was rounded away of each; empty before the first update.
    var storages: [StateStorage] = []
    /// Totals of a run that goes on, until there is a place for them.
    var pending: [Float]?
    /// The first thing that went wrong since the last reset; the figure says so.
    var failure: (any Error)?
}

/// Metrics in use outside of `compile`.
extension Metric {
    /// Adds labels and predictions [samples, …], each once; also of a metric of your own, whose `update` need not repeat the default.
    public final func update(_ yTrue: Tensor, _ yPred: Tensor) {
        update(yTrue, yPred, sampleWeight: nil)
    }

    /// Adds values to a `mean` or a `sum`.
    /// - Parameter sampleWeight: one number per sample, or more; nil counts each once.
    public func update(_ values: Tensor, sampleWeight: Tensor? = nil) {
        add([values]) {
            guard let definition = try definition() as? ValueDefinition else {
                throw KeratinError(.invalidArgument, "needs labels and predictions")
            }
            return (
                definition, MetricArguments(values, values, sampleWeight),
                try definition.update(values: values, weight: sampleWeight)
            )
        }
    }

    /// The same as `update`, under Keras's name.
    public func updateState(_ values: Tensor, sampleWeight: Tensor? = nil) {
        update(values, sampleWeight: sampleWeight)
    }

    /// The figure of everything since the last reset, with all its digits. Waits for the device.
    /// - Throws: `KeratinError` before the first update, after one that could not be done, if the metric has several figures, and within
    ///   a recorded function.
    @_disfavoredOverload
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
        if isOwnClass {
            let figure: Tensor = result()
            do { return try figure.floats().map { Double($0) } } catch let error as KeratinError {
                throw error.nested(in: place)
            }
        }
        let numbers = try totals.lock.withLock {
            if let failure = totals.failure { throw failure }
            return try CompensatedSum.totals(totals.storages)
        }
        let definition = try definition()
        guard let numbers else {
            return try (definition as? ValueDefinition).map {
                try definition.result($0.totalsOfNothing)
            }
        }
        return try definition.result(numbers)
    }

    /// Whether the figures are an array in Keras, even if there is only one.
    package var givesArray: Bool { (try? definition())?.givesArray ?? false }

    /// Sets what was collected to zero. If the device fails, the next result says so.
    func resetTotals() {
        totals.lock.withLock {
            totals.pending = nil
            let count = totals.storages.reduce(0) { $0 + $1.type.count }
            do {
                try totals.storages.first?.writeBlock([Float](repeating: 0, count: count))
                totals.failure = nil
            } catch {
                totals.failure = error
            }
        }
    }

    /// What was collected so far, bit for bit: the totals, then each variable of a metric of one's own.
    package func snapshot() throws -> [[Float]] {
        let numbers = try totals.lock.withLock {
            try totals.storages.first?.readBlock(
                totals.storages.reduce(0) { $0 + $1.type.count }) ?? []
        }
        return [numbers] + (try variables.map { try $0.state.values() })
    }

    /// Goes on from what `snapshot` gave.
    /// - Throws: `KeratinError` if it is that of another metric.
    package func restore(_ snapshot: [[Float]]) throws {
        let own = variables
        guard snapshot.count == own.count + 1,
            zip(own, snapshot.dropFirst()).allSatisfy({ $0.shape.count == $1.count })
        else {
            throw KeratinError(
                .invalidData, "what a run kept of it is not its own", at: "metric '\(name)'")
        }
        for (variable, values) in zip(own, snapshot.dropFirst()) {
            try variable.state.setValues(values)
        }
        try totals.lock.withLock {
            if snapshot[0].isEmpty { return }
            guard let first = totals.storages.first else {
                totals.pending = snapshot[0]
                return
            }
            try first.writeBlock(snapshot[0])
        }
    }

    /// Moves the totals to another backend.
    package func move(to backend: any Backend) throws {
        for variable in variables where variable.state.backend !== backend {
            try variable.move(to: backend)
        }
        try totals.lock.withLock {
            guard let first = totals.storages.first, first.backend !== backend else { return }
            let values = try first.readBlock(totals.storages.reduce(0) { $0 + $1.type.count })
            totals.storages = try StateStorage.block(totals.storages.map(\.type.shape), on: backend)
            try totals.storages[0].writeBlock(values)
        }
    }

    private var place: String { "metric '\(name)'" }

    /// What a batch adds, and what it was made from.
    typealias Addition = (
        definition: any MetricDefinition, arguments: MetricArguments, batch: [Tensor]
    )

    /// Adds what a batch gives. What goes wrong is kept for the next result; in a recording it ends that.
    func add(_ tensors: [Tensor], _ update: () throws -> Addition) {
        do {
            try totals.lock.withLock {
                try ImmediateExecution.recordOrRun(on: ImmediateExecution.backend(of: tensors)) {
                    try record($0, try update())
                }
            }
        } catch {
            let error = (error as? KeratinError)?.nested(in: place) ?? error
            if let trace = Trace.current { return trace.fail(error) }
            totals.lock.withLock { totals.failure = totals.failure ?? error }
        }
    }

    private func record(_ trace: Trace, _ addition: Addition) throws {
        let batch = addition.batch
        let shapes = batch.map(\.shape)
        if totals.storages.isEmpty {
            totals.storages = try StateStorage.block(shapes + shapes, on: Context.backend)
            let count = totals.storages.reduce(0) { $0 + $1.type.count }
            let kept = totals.pending.flatMap { $0.count == count ? $0 : nil }
            try totals.storages[0].writeBlock(kept ?? [Float](repeating: 0, count: count))
            totals.pending = nil
        }
        guard shapes + shapes == totals.storages.map(\.type.shape) else {
            throw KeratinError(.shapeMismatch, "the totals changed their shape with the data's")
        }
        try addition.definition.record(
            batch, from: addition.arguments, to: Array(totals.storages.prefix(batch.count)),
            Array(totals.storages.dropFirst(batch.count)), trace)
    }
}
