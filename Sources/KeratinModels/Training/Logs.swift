import KeratinCore
import KeratinLayers
import KeratinTensor

/// Figures by name: what a step reports, and what callbacks are told.
///
/// A step of one's own returns them. A metric gives the figure of all batches since the epoch began, a tensor (a scalar) that of the last
/// batch:
///
///     return ["loss": loss, "divergence": divergence]
///     return Logs(total, divergence)
///
/// Callbacks read them: `logs["val_loss"]`. They are read from the device when somebody asks for the first time. What a callback sets,
/// `logs["learning_rate"] = rate`, later ones see, and at the end of an epoch the history.
public final class Logs: ExpressibleByDictionaryLiteral {
    enum Source {
        /// The compiled loss and metrics; the tensor is the batch's loss.
        case compiled(loss: Tensor)
        case metric(Metric)
        case tensor(Tensor)
        case number(Double)
    }

    private(set) var entries: [(name: String, value: Source)] = []
    /// The results of a batch, after a batch of a prediction; else none.
    public internal(set) var outputs: [Tensor] = []
    /// Reads the numbers; nil: they were read.
    private var reading: (() throws -> [(name: String, value: Double)])?
    private var failure: (any Error)?

    /// No figures.
    public convenience init() { self.init([]) }

    /// Figures of metrics, by the metrics' names.
    public convenience init(_ metrics: Metric...) { self.init(metrics) }

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

    /// Numbers that are there.
    init(numbers figures: [(name: String, value: Double)]) {
        entries = figures.map { ($0.name, .number($0.value)) }
    }

    /// Numbers that are read when somebody asks for them.
    init(reading: @escaping () throws -> [(name: String, value: Double)]) {
        self.reading = reading
    }

    /// Adds a figure, or replaces the one of its name.
    public func add(_ name: String, _ value: any LogValue) {
        read()
        let source: Source
        switch value {
        case let metric as Metric: source = .metric(metric)
        case let tensor as Tensor: source = .tensor(tensor)
        case let number as Double: source = .number(number)
        default: return
        }
        if let place = entries.firstIndex(where: { $0.name == name }) {
            entries[place].value = source
        } else {
            entries.append((name, source))
        }
    }

    /// Reads the numbers now, unless they were read.
    func read() {
        guard let reading else { return }
        self.reading = nil
        do {
            entries = try reading().map { ($0.name, .number($0.value)) }
        } catch {
            failure = error
        }
    }

    /// - Throws: what went wrong when the numbers were read.
    func check() throws {
        if let failure { throw failure }
    }
}

extension Logs {
    /// The number of a name; nil if there is none, as in the logs of a step that is being recorded. Setting nil takes it away.
    public subscript(name: String) -> Double? {
        get {
            read()
            guard case .number(let number) = entries.first(where: { $0.name == name })?.value
            else { return nil }
            return number
        }
        set {
            if let newValue { return add(name, newValue) }
            read()
            entries.removeAll { $0.name == name }
        }
    }

    /// The names, in their order.
    public var keys: [String] {
        read()
        return entries.map(\.name)
    }

    /// The numbers with their names, in their order.
    public var figures: [(name: String, value: Double)] {
        read()
        return entries.compactMap { name, value in
            if case .number(let number) = value { (name, number) } else { nil }
        }
    }
}

extension Logs: CustomStringConvertible {
    /// The names with their numbers: `loss: 0.25, accuracy: 0.9`.
    public var description: String {
        keys.map { name in self[name].map { "\(name): \($0)" } ?? name }.joined(separator: ", ")
    }
}

extension Model {
    /// Figures of metrics, by the metrics' names, as a step of one's own reports them: `return logs(total, divergence)`.
    public func logs(_ metrics: Metric...) -> Logs { Logs(metrics) }
}

/// What a figure is taken from: a `Tensor`, a `Metric`, or a number.
public protocol LogValue {}
extension Tensor: LogValue {}
extension Double: LogValue {}
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
            case .tensor, .number:
                let tensor = if case .tensor(let tensor) = value { tensor } else { value.constant }
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

    /// Where the latest recording put a number.
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

extension Logs.Source {
    /// A number as a tensor.
    fileprivate var constant: Tensor {
        if case .number(let number) = self { Tensor(number) } else { Tensor(Double.nan) }
    }
}
