import KeratinCore

/// A value of a JSON object whose keys are Keras's, such as a layer's configuration.
public enum GoldenValue: Decodable, Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([GoldenValue])
    case object([String: GoldenValue])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([GoldenValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: GoldenValue].self))
        }
    }
}

/// A layer, loss or optimizer as Keras spells it: the class, and the arguments of `get_config`.
public struct GoldenObject: Decodable, Hashable, Sendable {
    /// Keras's class.
    public let className: String
    /// The arguments, by Keras's names.
    public let config: [String: GoldenValue]

    /// As a test would write one by hand.
    public init(className: String, config: [String: GoldenValue]) {
        self.className = className
        self.config = config
    }

    private func value(_ key: String) throws -> GoldenValue {
        guard let value = config[key] else {
            throw KeratinError(
                .invalidData, "has no '\(key)', only \(config.keys.sorted())", at: className)
        }
        return value
    }

    private func mismatch(_ key: String, _ expected: String) -> KeratinError {
        KeratinError(
            .invalidData, "'\(key)' is \(config[key] ?? .null), expected \(expected)", at: className
        )
    }

    /// - Throws: `KeratinError` if the key is missing or holds no bool.
    public func bool(_ key: String) throws -> Bool {
        guard case .bool(let value) = try value(key) else { throw mismatch(key, "a bool") }
        return value
    }

    /// - Throws: `KeratinError` if the key is missing or holds no number.
    public func double(_ key: String) throws -> Double {
        guard case .number(let value) = try value(key) else { throw mismatch(key, "a number") }
        return value
    }

    /// - Throws: `KeratinError` if the key is missing or holds no whole number.
    public func int(_ key: String) throws -> Int {
        guard case .number(let number) = try value(key), let value = Int(exactly: number) else {
            throw mismatch(key, "an integer")
        }
        return value
    }

    /// - Throws: `KeratinError` if the key is missing or holds no string.
    public func string(_ key: String) throws -> String {
        guard case .string(let value) = try value(key) else { throw mismatch(key, "a string") }
        return value
    }

    /// - Throws: `KeratinError` if the key is missing or holds no list of whole numbers.
    public func ints(_ key: String) throws -> [Int] {
        guard case .array(let values) = try value(key) else { throw mismatch(key, "integers") }
        return try values.map {
            guard case .number(let number) = $0, let value = Int(exactly: number) else {
                throw mismatch(key, "integers")
            }
            return value
        }
    }
}
