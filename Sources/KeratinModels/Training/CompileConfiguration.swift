import KeratinCore
import KeratinLayers

extension Model {
    /// How the model was compiled, as Keras's files hold it; nil if it was not.
    /// - Throws: `KeratinError` if a part is a closure that was never registered.
    package func compileConfig() throws -> ConfigValue? {
        guard let training else { return nil }
        return [
            "optimizer": try training.optimizer.optimizer.serialized(),
            "loss": try training.loss.serialized(),
            "loss_weights": .null,
            "metrics": try list(training.totals.metrics),
            "weighted_metrics": try list(training.totals.weightedMetrics),
            "run_eagerly": false, "steps_per_execution": 1, "jit_compile": false,
        ]
    }

    private func list(_ metrics: [Metric]) throws -> ConfigValue {
        metrics.isEmpty ? .null : .list(try metrics.map { try $0.serialized() })
    }

    /// Compiles the model as a file says.
    /// - Throws: `KeratinError` for what is unknown, or not there.
    package func compile(from value: ConfigValue) throws {
        guard case .object(let fields) = value.plain else {
            throw KeratinError(
                .invalidData, "expected an object, got \(value)", at: "compile_config")
        }
        func part(_ key: String) -> ConfigValue? { fields[key].flatMap { $0 == .null ? nil : $0 } }
        guard let loss = try part("loss").map(single) else {
            // Keras writes an empty object for a model that was not compiled.
            if !fields.isEmpty {
                warn("\(name) was compiled without a loss, so it is not compiled")
            }
            return
        }
        if let weights = part("loss_weights"), try single(weights).asNumber != 1 {
            throw KeratinError(.unavailable, "loss_weights are not there yet", at: name)
        }
        try compile(
            optimizer: try part("optimizer").map { try Optimizer.deserialize($0) } ?? .rmsprop(),
            loss: try Loss.deserialize(loss), metrics: try metrics(part("metrics")),
            weightedMetrics: try metrics(part("weighted_metrics")))
    }

    /// The only entry, where Keras allows one an output.
    private func single(_ value: ConfigValue) throws -> ConfigValue {
        switch value {
        case .list(let values) where values.count == 1: return values[0]
        case .object(let values) where values["class_name"] == nil && values.count == 1:
            return values.first!.value
        case .list:
            throw KeratinError(
                .unavailable, "losses of several outputs are not there yet", at: name)
        default: return value
        }
    }

    private func metrics(_ value: ConfigValue?) throws -> [Metric] {
        guard let value else { return [] }
        var entries: [ConfigValue]
        switch value {
        case .list(let values): entries = values
        case .object(let values) where values["class_name"] == nil: entries = Array(values.values)
        default: entries = [value]
        }
        // One list an output.
        if entries.count == 1, case .list(let inner) = entries[0] { entries = inner }
        return try entries.filter { $0 != .null }.map { try Metric.deserialize($0) }
    }
}
