import KeratinCore

/// Weights that are made without values, because a file's numbers take their place at once: a model that is loaded needs its memory once.
package final class UnsetVariables: Sendable {
    /// Where new weights enter themselves instead of taking the values of their initialisers.
    @TaskLocal package static var current: UnsetVariables?

    private let entries = Locked<[(variable: Variable, initializer: Initializer)]>([])

    package init() {}

    func add(_ variable: Variable, _ initializer: Initializer) {
        entries.withLock { $0.append((variable, initializer)) }
    }

    /// Gives what its initialiser says to each weight that no file had numbers for.
    /// - Parameter stored: the weights that a file had numbers for.
    package func initialize(except stored: Set<ObjectIdentifier>) throws {
        try entries.withLock { entries in
            for (variable, initializer) in entries
            where !stored.contains(ObjectIdentifier(variable)) {
                try variable.initialize(initializer)
            }
            entries = []
        }
    }
}
