/// What Keras's `jit_compile` says: whether the steps of a model are compiled as a whole. Here every step is: `fit` records it once and runs the plan
/// that is made of it, whatever is said, unless `runEagerly`. It is taken so that programs need no change.
public enum JITCompile: Sendable {
    /// As the engine likes.
    case auto
    /// Yes.
    case on
    /// No; it changes nothing, see above.
    case off
}

extension JITCompile: ExpressibleByBooleanLiteral, ExpressibleByStringLiteral {
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = value ? .on : .off }
    /// "auto".
    public init(stringLiteral value: String) { self = .auto }
}
