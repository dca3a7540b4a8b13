/// What can stand in a configuration: numbers, strings, bools, lists and dictionaries of them, and whatever files hold by itself, such as an
/// initializer.
public protocol ConfigConvertible {
    /// The value as files hold it; null for what they cannot hold.
    var configValue: ConfigValue { get }
}

extension ConfigValue: ConfigConvertible {
    public var configValue: ConfigValue { self }
}
extension Int: ConfigConvertible {
    public var configValue: ConfigValue { .integer(self) }
}
extension Double: ConfigConvertible {
    public var configValue: ConfigValue { .number(self) }
}
extension Float: ConfigConvertible {
    public var configValue: ConfigValue { .number(Double(self)) }
}
extension Bool: ConfigConvertible {
    public var configValue: ConfigValue { .boolean(self) }
}
extension String: ConfigConvertible {
    public var configValue: ConfigValue { .string(self) }
}
extension Optional: ConfigConvertible where Wrapped: ConfigConvertible {
    public var configValue: ConfigValue { self?.configValue ?? .null }
}
extension Array: ConfigConvertible where Element: ConfigConvertible {
    public var configValue: ConfigValue { .list(map(\.configValue)) }
}
extension Dictionary: ConfigConvertible where Key == String, Value: ConfigConvertible {
    public var configValue: ConfigValue { .object(mapValues(\.configValue)) }
}

/// What can be read from a configuration by its type: `let units: Int = try configuration["units"]`.
public protocol ConfigReadable {
    /// The value under a key.
    /// - Throws: `KeratinError` if the key holds something else, or is missing.
    static func read(_ key: String, from configuration: Configuration) throws -> Self
}

extension Int: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> Int {
        try configuration.integer(key)
    }
}
extension Double: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> Double {
        try configuration.number(key)
    }
}
extension Float: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> Float {
        Float(try configuration.number(key))
    }
}
extension Bool: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> Bool {
        try configuration.boolean(key)
    }
}
extension String: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> String {
        try configuration.string(key)
    }
}
extension ConfigValue: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> ConfigValue
    {
        configuration.value(key) ?? .null
    }
}
extension Optional: ConfigReadable where Wrapped: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> Wrapped? {
        configuration.value(key) == nil ? nil : try Wrapped.read(key, from: configuration)
    }
}
extension Array: ConfigReadable where Element: ConfigReadable {
    public static func read(_ key: String, from configuration: Configuration) throws -> [Element] {
        guard case .list(let elements)? = configuration.value(key) else {
            throw configuration.mismatch(key, expected: "a list")
        }
        return try elements.enumerated().map { place, element in
            // Errors name the place.
            let name = "\(key)[\(place)]"
            return try Element.read(
                name, from: Configuration([name: element], of: configuration.className))
        }
    }
}
