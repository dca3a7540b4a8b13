/// How often a callback saves: after each epoch (`"epoch"`), or after so many steps (`500`).
public enum SaveFrequency: Hashable, Sendable {
    /// After each epoch.
    case epoch
    /// After so many steps.
    case batches(Int)
}

extension SaveFrequency: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// After so many steps.
    public init(integerLiteral count: Int) { self = .batches(count) }

    /// "epoch". Another word is a number of steps that no callback takes: it throws when the training begins.
    public init(stringLiteral word: String) { self = word == "epoch" ? .epoch : .batches(0) }
}

/// Counts steps between saves.
struct SaveCounter {
    let frequency: SaveFrequency
    private var seen = 0
    private var last: Int?

    init(_ frequency: SaveFrequency) { self.frequency = frequency }

    /// Whether a save is due after a step of an epoch.
    mutating func isDue(_ step: Int) -> Bool {
        guard case .batches(let count) = frequency, count > 0 else { return false }
        let isNewEpoch = last.map { step <= $0 } ?? true
        seen += isNewEpoch ? step + 1 : step - (last ?? -1)
        last = step
        guard seen >= count else { return false }
        seen = 0
        return true
    }

    var state: (seen: Int, last: Int?) {
        get { (seen, last) }
        set { (seen, last) = newValue }
    }
}
