import KeratinCore

/// Values that stand for states while a part of a function is recorded: what is assigned changes them, not the states.
///
/// A metric of a user changes variables; as a part of a training step its totals are kept elsewhere, and stand for them here.
package final class StateSubstitution {
    private var values: [ObjectIdentifier: Tensor]
    private let adopt: (State) -> Tensor?

    /// - Parameters:
    ///   - values: a recorded tensor, or a number, for each state; all of the state's type.
    ///   - adopting: what stands for a state that has no value here; nil: the state itself.
    package init(
        _ values: [(state: State, value: Tensor)],
        adopting adopt: @escaping (State) -> Tensor? = { _ in nil }
    ) {
        self.adopt = adopt
        self.values = Dictionary(
            values.map { (ObjectIdentifier($0.state), $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The value that stands for a state now; nil if the state stands for itself.
    package subscript(state: State) -> Tensor? { values[ObjectIdentifier(state)] ?? adopt(state) }

    /// - Returns: whether the state has a value here, which is another one now.
    func replace(_ state: State, _ value: Tensor) -> Bool {
        guard self[state] != nil else { return false }
        values[ObjectIdentifier(state)] = value
        return true
    }
}

extension Trace {
    /// Records code in which values stand for states.
    package func withSubstitution<Result>(
        _ substitution: StateSubstitution, _ body: () throws -> Result
    ) rethrows -> Result {
        let outer = self.substitution
        self.substitution = substitution
        defer { self.substitution = outer }
        return try body()
    }
}
