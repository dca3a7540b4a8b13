import FoundationEssentials
import KeratinCore

/// The JSON text at the start of a safetensors file: where each tensor lies in the data behind it.
struct SafetensorsHeader {
    struct Entry: Codable {
        var dtype: String
        var shape: [Int]
        /// First byte and the one behind the last, from the start of the data.
        var offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    /// In the text's order.
    var entries: [(name: String, entry: Entry)] = []
    var metadata: [String: String] = [:]

    static let metadataKey = "__metadata__"

    private static let types: [String: ElementType] = [
        "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "I8": .int8,
        "I16": .int16, "I32": .int32, "I64": .int64, "U8": .uint8, "U16": .uint16, "U32": .uint32,
        "U64": .uint64, "BOOL": .bool,
    ]

    static func type(_ name: String) -> ElementType? { types[name] }

    static func name(_ type: ElementType) -> String {
        types.first { $0.value == type }?.key ?? type.rawValue.uppercased()
    }

    init() {}

    /// - Throws: `KeratinError` for text that is not JSON of the right form, or names a tensor twice.
    init(json text: ArraySlice<UInt8>) throws {
        let names = try JSONKeys.ordered(text)
        let contents: Contents
        do {
            contents = try JSONDecoder().decode(Contents.self, from: Data(text))
        } catch {
            throw KeratinError(
                .file, "the safetensors header is damaged: \(Self.reason(error as? DecodingError))")
        }
        metadata = contents.metadata
        entries = names.compactMap { name in contents.entries[name].map { (name, $0) } }
        // Decoders also read UTF-16, in which the keys are others.
        guard entries.count == contents.entries.count else {
            throw KeratinError(.file, "the safetensors header is damaged: it is no UTF-8 text")
        }
    }

    private static func reason(_ error: DecodingError?) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { "'\($0.stringValue)'" }.joined(separator: ", ")
        }
        return switch error {
        case .keyNotFound(let key, let context)?:
            "\(place(context.codingPath)) lacks '\(key.stringValue)'"
        case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
            "\(place(context.codingPath)) has a value of the wrong kind"
        case .dataCorrupted(let context)? where !context.codingPath.isEmpty:
            "\(place(context.codingPath)) has a value of the wrong kind"
        default: "it is no JSON text, or holds numbers that are too large"
        }
    }

    private struct Contents: Decodable {
        var entries: [String: Entry] = [:]
        var metadata: [String: String] = [:]

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys {
                if key.stringValue == SafetensorsHeader.metadataKey {
                    metadata = try container.decode([String: String].self, forKey: key)
                } else {
                    entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
                }
            }
        }
    }

    /// The text: metadata first, sorted by key, then the tensors in order.
    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var members: [[UInt8]] = []
        if !metadata.isEmpty {
            members.append(
                try Array(encoder.encode(Self.metadataKey)) + [UInt8(ascii: ":")]
                    + Array(encoder.encode(metadata)))
        }
        for (name, entry) in entries {
            members.append(
                try Array(encoder.encode(name)) + [UInt8(ascii: ":")]
                    + Array(encoder.encode(entry)))
        }
        return [UInt8(ascii: "{")] + members.joined(separator: [UInt8(ascii: ",")])
            + [UInt8(ascii: "}")]
    }
}
