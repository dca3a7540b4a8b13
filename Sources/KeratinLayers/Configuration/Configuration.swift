import KeratinCore

/// The arguments of an object in a Keras file, read by name and type.
///
/// A key that is absent gives the default; a key that holds something else throws and names it. Keys
/// that nobody asked for are remembered: a reader warns of them, since another version of Keras wrote them.
/// Arrays, tensors and tuples, which Keras wraps, are read as lists.
public final class Configuration: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// The class whose arguments these are, as errors name it.
    public let className: String
    private let values: [String: ConfigValue]
    private var used: Set<String> = []
    /// The keys in the order in which they were first asked for.
    private(set) var readOrder: [String] = []
    /// Keys of layers inside this one that were not read.
    private(set) var innerUnusedKeys: [(place: String, keys: [String])] = []

    /// The arguments of a class, by Keras's names.
    public init(_ values: [String: ConfigValue], of className: String) {
        self.values = values.mapValues(\.plain)
        self.className = className
    }

    /// The arguments of a layer of your own: `["units": units]`.
    public convenience init(dictionaryLiteral elements: (String, any ConfigConvertible)...) {
        self.init(
            Dictionary(elements.map { ($0, $1.configValue) }, uniquingKeysWith: { $1 }),
            of: "the layer")
    }

    /// All values, by Keras's names.
    public var contents: [String: ConfigValue] { values }

    /// The value of a key, as what it is needed as: `let units: Int = try configuration["units"]`. An optional is nil where the key is absent
    /// or null.
    /// - Throws: `KeratinError` if the key holds something else, or is missing.
    public subscript<Value: ConfigReadable>(key: String) -> Value {
        get throws { try Value.read(key, from: self) }
    }

    /// Keys with a value other than null that were not read.
    public var unusedKeys: [String] {
        values.filter { !used.contains($0.key) && $0.value != .null }.keys.sorted()
    }

    /// Declares keys as understood whose values change nothing here.
    public func ignore(_ keys: String...) { used.formUnion(keys) }

    /// Every argument, in Swift's words: `Dense(units: 3, useBias: true)`.
    public var description: String {
        PrintedArguments.call(
            className, values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// The value of a key; nil if it is absent or null.
    public func value(_ key: String) -> ConfigValue? {
        if used.insert(key).inserted { readOrder.append(key) }
        guard let value = values[key], value != .null else { return nil }
        return value
    }

    /// Whether a key is there and holds null.
    public func isNull(_ key: String) -> Bool { values[key] == .null }

    private func required<Value>(_ key: String, _ value: Value?) throws -> Value {
        guard let value else {
            throw KeratinError(.invalidData, "the configuration has no '\(key)'", at: className)
        }
        return value
    }

    /// The error for a key that holds something else than it should.
    public func mismatch(_ key: String, expected: String) -> KeratinError {
        KeratinError(
            .invalidData, "'\(key)' must be \(expected), got \(values[key] ?? .null)", at: className
        )
    }

    // MARK: Plain values. Without a default the key must be there.

    /// true or false, also written as 1 or 0.
    /// - Throws: `KeratinError` if the key holds something else, or is missing and has no default.
    public func boolean(_ key: String, default fallback: Bool? = nil) throws -> Bool {
        try required(key, try optionalBoolean(key) ?? fallback)
    }

    /// A whole number of 32 bits (a seed may have more), also one written as `2.0`.
    /// - Throws: `KeratinError` if the key holds something else, or is missing and has no default.
    public func integer(_ key: String, default fallback: Int? = nil) throws -> Int {
        try required(key, try optionalInteger(key) ?? fallback)
    }

    /// - Throws: `KeratinError` if the key holds something else, or is missing and has no default.
    public func number(_ key: String, default fallback: Double? = nil) throws -> Double {
        try required(key, try optionalNumber(key) ?? fallback)
    }

    /// - Throws: `KeratinError` if the key holds something else, or is missing and has no default.
    public func string(_ key: String, default fallback: String? = nil) throws -> String {
        try required(key, try optionalString(key) ?? fallback)
    }

    /// A list of integers, or one integer.
    public func integers(_ key: String, default fallback: [Int]? = nil) throws -> [Int] {
        try required(key, try optionalIntegers(key) ?? fallback)
    }

    /// nil if the key is missing or null.
    /// - Throws: `KeratinError` if it holds something else.
    public func optionalBoolean(_ key: String) throws -> Bool? {
        switch value(key) {
        case nil: nil
        case .boolean(let value): value
        case .integer(let value) where value == 0 || value == 1: value == 1
        default: throw mismatch(key, expected: "true or false")
        }
    }

    /// nil if the key is missing or null.
    /// - Throws: `KeratinError` if it holds something else.
    public func optionalInteger(_ key: String) throws -> Int? {
        try value(key).map { value in
            // A seed may be any number.
            guard let integer = key == "seed" ? value.asInteger : value.asExtent else {
                throw mismatch(key, expected: "an integer")
            }
            return integer
        }
    }

    /// nil if the key is missing or null.
    /// - Throws: `KeratinError` if it holds something else.
    public func optionalNumber(_ key: String) throws -> Double? {
        try value(key).map { value in
            guard let number = value.asNumber else { throw mismatch(key, expected: "a number") }
            return number
        }
    }

    /// nil if the key is missing or null.
    /// - Throws: `KeratinError` if it holds something else.
    public func optionalString(_ key: String) throws -> String? {
        try value(key).map { value in
            guard case .string(let string) = value else {
                throw mismatch(key, expected: "a string")
            }
            return string
        }
    }

    /// A list, or one number as a list of one; nil if the key is missing or null.
    /// - Throws: `KeratinError` if it holds something else.
    public func optionalIntegers(_ key: String) throws -> [Int]? {
        try value(key).map { value in
            if let one = value.asExtent { return [one] }
            guard case .list(let elements) = value else {
                throw mismatch(key, expected: "integers")
            }
            return try elements.map {
                guard let element = $0.asExtent else { throw mismatch(key, expected: "integers") }
                return element
            }
        }
    }

    /// A list of numbers (nested lists laid end to end), or one number.
    public func optionalNumbers(_ key: String) throws -> [Double]? {
        func flatten(_ value: ConfigValue) throws -> [Double] {
            if let number = value.asNumber { return [number] }
            guard case .list(let elements) = value else {
                throw mismatch(key, expected: "numbers")
            }
            return try elements.flatMap(flatten)
        }
        return try value(key).map(flatten)
    }

    /// A shape whose unknown extents are null.
    public func optionalShape(_ key: String) throws -> [Int?]? {
        try value(key).map { value in
            guard case .list(let elements) = value else { throw mismatch(key, expected: "a shape") }
            return try elements.map { element in
                if element == .null { return nil }
                guard let extent = element.asExtent else {
                    throw mismatch(key, expected: "a shape")
                }
                return extent
            }
        }
    }

    // MARK: Objects

    /// An object such as an initializer; a key that is absent gives the default, null too.
    public func object<Object: Serializable>(
        _ key: String, default fallback: Object
    ) throws -> Object {
        try optionalObject(key) ?? fallback
    }

    /// An object such as a regularizer; nil if the key is absent or null.
    public func optionalObject<Object: Serializable>(
        _ key: String, as type: Object.Type = Object.self
    ) throws -> Object? {
        do {
            return try value(key).map { try Object.deserialize($0) }
        } catch let error as KeratinError {
            throw error.nested(in: "\(className).\(key)")
        }
    }

    /// The layer under a key, such as a wrapped one.
    /// - Throws: `KeratinError` if there is none, or one that cannot be made.
    public func layer(_ key: String) throws -> Layer {
        guard let layer = try optionalLayer(key) else {
            throw KeratinError(.invalidData, "the configuration has no '\(key)'", at: className)
        }
        return layer
    }

    /// The layer under a key; nil if the key is absent or null.
    public func optionalLayer(_ key: String) throws -> Layer? {
        try value(key).map { try layer($0, key) }
    }

    /// The layers that a list under a key holds.
    public func layers(_ key: String) throws -> [Layer] {
        guard case .list(let elements)? = value(key) else {
            throw mismatch(key, expected: "a list of layers")
        }
        return try elements.map { try layer($0, key) }
    }

    private func layer(_ value: ConfigValue, _ key: String) throws -> Layer {
        do {
            return try LayerRegistry.make(SerializedObject(value, what: "layer")) {
                innerUnusedKeys.append(($0, $1))
            }
        } catch let error as KeratinError {
            throw error.nested(in: "\(className).\(key)")
        }
    }

    /// The layer's own name, which Keras writes into every configuration.
    public var name: String? {
        if case .string(let name)? = value("name") { name } else { nil }
    }
}

extension ConfigValue {
    /// The integer that this is, also if it is written as 2.0.
    public var asInteger: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The integer that this is if it has 32 bits: what extents and counts have, so that two of them can be multiplied.
    package var asExtent: Int? { asInteger.flatMap { Int32(exactly: $0) }.map { Int($0) } }

    /// A number, whole or not; nil for anything else.
    public var asNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
