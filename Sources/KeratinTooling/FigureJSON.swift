/// Figures of metrics as the JSON text that Python writes: `NaN` and `Infinity` bare, and figures `name[0]`, `name[1]`, … of one
/// metric as a list.
package enum FigureJSON {
    /// `{"accuracy": 0.9, "loss": 0.2}`
    package static func object(_ figures: [String: Double]) -> String {
        object(group(figures)) { parts in
            parts.count == 1 ? number(parts[0]) : list(parts.map(number))
        }
    }

    /// `{"accuracy": [0.8, 0.9], "loss": [0.4, 0.2]}`; of metrics with several figures a list of lists.
    package static func history(_ history: [String: [Double]]) -> String {
        object(group(history)) { parts in
            if parts.count == 1 { return list(parts[0].map(number)) }
            return list(parts[0].indices.map { epoch in list(parts.map { number($0[epoch]) }) })
        }
    }

    /// The values of each metric, in the order of their numbers.
    private static func group<Value>(_ figures: [String: Value]) -> [String: [Value]] {
        var grouped: [String: [(index: Int, value: Value)]] = [:]
        for (key, value) in figures {
            if key.hasSuffix("]"), let bracket = key.lastIndex(of: "["),
                let index = Int(key[key.index(after: bracket)...].dropLast())
            {
                grouped[String(key[..<bracket]), default: []].append((index, value))
            } else {
                grouped[key, default: []].append((0, value))
            }
        }
        return grouped.mapValues { $0.sorted { $0.index < $1.index }.map(\.value) }
    }

    private static func object<Value>(
        _ values: [String: Value], _ format: (Value) -> String
    ) -> String {
        let entries = values.sorted { $0.key < $1.key }.map {
            "\(quoted($0.key)): \(format($0.value))"
        }
        return "{" + entries.joined(separator: ", ") + "}"
    }

    private static func list(_ entries: [String]) -> String {
        "[" + entries.joined(separator: ", ") + "]"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
        return "\(value)"
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20:
                "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
