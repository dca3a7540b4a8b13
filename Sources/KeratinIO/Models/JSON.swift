import FoundationEssentials
import KeratinCore
import KeratinLayers

/// JSON texts as values.
package enum JSON {
    /// - Throws: `KeratinError` for a text that is no JSON. `NaN` and `Infinity`, which Python writes, are accepted.
    package static func decode(_ bytes: [UInt8], name: String) throws -> ConfigValue {
        let data = Data(bytes)
        let decoder = JSONDecoder()
        do {
            return try decoder.decode(ConfigValue.self, from: data)
        } catch {
            decoder.allowsJSON5 = true
            if let value = try? decoder.decode(ConfigValue.self, from: data) { return value }
            throw KeratinError(.file, "holds no valid JSON", at: name)
        }
    }

    /// The text of a value, its keys sorted, so that equal values give equal texts.
    /// - Throws: `KeratinError` for numbers that JSON cannot hold.
    package static func encode(_ value: ConfigValue, isPretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty
            ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            : [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        guard let data = try? encoder.encode(value) else {
            throw KeratinError(.file, "a configuration cannot be written as JSON")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
