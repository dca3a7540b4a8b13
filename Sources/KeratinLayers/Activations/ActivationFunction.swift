import KeratinCore
import KeratinTensor

/// A function that a layer applies to its result: `.relu`, `"gelu"`, or a closure of your own.
/// Formulas are those of Keras 3.
///
/// What kernels know of these is less, and each kind of kernel its own set: `FusedActivation`, `RecurrentActivation`.
public struct ActivationFunction: Sendable, ExpressibleByStringLiteral {
    /// Keras's snake_case name.
    public private(set) var name: String
    /// Where the code of a closure without a name lies.
    private(set) var address: FunctionAddress?
    private let body: (@Sendable (Tensor) throws -> Tensor)?
    /// Whether the name alone stands for the function in files.
    let isKeras: Bool
    /// What the operation for recurrent sequences calls the function; nil: it does not know it.
    private(set) var recurrent: RecurrentActivation?
    /// The layer that stands in the function's place, as files hold it.
    private(set) var layer: ConfigValue?

    /// A function of your own. It can be saved under its name once it is registered with `CustomObjects`.
    public init(_ name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor) {
        self.name = name
        self.body = body
        isKeras = false
    }

    /// A function of your own, under the name that it was registered with; without one it cannot be saved.
    public init(_ body: @escaping @Sendable (Tensor) throws -> Tensor) {
        let address = FunctionAddress(body)
        let name = CustomObjects.name(ActivationFunction.kind, address)
        self.init(name ?? "custom", body)
        self.address = name == nil ? address : nil
    }

    /// By Keras's name; an unknown one throws when the layer is built.
    public init(stringLiteral value: String) {
        name = value
        body = ActivationFunction.known[value]?.body
        isKeras = body != nil
        recurrent = ActivationFunction.recurrentNames[value]
    }

    /// One of Keras's functions, with its default arguments.
    init(keras name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor) {
        self.name = name
        self.body = body
        recurrent = ActivationFunction.recurrentNames[name]
        isKeras = true
    }

    private static let recurrentNames: [String: RecurrentActivation] = [
        "linear": .none, "relu": .relu, "sigmoid": .sigmoid, "tanh": .tanh,
        "hard_sigmoid": .hardSigmoid, "legacy_hard_sigmoid": .legacyHardSigmoid,
    ]

    /// A layer without weights in the function's place, such as `LeakyReLU(0.1)`; nil if files cannot hold it.
    init(_ layer: Layer, _ serialized: ConfigValue?) {
        /// Used by the layer that it belongs to, and so in the same isolation domain.
        struct Box: @unchecked Sendable { let layer: Layer }
        let box = Box(layer: layer)
        self.init(layer.name) { x in
            let y = try box.layer.apply(x)
            guard box.layer.weights.isEmpty else {
                throw KeratinError(
                    .unavailable, "a layer with weights in place of an activation is not there",
                    at: box.layer.place)
            }
            return y
        }
        self.layer = serialized
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if try found == nil { throw unknown }
    }

    /// The function itself; of a name that Keras does not know, what is registered under it.
    private var found: (@Sendable (Tensor) throws -> Tensor)? {
        get throws {
            if let body { return body }
            let custom: ActivationFunction? = try CustomObjects.make(
                ActivationFunction.kind, name, Configuration([:], of: name))
            return custom?.body
        }
    }

    private var unknown: KeratinError {
        let own = CustomObjects.names(ActivationFunction.kind)
        let functions = Set(ActivationFunction.known.values.map(\.name)).union(own)
        return unknownName(
            name, among: own + ActivationFunction.known.keys.sorted(), listed: functions.sorted(),
            what: "activation")
    }

    /// - Throws: `KeratinError` for an unknown name, and whatever the function throws.
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        guard let found = try found else { throw unknown }
        return try found(x)
    }

    package static let known: [String: ActivationFunction] = {
        var known: [String: ActivationFunction] = [:]
        func add(_ functions: ActivationFunction...) {
            for function in functions { known[function.name] = function }
        }
        // A few at a time: members of several types have these names.
        add(linear, relu, relu6, leakyRelu, elu)
        add(selu, celu, gelu, silu, hardSilu)
        add(mish, sigmoid, hardSigmoid, legacyHardSigmoid, sparseSigmoid, logSigmoid)
        add(tanh, hardTanh, tanhShrink, softplus, softsign)
        add(squareplus, sparsePlus, softShrink, hardShrink, exponential)
        add(softmax, logSoftmax, sparsemax, glu)
        known["swish"] = silu
        known["hard_swish"] = hardSilu
        return known
    }()
}
