/// What became of the weights in a file: of all that were wanted, and of all that were there.
public struct WeightsReport: Hashable, Sendable, CustomStringConvertible {
    /// The model's weights that were loaded: `dense/kernel`.
    public internal(set) var loaded: [String] = []
    /// The model's weights that stay as they are because the file's do not fit them, with the reason.
    public internal(set) var skipped: [String] = []
    /// The model's weights for which the file has nothing.
    public internal(set) var missing: [String] = []
    /// What the file has that no layer of the model wants.
    public internal(set) var unused: [String] = []

    /// Whether every weight of the model was loaded and nothing was left over.
    public var isComplete: Bool { skipped.isEmpty && missing.isEmpty && unused.isEmpty }

    public var description: String {
        var parts = ["\(loaded.count) weights loaded"]
        for (word, entries) in [("skipped", skipped), ("missing", missing), ("unused", unused)]
        where !entries.isEmpty {
            parts.append("\(word): \(entries.joined(separator: "; "))")
        }
        return parts.joined(separator: "; ")
    }
}
