import KeratinCore
import KeratinLayers
import KeratinTensor

/// The totals of the loss and the metrics on the device, and their figures.
///
/// They are laid out when the first step is recorded, since some depend on the number of classes. Each is a compensated
/// sum, so that long epochs cost no digits.
final class MetricTotals {
    /// A metric of an output.
    private struct Entry {
        var output: Int
        var isWeighted: Bool
        var definition: any MetricDefinition
        /// The name of the figure: that of the metric, made unique by Keras's rule.
        var name: String
        /// Which way it gets better, if that is known.
        var direction: MetricDirection?
    }

    private let entries: [Entry]
    /// The names of the outputs' own losses, where there are several.
    private let lossNames: [String]
    private let backend: () throws -> any Backend

    /// All totals side by side in one buffer, then what was rounded away of each; and how many totals belong to each
    /// metric. The loss's total and count come first, then those of the outputs' losses.
    private var storages: [StateStorage] = []
    private var counts: [Int] = []

    /// - Parameter reportedLosses: the outputs whose loss is a figure of its own.
    /// - Throws: `KeratinError` for an unknown metric, and metrics of an output that is not there.
    init(
        _ specification: CompileSpecification, outputs: [String], reportedLosses: [Int],
        at place: String, backend: @escaping () throws -> any Backend
    ) throws {
        self.backend = backend
        lossNames = reportedLosses.map { "\(outputs[$0])_loss" }
        var used: [String: Int] = [:]
        func unique(_ name: String) -> String {
            defer { used[name, default: 0] += 1 }
            return used[name].map { "\(name)_\($0)" } ?? name
        }
        func entries(_ metrics: PerOutput<[Metric]>, isWeighted: Bool) throws -> [Entry] {
            let what = isWeighted ? "weighted metric" : "metric"
            if case .one(let all) = metrics, outputs.count > 1, !all.isEmpty {
                throw KeratinError(
                    .invalidArgument,
                    "has \(outputs.count) outputs: \(what)s are given by name (\(outputs.joined(separator: ", "))) or as a list for each",
                    at: place)
            }
            let lists = try metrics.resolved(outputs, what: what, sharesOne: true, at: place)
            return try lists.enumerated().flatMap { output, list in
                let prefix = outputs.count > 1 ? "\(outputs[output])_" : ""
                return try (list ?? []).map { metric in
                    let name = prefix + metric.name
                    let isTaken = isWeighted && used[name] != nil
                    return Entry(
                        output: output, isWeighted: isWeighted, definition: try metric.definition(),
                        name: unique(isTaken ? "\(prefix)weighted_\(metric.name)" : name),
                        direction: metric.direction)
                }
            }
        }
        let plain = try entries(specification.metrics, isWeighted: false)
        self.entries = plain + (try entries(specification.weightedMetrics, isWeighted: true))
    }

    /// The names of the figures, in the order of their totals.
    var names: [String] { ["loss"] + lossNames + entries.map(\.name) }

    /// Which way a figure gets better; nil: it is none of these, or that is not known.
    func direction(of name: String) -> MetricDirection? {
        if let entry = entries.first(where: { $0.name == name }) { return entry.direction }
        return name == "loss" || lossNames.contains(name) ? .down : nil
    }

    private var elementCount: Int { storages.reduce(0) { $0 + $1.type.count } }

    func reset() throws {
        try storages.first?.writeBlock([Float](repeating: 0, count: elementCount))
    }

    /// The numbers as they are on the device, and what was rounded away of them; nil before the first step is recorded.
    func snapshot() throws -> [Float]? {
        guard let first = storages.first else { return nil }
        return try first.readBlock(elementCount)
    }

    /// Stores what `snapshot` gave.
    /// - Throws: `KeratinError` if the totals are laid out otherwise.
    func restore(_ values: [Float]) throws {
        guard !storages.isEmpty, values.count == elementCount else {
            throw KeratinError(
                .invalidData,
                "the totals of the metrics are \(elementCount) numbers, got \(values.count)")
        }
        try storages[0].writeBlock(values)
    }

    /// Moves the numbers to another backend.
    func move(to backend: any Backend) throws {
        guard let values = try storages.first?.readBlock(elementCount) else { return }
        storages = try StateStorage.block(storages.map(\.type.shape), on: backend)
        try storages[0].writeBlock(values)
    }

    /// Records what a batch adds.
    func accumulate(
        _ trace: Trace, _ losses: StepLosses.Values, _ batch: StepParts<Tensor>, outputs: [Tensor],
        samples: Int
    ) throws {
        // Every sample counts once in the total; every batch in the losses of outputs, as in Keras on TensorFlow.
        var batches = [[losses.figure * Double(samples), Tensor(Double(samples))]]
        if !lossNames.isEmpty { batches[0] += losses.parts + [Tensor(1.0)] }
        var arguments: [MetricArguments] = []
        for entry in entries {
            guard entry.output < outputs.count, let label = batch.labels[entry.output] else {
                throw KeratinError(
                    .invalidData, "needs labels for the output \(entry.output)",
                    at: "metric '\(entry.name)'")
            }
            do {
                let given = MetricArguments(
                    label, outputs[entry.output],
                    entry.isWeighted ? batch.weights[entry.output] : nil)
                arguments.append(given)
                batches.append(
                    try entry.definition.update(given.yTrue, given.yPred, weight: given.weight))
            } catch let error as KeratinError {
                throw error.nested(in: "metric '\(entry.name)'")
            }
        }
        try layOut(batches.flatMap { $0.map(\.shape) }, batches.map(\.count))
        var first = 0
        for (index, batch) in batches.enumerated() {
            let range = first..<(first + batch.count)
            first = range.upperBound
            let half = storages.count / 2
            let sums = Array(storages[range])
            let lost = Array(storages[(range.lowerBound + half)..<(range.upperBound + half)])
            if index == 0 {
                try CompensatedSum.add(batch, to: sums, lost, trace)
            } else {
                try entries[index - 1].definition.record(
                    batch, from: arguments[index - 1], to: sums, lost, trace)
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
    private func totals() throws -> [[Double]]? { try CompensatedSum.totals(storages) }

    /// The loss and the metrics since they were reset, by name, sorted as Keras does. A metric whose figures are an array
    /// in Keras gives `name[0]`, `name[1]`, …, also if there is only one. Waits for the device.
    func logs() throws -> [(name: String, value: Double)] {
        guard let totals = try totals() else { return [] }
        func mean(_ sum: Int, _ count: Int) -> Double {
            totals[count][0] == 0 ? 0 : totals[sum][0] / totals[count][0]
        }
        // A metric of a loss's name takes its place, as in Keras.
        var logs = ["loss": mean(0, 1)]
        for (index, name) in lossNames.enumerated() {
            logs[name] = mean(2 + index, 2 + lossNames.count)
        }
        var next = counts[0]
        for (index, entry) in entries.enumerated() {
            let figures = try entry.definition.result(
                Array(totals[next..<(next + counts[index + 1])]))
            next += counts[index + 1]
            for (number, figure) in figures.enumerated() {
                let isOnly = figures.count == 1 && !entry.definition.givesArray
                logs[isOnly ? entry.name : "\(entry.name)[\(number)]"] = figure
            }
        }
        // Keras sorts the names of metrics; a metric's own figures keep their order.
        return logs.map { (name: $0.key, value: $0.value) }.sorted {
            ArrayFigure.order($0.name, $1.name)
        }
    }
}
