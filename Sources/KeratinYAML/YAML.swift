import KeratinCore
import KeratinLayers
import Yams

/// YAML texts as values.
enum YAML {
    // MARK: Reading

    /// The value of a text that holds one document.
    ///
    /// Python's tags for plain values (`!!python/tuple`, `!!python/unicode` …), which Keras 1 and 2 wrote, are read as
    /// these values. Aliases stand for copies.
    /// - Throws: `KeratinError` for a text that is no YAML, for tags of Python objects, and for texts that aliases or
    ///   nesting make too large.
    static func decode(_ text: String) throws -> ConfigValue {
        let root: Node?
        do {
            root = try Parser(yaml: text).singleRoot()
        } catch {
            throw KeratinError(.invalidData, "is no valid YAML: \(firstLines(error))", at: place)
        }
        guard let root else { throw KeratinError(.invalidData, "is empty", at: place) }
        var reader = Reader()
        return try reader.value(root, depth: 0)
    }

    private static let place = "the YAML text"

    /// What the YAML library says, on one line, without the two lines of the text that it quotes below.
    private static func firstLines(_ error: any Error) -> String {
        let lines = "\(error)".split(separator: "\n")
        return lines.prefix(max(lines.count - 2, 1)).joined(separator: " ")
    }

    private struct Reader {
        /// Aliases of aliases can make a short text stand for more than any memory holds.
        private var budget = 300_000
        private static let largestDepth = 500

        mutating func value(_ node: Node, depth: Int) throws -> ConfigValue {
            budget -= 1
            guard budget > 0, depth < Self.largestDepth else {
                throw KeratinError(.invalidData, "is too large or nested too deeply", at: place)
            }
            let tag = try kind(node)
            switch node {
            case .scalar(let scalar): return try plain(scalar.string, node, tag)
            case .sequence(let nodes):
                guard ["seq", "tuple", "list", "set"].contains(tag) else {
                    throw refused(node)
                }
                return .list(try nodes.map { try value($0, depth: depth + 1) })
            case .mapping(let pairs):
                guard ["map", "dict"].contains(tag) else { throw refused(node) }
                var values: [String: ConfigValue] = [:]
                for (key, node) in pairs {
                    guard case .scalar(let name) = key else { throw refused(key) }
                    values[name.string] = try value(node, depth: depth + 1)
                }
                return .object(values)
            case .alias: throw refused(node)
            }
        }

        /// The last part of a tag: `int` for YAML's and for Python's integers.
        private func kind(_ node: Node) throws -> String {
            let tag = node.tag.rawValue
            for prefix in ["tag:yaml.org,2002:python/", "tag:yaml.org,2002:"]
            where tag.hasPrefix(prefix) {
                return String(tag.dropFirst(prefix.count))
            }
            throw refused(node)
        }

        private func plain(_ text: String, _ node: Node, _ tag: String) throws -> ConfigValue {
            switch tag {
            // Dates and the like are words in a model.
            case "str", "unicode", "timestamp", "merge", "value": return .string(text)
            case "null", "none": return .null
            case "bool":
                // Python's own tag stands before its own spelling, which YAML's includes.
                if let value = Bool.construct(from: scalar(text)) { return .boolean(value) }
            case "int", "long":
                if let value = Int.construct(from: scalar(text)) { return .integer(value) }
                if let value = Double(text) { return .number(value) }
            case "float":
                if let value = Double.construct(from: scalar(text)) { return .number(value) }
            default: break
            }
            throw refused(node)
        }

        private func scalar(_ text: String) -> Node.Scalar { Node.Scalar(text) }

        private func refused(_ node: Node) -> KeratinError {
            let line = node.mark.map { " in line \($0.line)" } ?? ""
            return KeratinError(
                .invalidData,
                "holds a value of type '\(node.tag.rawValue)'\(line), which is no plain value",
                at: place)
        }
    }

    // MARK: Writing

    /// The text of a value, in block style, its keys sorted, so that equal values give equal texts.
    /// - Throws: `KeratinError` if the YAML library fails.
    static func encode(_ value: ConfigValue) throws -> String {
        do {
            return try Yams.serialize(node: node(value), width: -1, allowUnicode: true)
        } catch {
            throw KeratinError(.invalidData, "cannot be written: \(error)", at: place)
        }
    }

    private static func node(_ value: ConfigValue) -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .boolean(let value): Node(value ? "true" : "false", Tag(.bool))
        case .integer(let value): Node(String(value), Tag(.int))
        case .number(let value): Node(spelled(value), Tag(.float))
        case .string(let text): string(text)
        case .list(let values): Node(values.map(node), Tag(.seq))
        case .object(let values):
            Node(
                values.sorted { $0.key < $1.key }.map { (string($0.key), node($0.value)) },
                Tag(.map))
        }
    }

    /// Plain where no reader could take it for anything but a string.
    private static func string(_ text: String) -> Node {
        let isWord =
            text.first?.isLetter == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.>/".contains($0)) }
            && Node(text).tag.rawValue == Tag.Name.str.rawValue
        return Node(text, Tag(.str), isWord ? .plain : .doubleQuoted)
    }

    /// With a point and a signed exponent, without which YAML 1.1 sees a string.
    private static func spelled(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        let text = String(value)
        guard let exponent = text.firstIndex(of: "e") else { return text }
        let mantissa = text[..<exponent]
        return mantissa + (mantissa.contains(".") ? "" : ".0") + text[exponent...]
    }
}
