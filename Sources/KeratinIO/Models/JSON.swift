import KeratinCore
import KeratinLayers

/// JSON texts as values.
package enum JSON {
    /// - Throws: `KeratinError` for a text that is no JSON. `NaN` and `Infinity`, which Python writes, are accepted.
    package static func decode(_ bytes: [UInt8], name: String) throws -> ConfigValue {
        do {
            return try JSONReader.read(bytes)
        } catch let mistake as JSONReader.Mistake {
            throw KeratinError(
                .file, "holds no valid JSON: \(mistake.text) at byte \(mistake.position)", at: name)
        }
    }

    /// The text of a value as Python writes it: numbers that are no integers keep a point, `NaN` and `Infinity` stand bare. Keys
    /// are sorted, so that equal values give equal texts.
    package static func encode(_ value: ConfigValue) -> String { value.json }
}
