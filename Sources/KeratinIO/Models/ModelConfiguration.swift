import KeratinCore
import KeratinLayers
import KeratinModels

/// Models as Keras's configurations, and back.
enum ModelConfiguration {
    // MARK: Reading

    /// The model that a serialized object describes: built if the file says for what shape, not compiled.
    /// - Throws: `KeratinError` for models that are not there yet, unknown classes and wrong arguments.
    static func make(_ object: SerializedObject) throws -> Model {
        switch object.className {
        case "Sequential": return try sequential(object)
        case "Functional", "Model":
            throw KeratinError(
                .unavailable,
                "is a functional graph; Keratin reads Sequential models so far, graphs come later",
                at: object.className)
        default:
            throw KeratinError(
                .unavailable,
                "is a model of a class of its own; Keratin reads Sequential models so far",
                at: object.className)
        }
    }

    private static func sequential(_ object: SerializedObject) throws -> Model {
        // Keras 1 and 2 wrote the bare list of layers.
        var fields: [String: ConfigValue] = [:]
        if case .object(let values) = object.config { fields = values }
        guard case .list(let entries)? = fields["layers"] ?? (fields.isEmpty ? object.config : nil)
        else {
            throw KeratinError(.invalidData, "the configuration has no layers", at: "Sequential")
        }
        var name: String?
        if case .string(let text)? = fields["name"] { name = text }
        var ignored: [String] = []
        let model = Sequential(name: name)
        for entry in entries {
            let layerObject = try SerializedObject(entry, what: "layer")
            if ["Sequential", "Functional", "Model"].contains(layerObject.className) {
                throw KeratinError(
                    .unavailable, "a model inside a model is not there yet", at: "Sequential")
            }
            let layer = try LayerRegistry.make(layerObject) { place, keys in
                ignored.append("\(place): \(keys.joined(separator: ", "))")
            }
            // Files of Keras 2 tell the shape in the first layer.
            if model.layers.isEmpty, model.input == nil, !(layer is Input),
                case .list(let extents)? = layerObject.config["batch_input_shape"]
            {
                try model.add(
                    Input(
                        shape: extents.dropFirst().map(\.asExtent),
                        batchSize: extents.first.flatMap(\.asExtent)))
            }
            try model.add(layer)
        }
        if !ignored.isEmpty {
            warn(
                "arguments that were not understood are ignored: \(ignored.joined(separator: "; "))"
            )
        }
        if !model.isBuilt, let shape = builtShape(object, fields) {
            try model.build(inputShape: shape)
        }
        return model
    }

    private static func builtShape(
        _ object: SerializedObject, _ fields: [String: ConfigValue]
    ) -> [Int?]? {
        for value in [fields["build_input_shape"], object.buildConfig?["input_shape"]] {
            if case .list(let extents)? = value, !extents.isEmpty {
                return extents.map(\.asExtent)
            }
        }
        return nil
    }

    // MARK: Writing

    /// The model as files hold it, with how it was compiled.
    /// - Throws: `KeratinError` if a part cannot be saved; it names the part.
    static func serialized(_ model: Model) throws -> SerializedObject {
        guard let model = model as? Sequential else {
            throw KeratinError(
                .unavailable, "only Sequential models are saved so far", at: model.name)
        }
        var entries: [ConfigValue] = []
        if let input = model.input { entries.append(try input.serialized().value) }
        for (index, layer) in model.layers.enumerated() {
            var object = try layer.serialized()
            // A layer without weights was never built for a shape that its loading needs.
            let shape = index == 0 ? model.inputShape : model.layerShape(index - 1)
            if let shape { object.buildConfig = ["input_shape": ConfigValue(shape)] }
            entries.append(object.value)
        }
        var object = SerializedObject(
            module: "keras", className: "Sequential",
            config: [
                "name": .string(model.name), "trainable": true, "dtype": "float32",
                "layers": .list(entries),
                "build_input_shape": model.inputShape.map { ConfigValue($0) } ?? .null,
            ])
        object.buildConfig = model.inputShape.map { ["input_shape": ConfigValue($0)] }
        object.compileConfig = try model.compileConfig()
        return object
    }
}

extension Model {
    /// The model's architecture, and how it was compiled, as Keras's JSON text; no weights.
    public func toJSON() throws -> String {
        JSON.encode(try ModelConfiguration.serialized(self).value)
    }
}

/// The model that a text of `toJSON` describes, here or in Keras, with new weights.
///
/// - Parameter compile: whether to compile it as the text says.
public func modelFromJSON(_ text: String, compile: Bool = true) throws -> Model {
    let value = try JSON.decode(Array(text.utf8), name: "the JSON text")
    let object = try SerializedObject(value, what: "model")
    let model = try ModelConfiguration.make(object)
    if compile, let configuration = object.compileConfig { try model.compile(from: configuration) }
    return model
}
