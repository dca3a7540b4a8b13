/// What `fit` returns: the metrics of each epoch, under Keras's keys (`loss`, `accuracy`, `val_loss`, …).
public struct History: Sendable {
    /// The epochs' numbers, from 0.
    public internal(set) var epoch: [Int] = []
    /// The values of each key, one an epoch.
    public internal(set) var history: [String: [Double]] = [:]
    /// The keys in the order in which Keras lists them.
    public internal(set) var keys: [String] = []
    /// Wall-clock seconds of each epoch, validation included.
    public internal(set) var seconds: [Double] = []

    package init() {}

    public subscript(key: String) -> [Double]? { history[key] }

    mutating func append(_ logs: [(name: String, value: Double)]) {
        for (name, value) in logs {
            if history[name] == nil { keys.append(name) }
            history[name, default: []].append(value)
        }
    }
}
