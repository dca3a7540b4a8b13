import KeratinCore
import KeratinLayers
import KeratinModels

extension Model {
    /// The model's architecture, and how it was compiled, as Keras's JSON text; no weights.
    public func toJSON() throws -> String {
        JSON.encode(try ModelConfiguration.serialized(self).value)
    }
}

/// The model that a text of `toJSON` describes, here or in any Keras, with new weights.
///
/// - Parameter compile: whether to compile it as the text says.
public func modelFromJSON(_ text: String, compile: Bool = true) throws -> Model {
    let value = try JSON.decode(Array(text.utf8), name: "the JSON text")
    return try model(from: value, compile: compile)
}

/// The model that a configuration of any Keras describes, with new weights.
package func model(from value: ConfigValue, compile: Bool) throws -> Model {
    let object = try SerializedObject(ConfigUpgrade.model(value), what: "model")
    let model = try ModelConfiguration.make(object)
    if compile, let configuration = object.compileConfig { try model.compile(from: configuration) }
    return model
}
