import KeratinCore

/// The text of a file in UTF-8.
/// - Throws: `KeratinError` if the file cannot be read, or is not UTF-8: it says at which byte.
public func readText(_ path: String) throws -> String {
    try TextFile.text(try FileAccess.read(path), at: path)
}

/// The tokens of a vocabulary file, one a line, as Keras keeps them beside a model (`vocabulary.txt`).
///
/// Empty lines at the end are left out; one at the start is the token for padding.
/// - Throws: `KeratinError` if the file cannot be read, is empty, or is not UTF-8.
public func readVocabulary(_ path: String) throws -> [String] {
    let bytes = try FileAccess.read(path)
    var tokens = try bytes.split(separator: 10, omittingEmptySubsequences: false)
        .enumerated().map { try TextFile.text(Array($1), at: "\(path), line \($0 + 1)") }
    while tokens.last == "" { tokens.removeLast() }
    guard !tokens.isEmpty else {
        throw KeratinError(.invalidData, "the vocabulary is empty", at: path)
    }
    return tokens
}

/// Writes a vocabulary file, which `readVocabulary` and Keras read. What stood there before stays whole if anything fails.
/// - Throws: `KeratinError` if a token holds a line feed, or the file cannot be written.
public func writeVocabulary(_ vocabulary: [String], to path: String) throws {
    if let index = vocabulary.firstIndex(where: { $0.utf8.contains(10) }) {
        throw KeratinError(
            .invalidArgument, "token \(index) holds a line feed, which ends a token in the file",
            at: path)
    }
    try FileAccess.write(Array(vocabulary.joined(separator: "\n").utf8), to: path)
}

enum TextFile {
    /// Bytes as text.
    /// - Parameter offset: of the bytes in their file.
    /// - Throws: `KeratinError` if they are not UTF-8: it names the first byte that is not.
    static func text(_ bytes: [UInt8], at place: String, offset: Int = 0) throws -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            let position = error.byteOffsets.lowerBound
            let hex = String(bytes[position], radix: 16)
            throw KeratinError(
                .invalidData,
                "is not UTF-8: the byte 0x\(hex) at offset \(offset + position) is out of place",
                at: place)
        }
    }
}
