import Keratin
import KeratinIO
import KeratinModels

/// Figures of metrics as JSON texts; figures `name[0]`, `name[1]`, … of one metric become a list, as they are in Keras.
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
        var grouped: [String: [(index: Int?, values: [Double])]] = [:]
        for (key, values) in figures {
            let part = ArrayFigure.split(key)
            grouped[part?.name ?? key, default: []].append((part?.index, values))
        }
        let values = grouped.mapValues { parts -> ConfigValue in
            let isArray = parts.contains { $0.index != nil }
            let parts = parts.sorted { ($0.index ?? 0) < ($1.index ?? 0) }.map(\.values)
            let epochs = parts[0].indices.map { epoch -> ConfigValue in
                let figures = parts.map { ConfigValue.number($0[epoch]) }
                return isArray ? .list(figures) : figures[0]
            }
            return shape(epochs)
        }
        return JSON.encode(.object(values))
    }
}
