import KeratinCore

/// Comma-separated values as RFC 4180 has them: fields in rows, quoted where they hold separators, quotes or line ends.
///
/// Read are also a byte order mark, line ends of one character (LF, CR), and blank lines, which are passed over. What is
/// damaged is an error that names its line; nothing is guessed.
struct CSV {
    /// A row of a text, and where it begins.
    struct Row {
        /// Counted from 1, as editors count.
        var line: Int
        var fields: [Field]
    }

    /// Where a field lies in the bytes of its text.
    struct Field {
        /// Without the quotes around it.
        var range: Range<Int>
        /// Whether quotes in it stand twice.
        var hasDoubledQuotes = false
    }

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    let bytes: [UInt8]
    private let separator: UInt8
    /// Where the next row begins.
    private(set) var position: Int
    /// The line there.
    private(set) var line = 1

    /// - Throws: `KeratinError` for a separator that is none, and for bytes that are not UTF-8.
    init(_ bytes: [UInt8], separator: Character, at place: String) throws {
        self.separator = try Self.checked(separator)
        _ = try TextFile.text(bytes, at: place)
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// A piece of a file that was checked before.
    /// - Parameters:
    ///   - separator: as `checked` gives it.
    ///   - position: where the piece's first row begins.
    ///   - line: the line of the file that it begins with.
    init(piece bytes: [UInt8], separator: UInt8, position: Int, line: Int) {
        self.bytes = bytes
        self.separator = separator
        self.position = position
        self.line = line
    }

    static func checked(_ separator: Character) throws -> UInt8 {
        guard let byte = separator.asciiValue, byte != quote, !separator.isNewline else {
            throw KeratinError(
                .invalidArgument,
                "fields are separated by one ASCII character that is neither a quote nor a line end, got \(String(separator).debugDescription)"
            )
        }
        return byte
    }

    /// The text of a field.
    func text(_ field: Field) -> String {
        let text = String(decoding: bytes[field.range], as: UTF8.self)
        return field.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
    }

    /// The next row that is not blank; nil at the end.
    /// - Throws: `KeratinError` that names the line, for quotes where none may stand and such that never end.
    mutating func next() throws -> Row? {
        while position < bytes.count, isLineEnd(bytes[position]) { passLineEnd() }
        guard position < bytes.count else { return nil }
        var row = Row(line: line, fields: [])
        while true {
            row.fields.append(
                position < bytes.count && bytes[position] == Self.quote
                    ? try quotedField() : try plainField())
            guard position < bytes.count else { return row }
            if isLineEnd(bytes[position]) {
                passLineEnd()
                return row
            }
            position += 1
        }
    }

    private func isLineEnd(_ byte: UInt8) -> Bool {
        byte == Self.lineFeed || byte == Self.carriageReturn
    }

    private mutating func passLineEnd() {
        let isPair =
            bytes[position] == Self.carriageReturn && position + 1 < bytes.count
            && bytes[position + 1] == Self.lineFeed
        position += isPair ? 2 : 1
        line += 1
    }

    private mutating func plainField() throws -> Field {
        let start = position
        while position < bytes.count, bytes[position] != separator, !isLineEnd(bytes[position]) {
            guard bytes[position] != Self.quote else {
                throw KeratinError(
                    .invalidData,
                    "line \(line): a quote stands inside a field that does not begin with one")
            }
            position += 1
        }
        return Field(range: start..<position)
    }

    private mutating func quotedField() throws -> Field {
        let firstLine = line
        position += 1
        var field = Field(range: position..<position)
        while true {
            guard position < bytes.count else {
                throw KeratinError(.invalidData, "line \(firstLine): a quote is never closed")
            }
            if isLineEnd(bytes[position]) {
                passLineEnd()
            } else if bytes[position] != Self.quote {
                position += 1
            } else if position + 1 < bytes.count, bytes[position + 1] == Self.quote {
                field.hasDoubledQuotes = true
                position += 2
            } else {
                break
            }
        }
        field.range = field.range.lowerBound..<position
        position += 1
        if position < bytes.count, bytes[position] != separator, !isLineEnd(bytes[position]) {
            throw KeratinError(
                .invalidData,
                "line \(line): something stands between a closing quote and the next field")
        }
        return field
    }

    // MARK: Writing

    /// Rows as text, each with a line feed behind it.
    static func text(_ rows: some Sequence<[String]>, separator: Character) throws -> String {
        let mark = try checked(separator)
        var result = ""
        for row in rows {
            for (index, field) in row.enumerated() {
                if index > 0 { result.append(separator) }
                // An empty field that is alone in its row would be a blank line.
                let needsQuotes =
                    field.utf8.contains {
                        $0 == mark || $0 == quote || $0 == lineFeed || $0 == carriageReturn
                    } || (field.isEmpty && row.count == 1)
                result +=
                    needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
            }
            result.append("\n")
        }
        return result
    }
}
