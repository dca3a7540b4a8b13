import KeratinCore
import KeratinLayers
import KeratinModels

/// Turns the configuration of a model of any Keras into that of Keras 3.
///
/// Layers go through the tables of the versions, one after the other: `Keras0Layers`, `Keras1Layers`, `Keras2Layers`. A rule
/// looks at what is written, so that texts without a version are read too.
package struct ConfigUpgrade {
    typealias Fields = [String: ConfigValue]

    /// Whether Theano computed the model.
    let isOfTheano: Bool

    /// A model's configuration as Keras 3 writes it.
    /// - Parameters:
    ///   - version: of the Keras that wrote it, if it is known.
    ///   - isOfTheano: whether Theano computed it; nil: as the text says. Texts of Keras 1 do not, and those with the channels first, Theano's
    ///     order, are taken for Theano's.
    /// - Throws: `KeratinError` for what cannot be had; it names the layer.
    package static func model(
        _ value: ConfigValue, version: String? = nil, isOfTheano: Bool? = nil
    ) throws -> ConfigValue {
        let era = version.flatMap { KerasEra(version: $0) } ?? KerasEra(of: value)
        guard era < .keras3 else { return value }
        var model = LegacyValues.plain(value)
        if era == .keras0 { model = Keras0Layers.upgraded(model: model) }
        let backend = value["backend"]?.text
        let isOfTheano =
            isOfTheano ?? backend.map { $0 == "theano" }
            ?? (era <= .keras1 && holds("th", "dim_ordering", in: model))
        return try ConfigUpgrade(isOfTheano: isOfTheano).layer(model)
    }

    private static func holds(_ word: ConfigValue, _ key: String, in value: ConfigValue) -> Bool {
        switch value {
        case .list(let values): values.contains { holds(word, key, in: $0) }
        case .object(let fields):
            fields[key] == word || fields.values.contains { holds(word, key, in: $0) }
        default: false
        }
    }

    // MARK: Layers and models

    /// Keys under which layers and models hold others.
    private static let layerKeys: Set<String> = [
        "layer", "backward_layer", "forward_layer", "cell",
    ]
    private static let listKeys: Set<String> = ["layers", "cells"]

    func layer(_ value: ConfigValue) throws -> ConfigValue {
        guard case .object(var fields) = value, case .string(let className)? = fields["class_name"]
        else { return value }
        switch className {
        case "Sequential":
            return try SequentialUpgrade(self).upgraded(fields)
        case "Functional",
            "Model" where fields["config"]?["input_layers"] != nil:
            return try GraphUpgrade(self).upgraded(fields)
        default: break
        }
        var name: String?
        if case .string(let text)? = fields["config"]?["name"] { name = text }
        do {
            guard !Self.isRegistered(fields, className) else { return value }
            guard case .object(var arguments)? = fields["config"] else { return value }
            if className == "MaxoutDense" { return try maxout(arguments) }
            if className == "Merge" {
                let merge = try Keras1Layers.merge(arguments)
                guard !merge.isCosine else {
                    throw KeratinError(
                        .unavailable, "a Merge of mode 'cos' is there in functional models only")
                }
                fields["class_name"] = .string(merge.className)
                fields["config"] = .object(merge.arguments)
                return .object(fields)
            }
            var newName = className
            for rules in [Keras1Layers.rules, Keras2Layers.rules] {
                guard let rule = rules[newName] else { continue }
                try rule.apply(&arguments)
                newName = rule.className
                // Modes of Keras 1 that Keras 2 dropped.
                if newName == "BatchNormalization", arguments["mode"] != nil {
                    newName = "BatchNormalizationMode"
                }
            }
            for key in Keras2Layers.dropped { arguments[key] = nil }
            fields["class_name"] = .string(newName)
            fields["config"] = .object(try parts(of: arguments))
            fields = FullPadding.placed(.object(fields)).fields ?? fields
            guard isOfTheano else { return .object(fields) }
            return .object(
                fields.merging(TheanoLayers.placed(.object(fields)).fields ?? [:]) { $1 })
        } catch let error as KeratinError {
            throw error.located(at: name.map { "\(className) '\($0)'" } ?? className)
        }
    }

    /// Layers and functions among a layer's arguments.
    func parts(of arguments: Fields) throws -> Fields {
        var result: Fields = [:]
        for (key, value) in arguments {
            if Self.layerKeys.contains(key) {
                result[key] = try layer(value)
            } else if Self.listKeys.contains(key), case .list(let values) = value {
                result[key] = .list(try values.map(layer))
            } else if case .object = value, key == "activation" {
                // A layer may stand in a function's place.
                result[key] = try FunctionUpgrade.upgraded(layer(value), key: key)
            } else {
                result[key] = FunctionUpgrade.upgraded(value, key: key)
            }
        }
        return result
    }

    /// Whether a class is one of a user's, whose arguments are nobody else's business.
    static func isRegistered(_ fields: Fields, _ className: String) -> Bool {
        if case .string(let name)? = fields["registered_name"], name.contains(">") { return true }
        return CustomObjects.contains("layer", className)
    }

    /// The largest of several dense layers (Keras 1, keras/layers/core.py): one dense layer of all, side by side.
    private func maxout(_ arguments: Fields) throws -> ConfigValue {
        guard let units = arguments["output_dim"]?.asExtent else {
            throw KeratinError(.invalidData, "MaxoutDense has no output_dim")
        }
        let count = arguments["nb_feature"]?.asExtent ?? 4
        var dense = arguments.filter { !["nb_feature", "name"].contains($0.key) }
        dense["output_dim"] = .integer(units * count)
        dense["activation"] = "linear"
        let inner: ConfigValue = ["class_name": "Dense", "config": .object(dense)]
        let layers: [ConfigValue] = [
            try layer(inner),
            [
                "class_name": "Reshape",
                "config": ["target_shape": [.integer(count), .integer(units)]],
            ],
            ["class_name": "GlobalMaxPooling1D", "config": [:]],
        ]
        return [
            "class_name": "Sequential",
            "config": [
                "name": arguments["name"] ?? .null, "layers": .list(layers),
            ],
        ]
    }
}

extension ConfigValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var elements: [ConfigValue]? { if case .list(let values) = self { values } else { nil } }
    var fields: [String: ConfigValue]? {
        if case .object(let values) = self { values } else { nil }
    }
}
