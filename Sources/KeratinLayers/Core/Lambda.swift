import KeratinCore
import KeratinTensor

/// A layer made of a closure over tensors. It has no weights. Files hold it by the name that its closure was registered under with
/// `CustomObjects.register(lambda:)`; without one it cannot be saved.
public final class Lambda: Layer {
    private let body: (_ inputs: [Tensor]) throws -> Tensor
    /// Whether it takes several tensors.
    private let takesSeveral: Bool
    /// Under which files know the closure.
    private let registeredName: String?

    /// - Parameter body: computes the result from the input, with the batch as its first axis; it has no weights.
    public init(name: String? = nil, _ body: @escaping (Tensor) throws -> Tensor) {
        self.body = { try body($0[0]) }
        takesSeveral = false
        registeredName = nil
        super.init(name: name)
    }

    /// A closure that was registered.
    init(_ function: LambdaFunction, registeredAs registeredName: String, name: String?) {
        body = function.body
        takesSeveral = function.takesSeveral
        self.registeredName = registeredName
        super.init(name: name)
    }

    private init(copy: Lambda) {
        (body, takesSeveral) = (copy.body, copy.takesSeveral)
        registeredName = copy.registeredName
        super.init(name: copy.name)
    }

    /// - Throws: `KeratinError` for a closure that was not registered: it has no written form.
    public override func getConfig() throws -> [String: ConfigValue] {
        guard let registeredName else {
            throw KeratinError(
                .unavailable,
                "holds a closure, which cannot be saved: make it a layer class of your own and register that with "
                    + "CustomObjects.register(layer:)", at: place)
        }
        let function: ConfigValue = [
            "module": "builtins", "class_name": "function", "config": .string(registeredName),
            "registered_name": .string(registeredName),
        ]
        return try super.getConfig().adding(["function": function, "arguments": [:]])
    }

    public override func serialized() throws -> SerializedObject {
        SerializedObject(module: "keras.layers", className: className, config: try getConfig())
    }

    /// The closure is shared.
    public override func copied() throws -> Layer { Lambda(copy: self) }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard takesSeveral || inputs.count == 1 else {
            throw KeratinError(
                .invalidArgument,
                "takes one input, got \(inputs.count): a closure for several is registered with CustomObjects.register(lambda:ofSeveral:)"
            )
        }
        return [try body(inputs)]
    }
}

/// A closure that stands for a Python function in files' Lambda layers.
struct LambdaFunction: Sendable {
    var body: @Sendable (_ inputs: [Tensor]) throws -> Tensor
    var takesSeveral: Bool
}

extension Lambda {
    static let functionKind = "lambda"

    /// The layer for what a file says of a Lambda: the closure that is registered under the name of its function, or, if that has
    /// none, under the layer's.
    /// - Throws: `KeratinError` if there is none, with the name to register one under.
    static func make(_ configuration: Configuration) throws -> Lambda {
        configuration.ignore(
            "function_type", "output_shape", "output_shape_type", "arguments", "mask",
            "module", "output_shape_module", "mode")
        let function = functionName(configuration.value("function"))
        let name = configuration.name
        for candidate in [function, name].compactMap({ $0 }) {
            if let body: LambdaFunction = try CustomObjects.make(
                functionKind, candidate, configuration)
            {
                return Lambda(body, registeredAs: candidate, name: name)
            }
        }
        let wanted = function ?? name ?? "lambda"
        let what =
            function.map { "calls the Python function '\($0)'" } ?? "holds Python bytecode"
        throw KeratinError(
            .unavailable,
            "\(what), which Keratin cannot run and would not trust: register a Swift closure for it before loading, "
                + "CustomObjects.register(lambda: \"\(wanted)\") { x in … }",
            at: name.map { "Lambda '\($0)'" } ?? "Lambda")
    }

    /// The name of a Python function; nil for one without a name.
    private static func functionName(_ value: ConfigValue?) -> String? {
        var name: String?
        switch value {
        case .string(let text)?: name = text
        case .object(let fields)? where fields["class_name"] == "function":
            if case .string(let text)? = fields["config"] { name = text }
        default: break
        }
        let short = name?.split(separator: ">").last.map(String.init)
        return short == "<lambda>" ? nil : short
    }
}
