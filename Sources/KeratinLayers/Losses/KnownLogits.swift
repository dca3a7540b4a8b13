import KeratinCore
import KeratinTensor

/// A function whose results are probabilities, computed from logits.
enum ProbabilityFunction: Hashable { case sigmoid, softmax }

/// What the results of sigmoids and softmaxes were computed from.
private final class KnownLogits: TraceNotes {
    var byResult: [Value: (logits: Value, function: ProbabilityFunction)] = [:]
}

extension Trace {
    /// Remembers what a sigmoid or softmax was computed from, so that a cross-entropy can use the stable
    /// form.
    func remember(
        logits: Tensor, of probabilities: Tensor, _ function: ProbabilityFunction
    ) throws {
        notes(KnownLogits.self).byResult[try value(of: probabilities)] =
            (try value(of: logits), function)
    }

    /// What the tensor, if it is the very result of a function, was computed from. That of another function is no logit: a
    /// binary cross-entropy behind a softmax takes the probabilities as they are, as Keras does.
    func logits(of tensor: Tensor, _ function: ProbabilityFunction) throws -> Tensor? {
        guard let known = notes(KnownLogits.self).byResult[try value(of: tensor)],
            known.function == function
        else { return nil }
        return Tensor(self, known.logits)
    }
}
