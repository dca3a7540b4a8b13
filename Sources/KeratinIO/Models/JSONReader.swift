import KeratinCore
import KeratinLayers

/// Reads JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` stand bare, and of a key that stands twice the last value counts.
///
/// (Through Foundation's decoder a value that may be of any type takes time with the square of its depth.)
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private static let largestDepth = 512

    /// What is wrong with a text, and where.
    struct Mistake: Error {
        var text: String
        var position: Int
    }

    /// - Throws: `Mistake`.
    static func read(_ bytes: [UInt8]) throws -> ConfigValue {
        try bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer)
            // A byte order mark.
            if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
            let value = try reader.value(depth: 0)
            reader.skipSpace()
            guard reader.position == buffer.count else { throw reader.mistake("something follows") }
            return value
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private func mistake(_ text: String) -> Mistake { Mistake(text: text, position: position) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    /// Whether a character comes next, behind spaces; it is taken.
    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func take(_ character: Unicode.Scalar) throws {
        guard takes(character) else { throw mistake("expected '\(character)'") }
    }

    private mutating func value(depth: Int) throws -> ConfigValue {
        guard depth < Self.largestDepth else { throw mistake("nested too deeply") }
        skipSpace()
        switch next ?? 0 {
        case UInt8(ascii: "{"): return .object(try object(depth))
        case UInt8(ascii: "["): return .list(try list(depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-") where word("-Infinity"): return .number(-.infinity)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default:
            if word("null") { return .null }
            if word("true") { return .boolean(true) }
            if word("false") { return .boolean(false) }
            if word("NaN") { return .number(.nan) }
            if word("Infinity") { return .number(.infinity) }
            throw mistake(next == nil ? "it ends too early" : "expected a value")
        }
    }

    /// Whether a word comes next; it is taken.
    private mutating func word(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] {
            return false
        }
        position += count
        return true
    }

    private mutating func object(_ depth: Int) throws -> [String: ConfigValue] {
        position += 1
        var fields: [String: ConfigValue] = [:]
        if takes("}") { return fields }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw mistake("expected a key") }
            let key = try string()
            try take(":")
            fields[key] = try value(depth: depth + 1)
        } while takes(",")
        try take("}")
        return fields
    }

    private mutating func list(_ depth: Int) throws -> [ConfigValue] {
        position += 1
        var values: [ConfigValue] = []
        if takes("]") { return values }
        repeat { values.append(try value(depth: depth + 1)) } while takes(",")
        try take("]")
        return values
    }

    // MARK: Numbers

    private mutating func digits() throws {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        guard position > start else { throw mistake("expected a digit") }
    }

    /// An integer if it is a whole number that an `Int` holds.
    private mutating func number() throws -> ConfigValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = position
        try digits()
        guard bytes[first] != UInt8(ascii: "0") || position == first + 1 else {
            throw mistake("a number begins with 0")
        }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        guard let value = Double(text) else { throw mistake("the number \(text) is none") }
        // Whole numbers are integers, but for −0, which they do not have.
        if value == 0, value.sign == .minus { return .number(value) }
        return Int(exactly: value).map { .integer($0) } ?? .number(value)
    }

    // MARK: Texts

    private mutating func string() throws -> String {
        position += 1
        let start = position
        // Most texts have no escapes.
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20
        {
            position += 1
        }
        if next == UInt8(ascii: "\"") {
            position += 1
            return try text(bytes[start..<(position - 1)])
        }
        var collected = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(collected[...])
            case UInt8(ascii: "\\"): try escape(&collected)
            case 0..<0x20: throw mistake("a text with a control character")
            default: collected.append(byte)
            }
        }
        throw mistake("a text does not end")
    }

    private func text(_ bytes: some Collection<UInt8>) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw mistake("a text that is no UTF-8")
        }
        return text
    }

    private mutating func escape(_ target: inout [UInt8]) throws {
        guard let byte = next else { throw mistake("a text does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): target.append(byte)
        case UInt8(ascii: "b"): target.append(0x08)
        case UInt8(ascii: "f"): target.append(0x0C)
        case UInt8(ascii: "n"): target.append(0x0A)
        case UInt8(ascii: "r"): target.append(0x0D)
        case UInt8(ascii: "t"): target.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if 0xD800..<0xDC00 ~= code, word("\\u") {
                let low = try hexadecimal()
                guard 0xDC00..<0xE000 ~= low else { throw mistake("half a character") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw mistake("half a character") }
            target += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        default: throw mistake("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(
                String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16),
            bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
        else { throw mistake("expected four hexadecimal digits") }
        position += 4
        return code
    }
}
