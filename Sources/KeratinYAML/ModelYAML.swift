import KeratinCore
import KeratinIO
import KeratinModels

extension Model {
    /// The model's architecture, and how it was compiled, as YAML: what `toJSON` says, in the other syntax; no weights.
    ///
    /// Keras 1 and 2 have `to_yaml`; Keras 3 reads no YAML, so give it `toJSON` or a `.keras` file.
    /// - Throws: `KeratinError` if a part cannot be saved; it names the part.
    public func toYAML() throws -> String {
        try YAML.encode(JSON.decode(Array(toJSON().utf8), name: name))
    }
}

/// The model that a text of `toYAML` describes, with new weights.
///
/// Texts of Keras 1 and 2 are read as far as Keratin reads their models' JSON. Python's tags for plain values are
/// understood, those for objects refused: nothing in the text is run.
///
/// - Parameter compile: whether to compile it as the text says.
/// - Throws: `KeratinError` for a text that is no YAML of a model, unknown classes and wrong arguments.
public func modelFromYAML(_ text: String, compile: Bool = true) throws -> Model {
    try model(from: YAML.decode(text), compile: compile)
}

/// A text of YAML as JSON.
/// - Throws: `KeratinError` for a text that is no YAML of plain values.
package func jsonFromYAML(_ text: String) throws -> String { JSON.encode(try YAML.decode(text)) }
