import KeratinCore
import KeratinLayers
import KeratinTensor

/// Models as Keras's configurations, and back.
package enum ModelConfiguration {
    // MARK: Reading

    private static let maker = ModelMaker { try make($0) }

    /// Runs code that makes layers which may hold models.
    static func withMaker<Result>(_ body: () throws -> Result) rethrows -> Result {
        try LayerRegistry.$modelMaker.withValue(maker, operation: body)
    }

    /// The model that a serialized object describes: built if the file says for what shape, not compiled.
    /// - Throws: `KeratinError` for unknown classes and wrong arguments.
    package static func make(_ object: SerializedObject) throws -> Model {
        var ignored: [String] = []
        let model = try make(object, &ignored)
        if !ignored.isEmpty {
            warn(
                "arguments that were not understood are ignored: \(ignored.joined(separator: "; "))"
            )
        }
        return model
    }

    private static func make(
        _ object: SerializedObject, _ ignored: inout [String]
    ) throws -> Model {
        switch object.className {
        case "Sequential": return try sequential(object, &ignored)
        case "Functional", "Model": return try functional(object, &ignored)
        default:
            guard let model = try layer(object, &ignored) as? Model else {
                throw KeratinError(.invalidData, "is no model", at: object.className)
            }
            if !model.isBuilt, case .list(let extents)? = object.buildConfig?["input_shape"] {
                // A shape, or a list of shapes of several inputs.
                let shapes = extents.compactMap { shape -> [Int?]? in
                    if case .list(let values) = shape { values.map(\.asExtent) } else { nil }
                }
                try model.build(
                    for: (shapes.isEmpty ? [extents.map(\.asExtent)] : shapes).map {
                        SymbolicType($0)
                    })
            }
            return model
        }
    }

    /// A layer, or a model inside a model.
    static func layer(_ object: SerializedObject, _ ignored: inout [String]) throws -> Layer {
        if LayerRegistry.modelClasses.contains(object.className) {
            return try make(object, &ignored)
        }
        var unused: [String] = []
        let layer: Layer
        do {
            layer = try LayerRegistry.$modelMaker.withValue(maker) {
                try LayerRegistry.make(object) { place, keys in
                    unused.append("\(place): \(keys.joined(separator: ", "))")
                }
            }
        } catch let error as KeratinError {
            // Which of the layers it is.
            guard let name = object.config["name"]?.asText else { throw error }
            throw error.located(at: "\(object.className) '\(name)'")
        }
        ignored += unused
        return layer
    }

    private static func sequential(
        _ object: SerializedObject, _ ignored: inout [String]
    ) throws -> Model {
        // Keras 1 and 2 wrote the bare list of layers.
        var fields: [String: ConfigValue] = [:]
        if case .object(let values) = object.config { fields = values }
        guard case .list(let entries)? = fields["layers"] ?? (fields.isEmpty ? object.config : nil)
        else {
            throw KeratinError(.invalidData, "the configuration has no layers", at: "Sequential")
        }
        let model = Sequential(name: fields["name"]?.asText)
        for entry in entries {
            let layerObject = try SerializedObject(entry, what: "layer")
            if layerObject.className == Input.className, layerObject.config["dtype"] == "string" {
                // What it says of texts the layer that encodes them knows.
                continue
            }
            if layerObject.className == TextVectorization.className {
                try model.add(TextVectorization(from: try layerObject.configuration()))
                continue
            }
            let layer = try layer(layerObject, &ignored)
            // Files of Keras 2 tell the shape in the first layer.
            if model.layers.isEmpty, model.inputLayer == nil, !(layer is Input),
                case .list(let extents)? = layerObject.config["batch_input_shape"]
            {
                try model.add(
                    Input(
                        shape: extents.dropFirst().map(\.asExtent),
                        batchSize: extents.first.flatMap(\.asExtent)))
            }
            try model.add(layer)
        }
        if !model.isBuilt, let shape = builtShape(object, fields) {
            try model.build(inputShape: shape)
        }
        setTrainable(model, fields)
        return model
    }

    private static func functional(
        _ object: SerializedObject, _ ignored: inout [String]
    ) throws -> Model {
        guard case .object(let fields) = object.config else {
            throw KeratinError(
                .invalidData, "the configuration must be an object, got \(object.config)",
                at: object.className)
        }
        var reader = try GraphReader(fields, at: fields["name"]?.asText ?? object.className)
        let (inputs, outputs) = try reader.read { try layer($0, &ignored) }
        let model = try Model(inputs: inputs, outputs: outputs, name: fields["name"]?.asText)
        setTrainable(model, fields)
        return model
    }

    /// A model that is not trained says so for its layers too; one that is leaves them alone.
    private static func setTrainable(_ model: Model, _ fields: [String: ConfigValue]) {
        if fields["trainable"] == .boolean(false) { model.trainable = false }
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
    package static func serialized(_ model: Model) throws -> SerializedObject {
        var object = try model.serialized()
        object.compileConfig = try model.compileConfig()
        return object
    }
}

extension ConfigValue {
    var asText: String? { if case .string(let text) = self { text } else { nil } }
}
