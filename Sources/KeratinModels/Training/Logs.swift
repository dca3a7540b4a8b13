import KeratinCore
import KeratinLayers
import KeratinTensor

/// What a step reports: figures by name, which `fit` shows and keeps in the history.
///
/// A metric gives the figure of all batches since the epoch began, a tensor (a scalar) that of the last batch:
///
///     return ["loss": loss, "divergence": divergence]
///     return Logs(total, divergence)
public struct Logs: ExpressibleByDictionaryLiteral {
    enum Source {
        /// The compiled loss and metrics; the tensor is the batch's loss.
        case compiled(loss: Tensor)
        case metric(Metric)
        case tensor(Tensor)
    }

    private(set) var entries: [(name: String, value: Source)] = []

    /// Figures of metrics, by the metrics' names.
    public init(_ metrics: Metric...) { self.init(metrics) }

    /// Figures of metrics, by the metrics' names.
    public init(_ metrics: [Metric]) {
        entries = metrics.map { ($0.name, .metric($0)) }
    }

    public init(dictionaryLiteral elements: (String, any LogValue)...) {
        for (name, value) in elements { add(name, value) }
    }

    init(compiled loss: Tensor, _ metrics: [Metric]) {
        entries = [("", .compiled(loss: loss))] + metrics.map { ($0.name, .metric($0)) }
    }

    /// Adds a figure, or replaces the one of its name.
    public mutating func add(_ name: String, _ value: any LogValue) {
        entries.removeAll { $0.name == name }
        switch value {
        case let metric as Metric: entries.append((name, .metric(metric)))
        case let tensor as Tensor: entries.append((name, .tensor(tensor)))
        default: break
        }
    }
}

extension Model {
    /// Figures of metrics, by the metrics' names, as a step of one's own reports them: `return logs(total, divergence)`.
    public func logs(_ metrics: Metric...) -> Logs { Logs(metrics) }
}

/// What a figure is taken from: a `Tensor` or a `Metric`.
public protocol LogValue {}
extension Tensor: LogValue {}
extension Metric: LogValue {}

/// The figures of a step's latest recording, and where their numbers are.
struct LoggedFigures {
    private enum Source {
        case compiled
        case metric(Metric)
        case number(StateStorage)
    }

    private var entries: [(name: String, source: Source)] = []

    private init() {}

    /// What was compiled, and a model's own metrics.
    init(compiled metrics: [Metric]) {
        entries = [("", .compiled)] + metrics.map { ($0.name, .metric($0)) }
    }

    /// Records that the tensors among the figures are kept.
    /// - Returns: the figures, and the compiled loss if it is among them.
    static func record(
        _ logs: Logs, _ trace: Trace, known: LoggedFigures?, at place: String
    ) throws -> (figures: LoggedFigures, loss: Tensor?) {
        var figures = LoggedFigures()
        var loss: Tensor?
        for (name, value) in logs.entries {
            switch value {
            case .compiled(let value):
                loss = value
                figures.entries.append((name, .compiled))
            case .metric(let metric): figures.entries.append((name, .metric(metric)))
            case .tensor(let tensor):
                guard tensor.count == 1 else {
                    throw KeratinError(
                        .shapeMismatch,
                        "the step reports '\(name)' of shape \(tensor.shape); figures are scalars: take its mean",
                        at: place)
                }
                let storage =
                    try known?.storage(name)
                    ?? StateStorage(TensorType(.scalar), on: try Context.backend)
                try storage.assign(tensor.cast(to: .float32).reshaped(.scalar), trace)
                figures.entries.append((name, .number(storage)))
            }
        }
        return (figures, loss)
    }

    private func storage(_ name: String) throws -> StateStorage? {
        let backend = try Context.backend
        for entry in entries where entry.name == name {
            if case .number(let storage) = entry.source, storage.backend === backend {
                return storage
            }
        }
        return nil
    }

    /// The numbers, sorted as Keras does. Waits for the device.
    func values(
        _ compiled: () throws -> [(name: String, value: Double)]
    ) throws -> [(name: String, value: Double)] {
        var values: [String: Double] = [:]
        for (name, source) in entries {
            switch source {
            case .compiled:
                for (name, value) in try compiled() { values[name] = value }
            case .metric(let metric):
                guard let figures = try metric.figures() else { continue }
                for (index, figure) in figures.enumerated() {
                    let isOnly = figures.count == 1 && !metric.givesArray
                    values[isOnly ? name : "\(name)[\(index)]"] = figure
                }
            case .number(let storage): values[name] = Double(try storage.values()[0])
            }
        }
        return values.map { (name: $0.key, value: $0.value) }
            .sorted { ArrayFigure.order($0.name, $1.name) }
    }
}
