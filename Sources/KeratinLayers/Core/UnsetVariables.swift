import KeratinCore
import KeratinTensor

/// Weights whose first values are put off while a model is made, because a file's numbers are to take their place: a model that is loaded
/// needs its memory once.
package final class UnsetVariables: Sendable {
    /// Where new weights enter themselves.
    @TaskLocal package static var current: UnsetVariables?

    private let states = Locked<[State]>([])

    package init() {}

    func add(_ state: State) { states.withLock { $0.append(state) } }

    /// Makes the first values of those that were given no others.
    package func settle() throws {
        let waiting = states.withLock { states in
            defer { states = [] }
            return states
        }
        for state in waiting { try state.settle() }
    }
}
