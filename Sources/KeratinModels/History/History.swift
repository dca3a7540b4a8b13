/// What `fit` returns: the metrics of each epoch, under Keras's keys (`loss`, `accuracy`, `val_loss`, …).
public struct History: Sendable {
    /// The epochs' numbers, from 0.
    public internal(set) var epoch: [Int] = []
    /// The values of each key, one for each epoch. A metric whose value is an array in Keras, such as an F1 score for each
    /// class, has the keys `f1_score[0]`, `f1_score[1]`, …; `arrays` gives them together.
    public internal(set) var history: [String: [Double]] = [:]
    /// The keys in the order in which Keras lists them.
    public internal(set) var keys: [String] = []
    /// Where in `epoch` each value of a key stands: keys that are not of every epoch have fewer values.
    var places: [String: [Int]] = [:]
    /// Wall-clock seconds of each epoch, validation included.
    public internal(set) var seconds: [Double] = []

    package init() {}

    /// The numbers under a name, one per epoch: `history["val_loss"]`; nil if there is no such name.
    public subscript(key: String) -> [Double]? { history[key] }

    /// The arrays of a metric that gives several figures, one array for each epoch, as Keras's `history.history` has them;
    /// nil if there is none of the name.
    public func arrays(_ name: String) -> [[Double]]? {
        var figures: [[Double]] = []
        while let next = history["\(name)[\(figures.count)]"] { figures.append(next) }
        guard let first = figures.first else { return nil }
        return first.indices.map { epoch in figures.map { $0[epoch] } }
    }

    mutating func append(_ logs: [(name: String, value: Double)]) {
        for (name, value) in logs {
            if history[name] == nil { keys.append(name) }
            history[name, default: []].append(value)
            places[name, default: []].append(max(epoch.count - 1, 0))
        }
    }
}
