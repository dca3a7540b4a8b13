/// A class of your own that files can name once it is registered: `CustomObjects.register(Linear.self, WithinTen.self)`.
public protocol CustomObject {
    /// Registers the class under its Swift name.
    static func register()
}

extension ConfigurableLayer {
    /// Registers the class under its Swift name.
    public static func register() { CustomObjects.register(layer: Self.self) }
}

extension Metric: CustomObject {
    /// Registers the class under its Swift name.
    public static func register() { CustomObjects.register(metric: self) }
}
