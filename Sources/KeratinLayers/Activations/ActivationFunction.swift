import KeratinCore
import KeratinTensor

/// A function that a layer applies to its result: `.relu`, `"gelu"`, or a closure of your own.
/// Formulas are those of Keras 3.
public struct ActivationFunction: Sendable, ExpressibleByStringLiteral {
    /// Keras's snake_case name.
    public let name: String
    private let body: (@Sendable (Tensor) throws -> Tensor)?

    /// A function of your own.
    public init(_ name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor) {
        self.name = name
        self.body = body
    }

    /// By Keras's name; an unknown one throws when the layer is built.
    public init(stringLiteral value: String) {
        name = value
        body = ActivationFunction.known[value]?.body
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if body == nil {
            throw unknownName(
                name, among: ActivationFunction.known.keys.sorted(), what: "activation")
        }
    }

    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        try validate()
        return try body!(x)
    }

    package static let known: [String: ActivationFunction] = {
        let all = [linear, relu, sigmoid, tanh, softmax, elu, gelu, silu, softplus]
        var known = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
        known["swish"] = silu
        return known
    }()

    // MARK: The functions

    /// x
    public static let linear = ActivationFunction("linear") { $0 }
    /// max(x, 0)
    public static let relu = ActivationFunction("relu") { try $0.relu() }
    /// 1/(1 + e⁻ˣ)
    public static let sigmoid = ActivationFunction("sigmoid") { x in
        let y = try x.sigmoid()
        try Trace.current?.remember(logits: x, of: y)
        return y
    }
    public static let tanh = ActivationFunction("tanh") { try $0.tanh() }
    /// eˣ/Σ eˣ over the last axis.
    public static let softmax = ActivationFunction("softmax") { x in
        let y = try x.softmax()
        try Trace.current?.remember(logits: x, of: y)
        return y
    }
    /// x for x > 0, else eˣ − 1.
    public static let elu = ActivationFunction("elu") { x in
        // The branch that is not taken must stay finite, or its gradient would be NaN.
        let negative = try x.binary(.minimum, 0).unary(.expm1)
        return try x.binary(.greater, 0).select(x, negative)
    }
    /// x·Φ(x), with Φ by the error function.
    public static let gelu = ActivationFunction("gelu") { x in
        let cumulative = try (x * 0.7071067811865476).unary(.erf) + 1
        return try x * 0.5 * cumulative
    }
    /// x·sigmoid(x), also called swish.
    public static let silu = ActivationFunction("silu") { try $0 * $0.sigmoid() }
    /// ln(1 + eˣ)
    public static let softplus = ActivationFunction("softplus") { try $0.unary(.softplus) }
}
