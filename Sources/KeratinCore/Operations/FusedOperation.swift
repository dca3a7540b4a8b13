/// An operation that deserves its own kernel. The protocol is open: no backend must have a kernel for
/// it, because it carries its expansion into primitives, from which it can always be run,
/// differentiated and tested.
public protocol FusedOperation: Hashable, Sendable {
    /// A short snake_case name for printing and profiling.
    var name: String { get }

    /// The types of the results.
    /// - Throws: `KeratinError` that says what it got and what it expects.
    func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType]

    /// Records the same computation in primitives and gives its results.
    func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value]

    /// Records the gradient: given the cotangent of each result (nil: zero), the cotangent of each
    /// input (nil: zero, too). Returns nil if the operation has no rule of its own, or none for results that
    /// have a cotangent here; its expansion is then differentiated.
    ///
    /// A rule must account for every result that has a cotangent, also for what is kept for gradients only: the gradient
    /// of a gradient depends on it.
    func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]?
}

extension FusedOperation {
    /// No rule of its own: the expansion is differentiated.
    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? { nil }

    func isEqual(to other: any FusedOperation) -> Bool {
        guard let other = other as? Self else { return false }
        return self == other
    }

    /// Checks how many inputs there are.
    func expect(_ count: Int, _ inputs: [TensorType]) throws(KeratinError) {
        guard inputs.count == count else {
            throw KeratinError(.invalidArgument, "takes \(count) inputs, got \(inputs.count)")
        }
    }

    /// Checks an input's exact type.
    func expect(
        _ what: String, _ type: TensorType, _ expected: TensorType
    ) throws(KeratinError) {
        guard type == expected else {
            throw KeratinError(.shapeMismatch, "\(what) must be \(expected), got \(type)")
        }
    }
}
