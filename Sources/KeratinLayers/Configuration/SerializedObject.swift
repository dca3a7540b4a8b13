import KeratinCore

/// An object as Keras 3 writes it into files: where its class lives, the class, and its arguments.
public struct SerializedObject: Hashable, Sendable {
    /// Keras's public module, such as `keras.layers`; nil for classes of users.
    public var module: String?
    /// Keras's class: "Dense".
    public var className: String
    /// The arguments, by Keras's names.
    public var config: ConfigValue
    /// `package>Name` of a class that a user registered; nil for Keras's own.
    public var registeredName: String?
    /// The shapes that the object was built for.
    public var buildConfig: ConfigValue?
    /// How the model was compiled.
    public var compileConfig: ConfigValue?

    /// The parts of an object as Keras writes it; `module` is nil for what users registered.
    public init(
        module: String?, className: String, config: [String: ConfigValue],
        registeredName: String? = nil
    ) {
        self.module = module
        self.className = className
        self.config = .object(config)
        self.registeredName = registeredName
    }

    /// - Throws: `KeratinError` if the value is no object with a class name and a configuration.
    public init(_ value: ConfigValue, what: String) throws {
        guard case .object(let fields) = value, case .string(let className)? = fields["class_name"]
        else {
            throw KeratinError(
                .invalidData, "expected a serialized \(what) with a class_name, got \(value)")
        }
        self.className = className
        config = (fields["config"] ?? .object([:])).plain
        if case .string(let module)? = fields["module"] { self.module = module }
        if case .string(let name)? = fields["registered_name"] { registeredName = name }
        if let build = fields["build_config"], build != .null { buildConfig = build.plain }
        if let compile = fields["compile_config"], compile != .null {
            compileConfig = compile.plain
        }
    }

    /// The object as JSON.
    public var value: ConfigValue {
        var fields: [String: ConfigValue] = [
            "module": module.map { .string($0) } ?? .null, "class_name": .string(className),
            "config": config, "registered_name": registeredName.map { .string($0) } ?? .null,
        ]
        fields["build_config"] = buildConfig
        fields["compile_config"] = compileConfig
        return .object(fields)
    }

    /// The arguments.
    /// - Throws: `KeratinError` if the configuration is no object.
    public func configuration() throws -> Configuration {
        guard case .object(let values) = config else {
            throw KeratinError(
                .invalidData, "the configuration must be an object, got \(config)", at: className)
        }
        return Configuration(values, of: className)
    }
}

/// What Keras files hold as a name (`"relu"`), as an object with a configuration, or as null: activation
/// functions, initializers, regularizers, constraints, losses, metrics, optimizers, schedules.
public protocol Serializable {
    /// What a file holds: a string, or a serialized object.
    /// - Throws: `KeratinError` for a closure that was never registered.
    func serialized() throws -> ConfigValue

    /// - Throws: `KeratinError` for unknown classes (with the nearest names) and wrong arguments.
    static func deserialize(_ value: ConfigValue) throws -> Self
}

extension Optional where Wrapped: Serializable {
    /// What a file holds: null for nothing.
    public func serialized() throws -> ConfigValue { try self?.serialized() ?? .null }
}
