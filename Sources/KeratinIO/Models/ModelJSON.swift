import KeratinCore
import KeratinLayers
import KeratinModels

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
