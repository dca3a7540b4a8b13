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

    /// The text of a value as Python writes it: numbers that are no integers keep a point, `NaN` and `Infinity` stand bare. Keys
    /// are sorted, so that equal values give equal texts.
    package static func encode(_ value: ConfigValue) -> String {
        switch value {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): number(value)
        case .string(let value): quoted(value)
        case .list(let values): "[" + values.map(encode).joined(separator: ", ") + "]"
        case .object(let values):
            "{"
                + values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\(quoted($0.key)): \(encode($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
        return "\(value)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
