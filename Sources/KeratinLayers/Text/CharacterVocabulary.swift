import KeratinCore

/// The characters of a text, numbered from 0 in the order of their code points, for models of characters.
public struct CharacterVocabulary: Hashable, Sendable {
    /// By number. Characters are Unicode code points.
    public let characters: [Unicode.Scalar]
    private let numbers: [Unicode.Scalar: Int32]

    /// The distinct characters of a text.
    /// - Throws: `KeratinError` for an empty text.
    public init(_ text: String) throws {
        guard !text.isEmpty else {
            throw KeratinError(.invalidData, "the text is empty", at: "CharacterVocabulary")
        }
        characters = Set(text.unicodeScalars).sorted()
        numbers = Dictionary(uniqueKeysWithValues: zip(characters, 0...))
    }

    /// How many characters there are.
    public var count: Int { characters.count }

    /// The number of each character of a text.
    /// - Throws: `KeratinError` for a character that is not in the vocabulary, with its position.
    public func encode(_ text: String) throws -> [Int32] {
        try text.unicodeScalars.enumerated().map { position, character in
            guard let number = numbers[character] else {
                throw KeratinError(
                    .invalidData,
                    "the character '\(character)' at \(position) is not in the vocabulary",
                    at: "CharacterVocabulary")
            }
            return number
        }
    }

    /// The text of numbers.
    /// - Throws: `KeratinError` for a number that no character has, with its position.
    public func decode(_ numbers: some Sequence<Int32>) throws -> String {
        var text = String.UnicodeScalarView()
        for (position, number) in numbers.enumerated() {
            guard characters.indices.contains(Int(number)) else {
                throw KeratinError(
                    .invalidData,
                    "the number \(number) at \(position) is outside of the vocabulary, 0..<\(count)",
                    at: "CharacterVocabulary")
            }
            text.append(characters[Int(number)])
        }
        return String(text)
    }
}
