import KeratinCore
import KeratinLayers

extension Model {
    /// How the model was compiled, as Keras's files hold it; nil if it was not.
    /// - Throws: `KeratinError` if a part is a closure that was never registered.
    package func compileConfig() throws -> ConfigValue? {
        guard let training else { return nil }
        let specification = training.specification
        return [
            "optimizer": try training.owner.serialized(),
            "loss": specification.loss.all.isEmpty
                ? .null : try value(specification.loss) { try $0.serialized() },
            "loss_weights": try specification.lossWeights.map {
                try value($0) { .number($0) }
            } ?? .null,
            "metrics": try list(specification.metrics),
            "weighted_metrics": try list(specification.weightedMetrics),
            "run_eagerly": .boolean(specification.runEagerly),
            "steps_per_execution": .integer(specification.stepsPerExecution),
            "jit_compile": false,
        ]
    }

    private func list(_ metrics: PerOutput<[Metric]>) throws -> ConfigValue {
        if metrics.all.allSatisfy(\.isEmpty) { return .null }
        return try value(metrics) { .list(try $0.map { try $0.serialized() }) }
    }

    private func value<Value>(
        _ values: PerOutput<Value>, _ serialize: (Value) throws -> ConfigValue
    ) throws -> ConfigValue {
        switch values {
        case .one(let value): try serialize(value)
        case .list(let values): .list(try values.map { try $0.map(serialize) ?? .null })
        case .named(let values): .object(try values.mapValues(serialize))
        }
    }

    /// Compiles the model as a file says.
    /// - Throws: `KeratinError` for what is unknown, or not there.
    package func compile(from value: ConfigValue) throws {
        guard case .object(let fields) = value.plain else {
            throw KeratinError(
                .invalidData, "expected an object, got \(value)", at: "compile_config")
        }
        func part(_ key: String) -> ConfigValue? { fields[key].flatMap { $0 == .null ? nil : $0 } }
        // Keras writes an empty object for a model that was not compiled.
        guard !fields.isEmpty else { return }
        try compile(
            try part("optimizer").map { try Optimizer.deserialize($0) } ?? .rmsprop(),
            CompileSpecification(
                loss: try part("loss").map { try perOutput($0) { try Loss.deserialize($0) } }
                    ?? .named([:]),
                lossWeights: try part("loss_weights").map {
                    try perOutput($0) { value in
                        guard let number = value.asNumber else {
                            throw KeratinError(
                                .invalidData, "a loss weight must be a number, got \(value)",
                                at: "compile_config")
                        }
                        return number
                    }
                },
                metrics: try metrics(part("metrics")),
                weightedMetrics: try metrics(part("weighted_metrics")),
                runEagerly: part("run_eagerly") == .boolean(true),
                stepsPerExecution: max(part("steps_per_execution")?.asInteger ?? 1, 1)))
    }

    /// Values for the outputs, as Keras allows them: one, a list, or an object by name.
    private func perOutput<Value>(
        _ value: ConfigValue, _ make: (ConfigValue) throws -> Value
    ) throws -> PerOutput<Value> {
        switch value {
        case .list(let values):
            let made = try values.map { $0 == .null ? nil : try make($0) }
            if made.count == 1, let only = made[0] { return .one(only) }
            return .list(made)
        case .object(let values) where values["class_name"] == nil:
            let made = try values.filter { $0.value != .null }.mapValues(make)
            if outputNames.count <= 1, made.count == 1, let only = made.first {
                return .one(only.value)
            }
            return .named(made)
        default: return .one(try make(value))
        }
    }

    private func metrics(_ value: ConfigValue?) throws -> PerOutput<[Metric]> {
        func several(_ value: ConfigValue) throws -> [Metric] {
            let entries: [ConfigValue] =
                if case .list(let values) = value { values } else { [value] }
            return try entries.filter { $0 != .null }.map { try Metric.deserialize($0) }
        }
        guard let value else { return .one([]) }
        switch value {
        case .list(let values):
            // A list of one entry per output, or of metrics for the only one.
            guard outputNames.count > 1 else {
                return .one(
                    try values.flatMap { try several($0) })
            }
            return .list(try values.map { $0 == .null ? nil : try several($0) })
        case .object(let values) where values["class_name"] == nil:
            let made = try values.filter { $0.value != .null }.mapValues(several)
            if outputNames.count <= 1 {
                return .one(made.sorted { $0.key < $1.key }.flatMap(\.value))
            }
            return .named(made)
        default: return .one(try several(value))
        }
    }
}
