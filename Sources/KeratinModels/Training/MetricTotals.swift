import KeratinCore
import KeratinLayers
import KeratinTensor

/// The totals of the loss and the metrics on the device, and their figures.
///
/// They are laid out when the first step is recorded, since some depend on the number of classes.
final class MetricTotals {
    let metrics: [Metric]
    let weightedMetrics: [Metric]
    private let definitions: [any MetricDefinition]
    /// The names of the figures: those of the metrics, made unique by Keras's rule.
    private let names: [String]
    private let backend: () throws -> any Backend

    /// All totals side by side in one buffer, and how many belong to each metric; the loss's total and count
    /// come first.
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
        var additions = [try loss * Double(samples), try Tensor(Double(samples))]
        var counts = [2]
        for (index, definition) in definitions.enumerated() {
            let weight = index < metrics.count ? nil : weight
            do {
                let totals = try definition.update(yTrue, yPred, weight: weight)
                additions += totals
                counts.append(totals.count)
            } catch let error as KeratinError {
                throw error.nested(in: "metric '\(names[index])'")
            }
        }
        try layOut(additions.map(\.shape), counts)
        for (storage, addition) in zip(storages, additions) {
            try storage.assign(try storage.read(trace) + addition, trace)
        }
    }

    private func layOut(_ shapes: [Shape], _ counts: [Int]) throws {
        if storages.isEmpty {
            storages = try StateStorage.block(shapes, on: backend())
            self.counts = counts
            try reset()
        }
        guard shapes == storages.map(\.type.shape) else {
            throw KeratinError(
                .shapeMismatch, "the metrics' totals changed their shape with the data's")
        }
    }

    /// The loss and the metrics since they were reset, by name, sorted as Keras does. A metric of several figures
    /// gives `name[0]`, `name[1]`, …  Waits for the device.
    func logs() throws -> [(name: String, value: Double)] {
        guard let values = try storages.first?.readBlock(elementCount) else { return [] }
        var offset = 0
        let totals = storages.map { storage in
            defer { offset += storage.type.count }
            return values[offset..<(offset + storage.type.count)].map { Double($0) }
        }
        var logs = [(name: "loss", value: totals[1][0] == 0 ? 0 : totals[0][0] / totals[1][0])]
        var next = 2
        for (index, definition) in definitions.enumerated() {
            let figures = definition.result(Array(totals[next..<(next + counts[index + 1])]))
            next += counts[index + 1]
            if figures.count == 1 {
                logs.append((names[index], figures[0]))
            } else {
                logs += figures.enumerated().map { ("\(names[index])[\($0)]", $1) }
            }
        }
        return logs.sorted { $0.name < $1.name }
    }
}
