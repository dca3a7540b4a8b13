import Keratin
import KeratinIO

/// Figures of metrics as JSON texts; figures `name[0]`, `name[1]`, … of one metric become a list.
package enum FigureJSON {
    /// `{"accuracy": 0.9, "loss": 0.2}`
    package static func object(_ figures: [String: Double]) -> String {
        encode(figures.mapValues { [$0] }) { $0[0] }
    }

    /// `{"accuracy": [0.8, 0.9], "loss": [0.4, 0.2]}`: Keras's `history.history`.
    package static func history(_ history: [String: [Double]]) -> String {
        encode(history) { .list($0) }
    }

    /// - Parameter shape: what the values of the epochs become.
    private static func encode(
        _ figures: [String: [Double]], _ shape: ([ConfigValue]) -> ConfigValue
    ) -> String {
        var grouped: [String: [(index: Int, values: [Double])]] = [:]
        for (key, values) in figures {
            var (name, index) = (key, 0)
            if key.hasSuffix("]"), let bracket = key.lastIndex(of: "["),
                let number = Int(key[key.index(after: bracket)...].dropLast())
            {
                (name, index) = (String(key[..<bracket]), number)
            }
            grouped[name, default: []].append((index, values))
        }
        let values = grouped.mapValues { parts -> ConfigValue in
            let parts = parts.sorted { $0.index < $1.index }.map(\.values)
            let epochs = parts[0].indices.map { epoch -> ConfigValue in
                let figures = parts.map { ConfigValue.number($0[epoch]) }
                return figures.count == 1 ? figures[0] : .list(figures)
            }
            return shape(epochs)
        }
        return JSON.encode(.object(values))
    }
}
