import KeratinCore
import KeratinLayers

/// Turns configurations of Keras 3 into the form that Keras 3 and tf.keras 2.15 both read in `.h5` files.
///
/// Models, inputs, losses and the like are found by their class alone (`{"class_name": …, "config": …}`), inputs have a
/// `batch_input_shape`, and uses of layers in graphs are lists of `[layer, use, result]`. Where only Keras 3 has a form for something, it gets
/// Keras 3's, and `unknown` says so.
struct LegacyConfiguration {
    /// What tf.keras 2.15 cannot read, in words.
    private(set) var unknown: [String] = []

    private mutating func note(_ text: String) {
        if !unknown.contains(text) { unknown.append(text) }
    }

    // MARK: Layers

    /// A model, without how it was compiled.
    mutating func model(_ object: SerializedObject) -> ConfigValue {
        [
            "class_name": .string(object.className),
            "config": .object(layers(of: object.config)),
        ]
    }

    private mutating func layers(of config: ConfigValue) -> [String: ConfigValue] {
        guard case .object(var fields) = config else { return [:] }
        guard case .list(let entries)? = fields["layers"] else { return fields }
        // A Sequential has no policy of its own in tf.keras.
        fields["dtype"] = nil
        let graph = fields["input_layers"] == nil ? nil : LegacyGraph(entries)
        fields["layers"] = .list(entries.map { entry($0, graph) })
        return fields
    }

    /// A layer of a model, with its uses if the model is a graph.
    private mutating func entry(_ value: ConfigValue, _ graph: LegacyGraph?) -> ConfigValue {
        // By its class alone, Keras 3 forgets a layer's axes unless it has one, and tf.keras finds no SpectralNormalization. Inputs and models both find
        // by their class alone.
        let isPlain = value["module"] == "keras.layers" && value["class_name"] != "InputLayer"
        var result = isPlain ? withModule(value) : layer(value)
        guard let graph, case .object(var fields) = result else { return result }
        let name = value["name"] ?? .null
        fields["name"] = name
        let (nodes, problem) = graph.nodes(value)
        fields["inbound_nodes"] = nodes
        if let problem { note("\(problem) ('\(name.asText ?? "")')") }
        result = .object(fields)
        return result
    }

    private mutating func layer(_ value: ConfigValue) -> ConfigValue {
        guard let object = try? SerializedObject(value, what: "layer") else { return value }
        if object.module?.hasPrefix("keras.src.ops") ?? false {
            note("operations in the graph, such as \(object.className)")
            guard case .object(var fields) = value else { return value }
            fields["inbound_nodes"] = nil
            fields["name"] = nil
            return .object(fields)
        }
        if LayerRegistry.modelClasses.contains(object.className) { return model(object) }
        guard case .object(var fields) = object.config else { return value }
        let rules = LegacyArguments.rules(object.className)
        if rules.isUnknown { note("the layer \(object.className)") }
        for (key, argument) in rules.arguments {
            guard let value = fields[key] else { continue }
            switch argument {
            case .renamed(let name):
                fields[key] = nil
                fields[name] = value
            case .seed: fields[key] = nil
            case .only(let accepted):
                fields[key] = nil
                if !accepted.contains(value) {
                    note("the argument \(key) of \(object.className)")
                    fields[key] = value
                }
            }
        }
        for (key, value) in fields { fields[key] = inner(key, value, object.className) }
        return [
            "class_name": .string(object.registeredName ?? object.className),
            "config": .object(fields),
        ]
    }

    /// An argument: layers inside of a layer are layers, other objects stay as they are.
    private mutating func inner(_ key: String, _ value: ConfigValue, _ className: String)
        -> ConfigValue
    {
        switch key {
        case "layer", "backward_layer", "cell":
            return value == .null ? value : withModule(value)
        case "cells":
            guard case .list(let cells) = value else { return value }
            return .list(cells.map { withModule($0) })
        case _ where value["class_name"] == "OrthogonalInitializer":
            // tf.keras knows it by its other name only.
            guard case .object(var fields) = value else { return value }
            fields["class_name"] = "Orthogonal"
            return .object(fields)
        case "activation", "recurrent_activation":
            if case .string(let name) = value { checkActivation(name) }
            return value
        default: return value
        }
    }

