import KeratinCore
import KeratinTensor

/// What values like initializers and regularizers have in common: a class of Keras with arguments.
///
/// A conforming type keeps `identity` beside its closure, and lists how each class is made from its arguments.
package protocol SerializableFunction: Serializable {
    /// What the things are called in errors: "initializer".
    static var kind: String { get }
    /// Keras's module: `keras.initializers`.
    static var module: String { get }
    /// How to make each one, by its class name.
    static var classes: [String: @Sendable (Configuration) throws -> Self] { get }
    /// Short names, and the class that each stands for.
    static var aliases: [String: String] { get }
    /// The names of classes in files, where every version of Keras 3 reads another name than the class has now.
    static var fileNames: [String: String] { get }
    /// The class and arguments; nil for a closure of a user.
    var identity: FunctionIdentity? { get }
    /// What a string in a file stands for. Kinds whose strings stay strings when they are written keep it.
    static func spelled(_ name: String) throws -> Self
}

/// The class and the arguments that a value was made from.
package struct FunctionIdentity: Hashable, Sendable {
    package var className: String
    package var config: [String: ConfigValue]

    package init(_ className: String, _ config: [String: ConfigValue] = [:]) {
        self.className = className
        self.config = config
    }
}

extension SerializableFunction {
    package static var fileNames: [String: String] { [:] }

    /// The class with its arguments, as files hold it.
    /// - Throws: `KeratinError` for a closure that is not registered.
    public func serialized() throws -> ConfigValue { try serializedObject() }

    /// The class with its arguments.
    package func serializedObject() throws -> ConfigValue {
        guard let identity else {
            throw KeratinError(
                .unavailable,
                "a closure without a name cannot be saved as \(Self.kind): give it one, and register it with "
                    + "CustomObjects.register")
        }
        if CustomObjects.contains(Self.kind, identity.className) {
            return SerializedObject(
                module: nil, className: identity.className, config: identity.config,
                registeredName: CustomObjects.registeredName(identity.className)
            ).value
        }
        guard Self.classes[identity.className] != nil else {
            throw KeratinError(
                .unavailable,
                "the \(Self.kind) cannot be saved: "
                    + CustomObjects.advice(Self.kind, identity.className),
                at: identity.className)
        }
        return SerializedObject(
            module: Self.module,
            className: Self.fileNames[identity.className] ?? identity.className,
            config: identity.config
        ).value
    }

    /// From its name, or from a class with its arguments.
    /// - Throws: `KeratinError` for unknown names and wrong arguments.
    public static func deserialize(_ value: ConfigValue) throws -> Self {
        try deserializedObject(value)
    }

    /// By its name, or from a class with its arguments.
    package static func deserializedObject(_ value: ConfigValue) throws -> Self {
        if case .string(let name) = value { return try spelled(name) }
        let object = try SerializedObject(value, what: kind)
        // A function is written with its name in place of a configuration.
        if object.className == "function", case .string(let name) = object.config {
            return try spelled(name)
        }
        return try make(object.registeredName ?? object.className, object.configuration())
    }

    package static func spelled(_ name: String) throws -> Self { try named(name) }

    /// By Keras's name, with its defaults.
    /// - Throws: `KeratinError` for an unknown name; it suggests the nearest.
    package static func named(_ name: String) throws -> Self {
        try make(name, Configuration([:], of: name))
    }

    /// The error for a name that is not known.
    package static func unknown(_ name: String) -> KeratinError {
        let listed = KnownNames.of(self)
        return unknownName(
            name, among: listed + aliases.keys.sorted() + classes.keys.sorted(), listed: listed,
            what: kind)
    }

    /// By Keras's name, with the arguments of a configuration.
    package static func make(_ name: String, _ configuration: Configuration) throws -> Self {
        if let custom: Self = try CustomObjects.make(kind, name, configuration) { return custom }
        let className = aliases[name] ?? aliases[name.lowercased()] ?? name
        guard let make = classes[className] else {
            throw unknown(name)
        }
        return try make(configuration)
    }
}
