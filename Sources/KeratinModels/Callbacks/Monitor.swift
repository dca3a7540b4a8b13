import KeratinCore
import KeratinLayers

/// Whether a figure is better when it is smaller or greater.
public enum MonitorMode: String, Sendable, CaseIterable {
    /// As the metric of the name says; the loss is better when it is smaller.
    case auto
    /// Smaller is better.
    case min
    /// Greater is better.
    case max
}

extension MonitorMode: ExpressibleByStringLiteral {
    /// By Keras's name. An unknown one warns and is `auto`, as in Keras.
    public init(stringLiteral name: String) { self.init(name) }

    /// By Keras's name. An unknown one warns and is `auto`, as in Keras.
    public init(_ name: String) {
        if let mode = MonitorMode(rawValue: name) {
            self = mode
        } else {
            warn("the mode '\(name)' is none of auto, min and max; auto is taken")
            self = .auto
        }
    }
}

/// Watches one figure of the epochs and knows which values are better.
package struct Monitor {
    /// The figure's name.
    package let name: String
    private let mode: MonitorMode
    private let minDelta: Double
    /// The class that asks, as messages name it.
    private let owner: String
    /// The best value so far.
    package var best: Double?
    private var isGreaterBetter: Bool?

    package init(
        _ name: String, _ mode: MonitorMode, minDelta: Double = 0, best: Double? = nil,
        owner: String
    ) {
        self.name = name
        self.mode = mode
        self.minDelta = abs(minDelta)
        self.best = best
        self.owner = owner
    }

    /// Finds out what is better, once the model's metrics are known.
    /// - Parameter logs: the figures that there are.
    /// - Throws: `KeratinError` if only the user can know.
    package mutating func resolve(_ model: Model, _ logs: Logs) throws {
        guard isGreaterBetter == nil else { return }
        let plain = name.hasPrefix("val_") ? String(name.dropFirst(4)) : name
        switch mode {
        case .min: isGreaterBetter = false
        case .max: isGreaterBetter = true
        case .auto:
            guard let known = model.direction(ofFigure: plain) else {
                throw KeratinError(
                    .invalidArgument,
                    "whether '\(name)' is better when it is smaller or greater is not known: say mode: .min or mode: .max (the figures are \(logs.keys.joined(separator: ", ")))",
                    at: owner)
            }
            isGreaterBetter = known == .up
        }
    }

    /// Whether a value is better than another, by more than the least difference; anything is better than none.
    package func isBetter(_ value: Double, than other: Double?) -> Bool {
        guard let other else { return true }
        return isGreaterBetter == true ? value - minDelta > other : value + minDelta < other
    }
}

extension Model {
    /// Which way a figure gets better, by its name without `val_`; nil: not known.
    func direction(ofFigure name: String) -> MetricDirection? {
        lock.withLock {
            if let known = training?.totals?.direction(of: name) { return known }
            if let metric = metrics.first(where: { $0.name == name }) { return metric.direction }
            return name == "loss" ? .down : nil
        }
    }
}
