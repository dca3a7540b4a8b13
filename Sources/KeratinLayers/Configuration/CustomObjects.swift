import KeratinCore
import KeratinTensor

/// Classes and functions of users, so that files which name them can be read (Keras's
/// `register_keras_serializable`). Files name them `package>Name`.
public enum CustomObjects {
    private struct Entry: @unchecked Sendable {
        var package: String
        /// The class, or the value.
        var object: Any
        /// Where the code lies, if the object is a function.
        var address: FunctionAddress?
        var make: @Sendable (Configuration) throws -> Any
    }

    private static let entries = Locked<[String: [String: Entry]]>([:])
    static let layerKind = "layer"

    /// Registers a layer class of your own.
    /// - Parameter name: Keras's class name; nil: the Swift class's name.
    public static func register<Custom: ConfigurableLayer>(
        layer type: Custom.Type, name: String? = nil, package: String = "Custom"
    ) {
        add(layerKind, name ?? type.className, package, type) { try Custom(from: $0) }
    }

    /// Registers a metric class of your own, which files make by its `make(from:)`.
    /// - Parameter name: Keras's class name; nil: the Swift class's name.
    public static func register(
        metric type: Metric.Type, name: String? = nil, package: String = "Custom"
    ) {
        add(Metric.kind, name ?? String(describing: type), package, type) {
            try type.make(from: $0)
        }
    }

    /// Registers a metric of your own.
    public static func register(_ metric: Metric, name: String, package: String = "Custom") {
        add(Metric.kind, name, package, metric) { _ in metric.copy() }
    }

    /// Registers an activation function, initializer, regularizer, constraint, loss or optimizer of your own.
    public static func register<Object: Serializable & Sendable>(
        _ object: Object, name: String, package: String = "Custom"
    ) {
        add(kind(of: Object.self), name, package, object) { _ in object }
    }

    /// Registers classes of layers and metrics of your own, under their Swift names.
    public static func register(_ types: any CustomObject.Type...) {
        for type in types { type.register() }
    }

    /// Registers an activation function of your own. Layers that are to be saved with it name it, `activation: "swish"`, or are given the
    /// function itself, if it is a global one or a closure that captures nothing.
    public static func register(
        _ name: String, activation: @escaping @Sendable (Tensor) throws -> Tensor
    ) {
        add(
            kind(of: ActivationFunction.self), name, "Custom", ActivationFunction(name, activation),
            FunctionAddress(activation))
    }

    /// Registers a loss of your own. Models that are to be saved with it name it, `loss: "log_cosh"`, or are given the function itself, if it
    /// is a global one or a closure that captures nothing.
    public static func register(
        _ name: String,
        loss: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    ) {
        add(Loss.kind, name, "Custom", Loss(name, loss), FunctionAddress(loss))
    }

    /// Registers a metric of your own. Models that are to be saved with it name it, `metrics: ["distance"]`, or are given the function itself,
    /// if it is a global one or a closure that captures nothing.
    public static func register(
        _ name: String,
        metric: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    ) {
        add(
            Metric.kind, name, "Custom", Metric(name, metric), address: FunctionAddress(metric)
        ) { _ in Metric(name, FunctionIdentity(name), MeanDefinition(metric)) }
    }

    /// Registers what a `Lambda` layer of a file computes, in place of its Python function, which is never run. The closure has no weights.
    /// - Parameters:
    ///   - name: of the Python function; of the layer if the function has none.
    ///   - body: computes the result from the input, with the batch as its first axis.
    public static func register(
        lambda name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor
    ) {
        let function = LambdaFunction(body: { try body($0[0]) }, takesSeveral: false)
        add(Lambda.functionKind, name, "Custom", function, nil)
    }

    /// Registers what a `Lambda` layer of a file computes from several inputs; see `register(lambda:_:)`.
    public static func register(
        lambda name: String,
        ofSeveral body: @escaping @Sendable (_ inputs: [Tensor]) throws -> Tensor
    ) {
        let function = LambdaFunction(body: body, takesSeveral: true)
        add(Lambda.functionKind, name, "Custom", function, nil)
    }

    private static func kind<Object>(of type: Object.Type) -> String {
        (type as? any SerializableFunction.Type)?.kind ?? String(describing: type)
    }

    private static func add<Object: Sendable>(
        _ kind: String, _ name: String, _ package: String, _ object: Object,
        _ address: FunctionAddress?
    ) {
        add(kind, name, package, object, address: address) { _ in object }
    }

    private static func add(
        _ kind: String, _ name: String, _ package: String, _ object: Any,
        address: FunctionAddress? = nil, _ make: @escaping @Sendable (Configuration) throws -> Any
    ) {
        let entry = Entry(package: package, object: object, address: address, make: make)
        entries.withLock { $0[kind, default: [:]][name] = entry }
    }

    /// Forgets everything that was registered.
    public static func removeAll() { entries.withLock { $0 = [:] } }

    package static func contains(_ kind: String, _ name: String) -> Bool {
        entry(kind, name) != nil
    }

    /// Everything that was registered, by `package>Name`: classes of layers, and values such as losses.
    public static var all: [String: Any] {
        struct Box: @unchecked Sendable { let objects: [String: Any] }
        return entries.withLock { kinds in
            var found: [String: Any] = [:]
            for kind in kinds.values {
                for (name, entry) in kind { found["\(entry.package)>\(name)"] = entry.object }
            }
            return Box(objects: found)
        }.objects
    }

    /// `package>Name`.
    package static func registeredName(_ name: String) -> String? {
        entries.withLock { kinds in
            kinds.values.compactMap { $0[name] }.first.map { "\($0.package)>\(name)" }
        }
    }

    private static func entry(_ kind: String, _ name: String) -> Entry? {
        let short = name.split(separator: ">").last.map(String.init) ?? name
        return entries.withLock { $0[kind]?[short] }
    }

    /// The registered object of a name, with or without its package; nil if there is none.
    package static func make<Object>(
        _ kind: String, _ name: String, _ configuration: Configuration
    ) throws -> Object? {
        try entry(kind, name)?.make(configuration) as? Object
    }

    /// The name under which a function was registered; nil: under none.
    static func name(_ kind: String, _ address: FunctionAddress?) -> String? {
        guard let address else { return nil }
        return entries.withLock { $0[kind]?.first { $0.value.address == address }?.key }
    }

    /// What makes code of users known to files.
    static func advice(_ kind: String, _ name: String) -> String {
        switch kind {
        case Loss.kind, Metric.kind, ActivationFunction.kind:
            let word = kind == ActivationFunction.kind ? "activation" : kind
            return
                "register it, CustomObjects.register(\"\(name)\", \(word): …), and give its name where it is used"
        default:
            return "register it with CustomObjects.register(…, name: \"\(name)\")"
        }
    }

    static func names(_ kind: String) -> [String] {
        entries.withLock { ($0[kind] ?? [:]).keys.sorted() }
    }
}
