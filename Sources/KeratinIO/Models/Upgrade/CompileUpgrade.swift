import KeratinCore
import KeratinLayers

/// `training_config` of whole models of Keras 1 and 2 and of tf.keras as the `compile_config` of Keras 3
/// (`save_model` in keras/models.py of 1.2.2 and 2.0.9, keras/saving/saving_utils.py of tf.keras 2.15).
enum CompileUpgrade {
    /// - Parameter outputs: the model's, if the file is of tf.keras, whose metrics of one output among several are called `output_metric`.
    static func upgraded(_ training: ConfigValue, outputs: [String] = []) -> ConfigValue {
        let training = LegacyValues.plain(training)
        var result: [String: ConfigValue] = [:]
        if let optimizer = training["optimizer_config"], optimizer != .null {
            result["optimizer"] = self.optimizer(optimizer)
        }
        for key in ["loss", "metrics", "weighted_metrics"] {
            guard let value = training[key], value != .null else { continue }
            let named = key == "loss" ? value : withoutOutputs(value, outputs)
            result[key] = functions(named)
        }
        result["loss_weights"] = training["loss_weights"]
        return .object(result)
    }

    /// Metrics as they were called before their output's name was put before theirs.
    private static func withoutOutputs(_ value: ConfigValue, _ outputs: [String]) -> ConfigValue {
        guard outputs.count > 1 else { return value }
        switch value {
        case .list(let values) where values.count == outputs.count:
            return .list(zip(values, outputs).map { without($1, $0) })
        case .object(let fields):
            return .object(
                Dictionary(uniqueKeysWithValues: fields.map { ($0, without($0, $1)) }))
        default: return value
        }
    }

    private static func without(_ output: String, _ value: ConfigValue) -> ConfigValue {
        switch value {
        case .list(let values): return .list(values.map { without(output, $0) })
        case .object(var fields):
            guard var config = fields["config"]?.fields, let name = config["name"]?.text,
                name.hasPrefix(output + "_")
            else { return value }
            config["name"] = .string(String(name.dropFirst(output.count + 1)))
            fields["config"] = .object(config)
            return .object(fields)
        default: return value
        }
    }

    private static func optimizer(_ value: ConfigValue) -> ConfigValue {
        guard var fields = value.fields, var config = fields["config"]?.fields else { return value }
        if let rate = config.removeValue(forKey: "lr"), config["learning_rate"] == nil {
            config["learning_rate"] = rate
        }
        // Keras 2 wrote none where it meant `keras.backend.epsilon()`.
        if config["epsilon"] == .null { config["epsilon"] = nil }
        for key in ["is_legacy_optimizer", "jit_compile", "schedule_decay"] { config[key] = nil }
        if let name = fields["class_name"]?.text {
            // `Custom>Adam` and the like are TensorFlow's own.
            fields["class_name"] = .string(String(name.split(separator: ">").last ?? ""))
        }
        fields["registered_name"] = nil
        fields["config"] = .object(config)
        return .object(fields)
    }

    /// Losses and metrics, by output or by name; functions in wrappers become their names.
    private static func functions(_ value: ConfigValue) -> ConfigValue {
        switch value {
        case .list(let values): return .list(values.map(functions))
        case .object(let fields):
            guard let className = fields["class_name"]?.text, var config = fields["config"]?.fields
            else { return .object(fields.mapValues(functions)) }
            if ["MeanMetricWrapper", "LossFunctionWrapper", "SumOverBatchSizeMetricWrapper"]
                .contains(className), let function = config["fn"]
            {
                let plain =
                    function["class_name"] == "function"
                    ? function["config"] ?? function : function
                // What a history calls it: "mae" of mean_absolute_error, "accuracy" of binary_accuracy.
                guard className == "MeanMetricWrapper", let name = config["name"], name != plain,
                    let text = plain.text
                else { return plain }
                config["fn"] = [
                    "module": "builtins", "class_name": "function", "config": .string(text),
                    "registered_name": "function",
                ]
                return [
                    "module": "keras.metrics", "class_name": .string(className),
                    "config": .object(config),
                ]
            }
            if config["reduction"] == "auto" { config["reduction"] = "sum_over_batch_size" }
            config["fn"] = nil
            var result = fields
            result["config"] = .object(config)
            return .object(result)
        default: return value
        }
    }
}
