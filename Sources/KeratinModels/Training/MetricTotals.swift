import KeratinCore
import KeratinLayers
import KeratinTensor

/// The totals of the loss and the metrics on the device, and their figures.
///
/// They are laid out when the first step is recorded, since some depend on the number of classes. Each is a compensated
/// sum, so that long epochs cost no digits.
final class MetricTotals {
    let metrics: [Metric]
    let weightedMetrics: [Metric]
    private let definitions: [any MetricDefinition]
    /// The names of the figures: those of the metrics, made unique by Keras's rule.
    private let names: [String]
    private let backend: () throws -> any Backend

    /// All totals side by side in one buffer, then what was rounded away of each; and how many totals belong to each
    /// metric. The loss's total and count come first.
    private var storages: [StateStorage] = []
    private var counts: [Int] = []

    /// - Throws: `KeratinError` for an unknown metric.
    init(
        metrics: [Metric], weightedMetrics: [Metric], backend: @escaping () throws -> any Backend
    ) throws {
        self.metrics = metrics
        self.weightedMetrics = weightedMetrics
        self.backend = backend
        definitions = try (metrics + weightedMetrics).map { try $0.definition() }
        var used: [String: Int] = [:]
        func unique(_ name: String) -> String {
            defer { used[name, default: 0] += 1 }
            return used[name].map { "\(name)_\($0)" } ?? name
        }
        let plain = metrics.map { unique($0.name) }
        let weighted = weightedMetrics.map { metric in
            unique(used[metric.name] == nil ? metric.name : "weighted_\(metric.name)")
        }
        names = plain + weighted
    }

    private var elementCount: Int { storages.reduce(0) { $0 + $1.type.count } }

    func reset() throws {
        try storages.first?.writeBlock([Float](repeating: 0, count: elementCount))
    }

    /// Moves the numbers to another backend.
    func move(to backend: any Backend) throws {
        guard let values = try storages.first?.readBlock(elementCount) else { return }
        storages = try StateStorage.block(storages.map(\.type.shape), on: backend)
        try storages[0].writeBlock(values)
    }

    /// Records what a batch adds.
    func accumulate(
        _ trace: Trace, loss: Tensor, yTrue: Tensor, yPred: Tensor, weight: Tensor?, samples: Int
    ) throws {
        var batches = [[try loss * Double(samples), try Tensor(Double(samples))]]
        for (index, definition) in definitions.enumerated() {
            let weight = index < metrics.count ? nil : weight
            do {
                batches.append(try definition.update(yTrue, yPred, weight: weight))
            } catch let error as KeratinError {
                throw error.nested(in: "metric '\(names[index])'")
            }
        }
        try layOut(batches.flatMap { $0.map(\.shape) }, batches.map(\.count))
        var first = 0
        for (index, batch) in batches.enumerated() {
            let range = first..<(first + batch.count)
            first = range.upperBound
            let sums = { range.map { self.storages[$0].read(trace) } }
            let additions =
                index == 0 ? batch : try definitions[index - 1].additions(of: batch, to: sums)
            for (place, addition) in zip(range, additions) {
                let (sum, lost) = (storages[place], storages[storages.count / 2 + place])
                let next = try CompensatedSum.adding(
                    addition, to: sum.read(trace), lost.read(trace))
                try sum.assign(next.sum, trace)
                try lost.assign(next.lost, trace)
            }
        }
    }

    private func layOut(_ shapes: [Shape], _ counts: [Int]) throws {
        if storages.isEmpty {
            storages = try StateStorage.block(shapes + shapes, on: backend())
            self.counts = counts
            try reset()
        }
        guard shapes + shapes == storages.map(\.type.shape) else {
            throw KeratinError(
                .shapeMismatch, "the metrics' totals changed their shape with the data's")
        }
    }

    /// The totals of all batches since they were reset.
    private func totals() throws -> [[Double]]? {
        guard let values = try storages.first?.readBlock(elementCount) else { return nil }
        let half = values.count / 2
        var offset = 0
        return storages.prefix(storages.count / 2).map { storage in
            defer { offset += storage.type.count }
            return (offset..<(offset + storage.type.count)).map {
                CompensatedSum.total(values[$0], values[half + $0])
            }
        }
    }

    /// The loss and the metrics since they were reset, by name, sorted as Keras does. A metric whose figures are an array
    /// in Keras gives `name[0]`, `name[1]`, …, also if there is only one. Waits for the device.
    func logs() throws -> [(name: String, value: Double)] {
        guard let totals = try totals() else { return [] }
        // A metric of the loss's name takes its place, as in Keras.
        var logs = ["loss": totals[1][0] == 0 ? 0 : totals[0][0] / totals[1][0]]
        var next = 2
        for (index, definition) in definitions.enumerated() {
            let figures = definition.result(Array(totals[next..<(next + counts[index + 1])]))
            next += counts[index + 1]
            for (number, figure) in figures.enumerated() {
                let isOnly = figures.count == 1 && !definition.givesArray
                logs[isOnly ? names[index] : "\(names[index])[\(number)]"] = figure
            }
        }
        // Keras sorts the names of metrics; a metric's own figures keep their order.
        return logs.map { (name: $0.key, value: $0.value) }.sorted {
            ArrayFigure.order($0.name, $1.name)
        }
    }
}
