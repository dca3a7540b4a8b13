extension History {
    /// The values of a key with the epochs, counted from 1, that they are of. Validation may be rarer than epochs are.
    package func points(_ key: String) -> [(epoch: Int, value: Double)] {
        let values = history[key] ?? []
        guard let places = places[key], places.count == values.count else {
            return zip(epoch, values).map { ($0 + 1, $1) }
        }
        return zip(places, values).map { (epoch.indices.contains($0) ? epoch[$0] + 1 : $0 + 1, $1) }
    }

    /// The value of a key in the epoch at a place of `epoch`; nil if there is none.
    func value(_ key: String, at row: Int) -> Double? {
        let values = history[key] ?? []
        guard let places = places[key], places.count == values.count else {
            return values.indices.contains(row) ? values[row] : nil
        }
        // Places grow, and one that is after so many epochs is no earlier in the list.
        return places.prefix(row + 1).lastIndex(of: row).map { values[$0] }
    }
}
