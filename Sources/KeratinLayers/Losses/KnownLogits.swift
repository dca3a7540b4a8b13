import KeratinCore
import KeratinTensor

/// What the results of sigmoids and softmaxes were computed from.
private final class KnownLogits: TraceNotes {
    var byResult: [Value: Value] = [:]
}

extension Trace {
    /// Remembers what a sigmoid or softmax was computed from, so that a cross-entropy can use the stable
    /// form.
    func remember(logits: Tensor, of probabilities: Tensor) throws {
        notes(KnownLogits.self).byResult[try value(of: probabilities)] = try value(of: logits)
    }

    /// What the tensor, if it is the very result of a sigmoid or softmax, was computed from.
    func logits(of tensor: Tensor) throws -> Tensor? {
        notes(KnownLogits.self).byResult[try value(of: tensor)].map { Tensor(self, $0) }
    }
}
