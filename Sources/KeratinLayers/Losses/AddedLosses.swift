import KeratinCore
import KeratinTensor

/// Which numbers layers add to the loss of the step that is recorded.
private final class AddedLosses: TraceNotes {
    var values: [Value] = []
}

extension Trace {
    /// Numbers that layers add to the loss of the step, such as penalties for the size of results.
    package var losses: [Tensor] { notes(AddedLosses.self).values.map { Tensor(self, $0) } }

    /// - Throws: `KeratinError` in a loop's body: its numbers are not those of the step.
    func add(loss: Tensor) throws {
        guard !isLoopBody else {
            throw KeratinError(
                .invalidState, "a loss was added inside a loop's body; add it outside", at: scope)
        }
        notes(AddedLosses.self).values.append(try value(of: loss))
    }
}
