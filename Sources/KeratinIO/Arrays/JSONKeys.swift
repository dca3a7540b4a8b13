import FoundationEssentials
import KeratinCore

/// The keys of objects in a JSON text, which decoders into dictionaries give neither in order nor twice.
enum JSONKeys {
    private struct Level {
        var isObject: Bool
        var isKeyNext: Bool
        var keys: Set<String> = []
        /// The key whose value is read.
        var key = ""
    }

    /// The keys of the outermost object, or of the one inside under these keys, in the text's order.
    ///
    /// Only strings and nesting are looked at; a decoder says whether the text is JSON.
    /// - Throws: `KeratinError` if an object, at any depth, has a key twice.
    static func ordered(
        _ text: some Collection<UInt8>, inside path: [String] = []
    ) throws -> [String] {
        var levels: [Level] = []
        var found: [String] = []
        var position = text.startIndex
        while position < text.endIndex {
            switch text[position] {
            case UInt8(ascii: "{"): levels.append(Level(isObject: true, isKeyNext: true))
            case UInt8(ascii: "["): levels.append(Level(isObject: false, isKeyNext: false))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
            case UInt8(ascii: ","):
                if let level = levels.last { levels[levels.count - 1].isKeyNext = level.isObject }
            case UInt8(ascii: "\""):
                let end = endOfString(text, position)
                if let level = levels.last, level.isKeyNext {
                    let key = try string(text[position..<end])
                    guard levels[levels.count - 1].keys.insert(key).inserted else {
                        throw KeratinError(.file, "the JSON text has the key '\(key)' twice")
                    }
                    if levels.count == path.count + 1,
                        levels.dropLast().map(\.key) == path
                    {
                        found.append(key)
                    }
                    levels[levels.count - 1].isKeyNext = false
                    levels[levels.count - 1].key = key
                }
                position = end
                continue
            default: break
            }
            position = text.index(after: position)
        }
        return found
    }

    /// The place behind the closing quotation mark.
    private static func endOfString<Text: Collection<UInt8>>(
        _ text: Text, _ start: Text.Index
    ) -> Text.Index {
        var position = text.index(after: start)
        var isEscaped = false
        while position < text.endIndex {
            let byte = text[position]
            position = text.index(after: position)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                break
            }
        }
        return position
    }

    private static func string(_ token: some Collection<UInt8>) throws -> String {
        guard token.contains(UInt8(ascii: "\\")) else {
            return String(decoding: token.dropFirst().dropLast(), as: UTF8.self)
        }
        guard let key = try? JSONDecoder().decode(String.self, from: Data(token)) else {
            throw KeratinError(.file, "the JSON text has a damaged key")
        }
        return key
    }
}
