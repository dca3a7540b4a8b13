import KeratinCore
import KeratinTensor

/// Arguments that many layers have.
extension Configuration {
    /// One of the words of an enumeration.
    func choice<Choice>(_ key: String, default fallback: Choice) throws -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let word = try optionalString(key) else { return fallback }
        guard let choice = Choice(rawValue: word.lowercased()) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw mismatch(key, expected: "one of \(words)")
        }
        return choice
    }

    func dataFormat() throws -> DataFormat { try choice("data_format", default: .channelsLast) }

    func padding() throws -> Window.Padding { try choice("padding", default: .valid) }

    /// One number, or one an axis. Without a default the key must be there.
    func extents(_ key: String, default fallback: Extents? = nil) throws -> Extents {
        Extents(try integers(key, default: fallback?.values))
    }

    func optionalExtents(_ key: String) throws -> Extents? {
        try optionalIntegers(key).map { Extents($0) }
    }
}