    /// A layer that both find by its module.
    private mutating func withModule(_ value: ConfigValue) -> ConfigValue {
        guard case .object(var fields) = layer(value), case .object(let old) = value else {
            return value
        }
        for key in ["module", "class_name", "registered_name"] { fields[key] = old[key] }
        return .object(fields)
    }

    private mutating func checkActivation(_ name: String) {
        if name == "hard_sigmoid" {
            note("the activation hard_sigmoid, which is another function there,")
        } else if !LegacyArguments.activations.contains(name) {
            note("the activation \(name)")
        }
    }

    // MARK: How it was compiled

    /// A `compile_config` as a `training_config`.
    mutating func training(_ compile: ConfigValue) -> ConfigValue {
        guard case .object(var fields) = compile else { return [:] }
        let optimizer = fields.removeValue(forKey: "optimizer") ?? .null
        fields["optimizer_config"] = self.optimizer(optimizer)
        fields["loss"] = fields["loss"].map { functions($0, .loss) }
        for key in ["metrics", "weighted_metrics"] {
            fields[key] = fields[key].map { functions($0, .metric) }
        }
        return .object(fields)
    }

    private mutating func optimizer(_ value: ConfigValue) -> ConfigValue {
        guard let object = try? SerializedObject(value, what: "optimizer"),
            case .object(var config) = object.config
        else { return value }
        if !LegacyArguments.optimizers.contains(object.className) {
            note("the optimizer \(object.className)")
        }
        let averages = config["use_ema"] == true
        for (key, accepted) in LegacyArguments.optimizerArguments {
            guard let value = config[key] else { continue }
            if accepted.contains(value) || key.hasPrefix("ema_") && !averages {
                config[key] = nil
            } else {
                note("the optimizer's argument \(key)")
            }
        }
        // Without a limit there is none.
        for key in ["clipnorm", "clipvalue", "global_clipnorm"] where config[key] == .null {
            config[key] = nil
        }
        return [
            "class_name": .string(object.registeredName ?? object.className),
            "config": .object(config),
        ]
    }

    private enum FunctionKind: String {
        case loss, metric
    }

    /// Losses or metrics, in lists and by names of outputs too.
    private mutating func functions(_ value: ConfigValue, _ kind: FunctionKind) -> ConfigValue {
        switch value {
        case .list(let values): return .list(values.map { functions($0, kind) })
        case .string(let name): return named(name, kind).map { function($0, kind) } ?? value
        case .object(let fields):
            guard let object = try? SerializedObject(value, what: kind.rawValue) else {
                return .object(fields.mapValues { functions($0, kind) })
            }
            return function(object, kind)
        default: return value
        }
    }

    /// The class that a name stands for. Keras 3.15 finds no function by its name in these files; what depends on the shapes of results stays
    /// a name.
    private func named(_ name: String, _ kind: FunctionKind) -> SerializedObject? {
        switch kind {
        case .loss:
            return try? SerializedObject(
                Loss.deserialize(.string(name)).serializedObject(), what: "loss")
        case .metric:
            let className = Metric.aliases[name] ?? name
            guard Metric.classes[className] != nil, !["accuracy", "acc"].contains(name) else {
                return nil
            }
            return SerializedObject(
                module: Metric.module, className: className, config: ["name": .string(name)])
        }
    }

    private mutating func function(_ object: SerializedObject, _ kind: FunctionKind) -> ConfigValue
    {
        if LegacyArguments.newFunctions.contains(object.className) {
            note("the \(kind.rawValue) \(object.className)")
        }
        guard case .object(var config) = object.config else { return object.value }
        // The type of results, which is that of the model there.
        config["dtype"] = nil
        switch config["reduction"] {
        case .null?: config["reduction"] = "none"
        case .string(let name)? where LegacyArguments.newReductions.contains(name):
            note("the reduction \(name)")
        default: break
        }
        return [
            "class_name": .string(object.registeredName ?? object.className),
            "config": .object(config),
        ]
    }
}

extension ConfigValue {
    fileprivate var asText: String? { if case .string(let text) = self { text } else { nil } }
}
