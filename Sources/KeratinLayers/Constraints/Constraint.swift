import KeratinTensor

/// What weights are brought back to after each step of an optimizer: `.nonNegative`, `.maxNorm(2)`,
/// `"unit_norm"`, or a closure over the weight. Formulas are Keras 3's.
public struct Constraint: Sendable, ExpressibleByStringLiteral, SerializableFunction {
    private let source: FunctionSource<@Sendable (Tensor) throws -> Tensor>

    /// A constraint of your own. It can be saved under its name once it is registered with `CustomObjects`.
    public init(_ name: String? = nil, _ body: @escaping @Sendable (Tensor) throws -> Tensor) {
        source = .function(name.map { FunctionIdentity($0) }, body)
    }

    /// By Keras's name; an unknown one throws when the layer is built.
    public init(stringLiteral value: String) { source = .name(value) }

    private init(
        _ identity: FunctionIdentity, _ body: @escaping @Sendable (Tensor) throws -> Tensor
    ) {
        source = .function(identity, body)
    }

    package var identity: FunctionIdentity? { source.identity }

    /// The weight that the constraint allows.
    /// - Throws: `KeratinError` for an unknown name.
    public func callAsFunction(_ weight: Tensor) throws -> Tensor {
        switch source {
        case .function(_, let body): try body(weight)
        case .name(let name): try Constraint.named(name)(weight)
        }
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if case .name(let name) = source { _ = try Constraint.named(name) }
    }

    package static let kind = "constraint"
    package static let module = "keras.constraints"
    package static let aliases = [
        "non_neg": "NonNeg", "nonneg": "NonNeg",
    ]
    package static let classes: [String: @Sendable (Configuration) throws -> Constraint] = [
        "NonNeg": { _ in .nonNegative }
    ]

    // MARK: The constraints

    /// Negative numbers become 0.
    public static let nonNegative = Constraint(FunctionIdentity("NonNeg")) {
        try $0.binary(.maximum, 0)
    }
}
