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

    /// What the tensor, if it is the very result of a sigmoid or softmax, was computed from. As in Keras, whose tensors remember it
    /// likewise, a binary cross-entropy behind a softmax takes the softmax's inputs for a sigmoid's.
    func logits(of tensor: Tensor) throws -> Tensor? {
        try known(tensor).map { Tensor(self, $0.logits) }
    }

    /// Whether the tensor is the very result of a softmax.
    func isSoftmax(_ tensor: Tensor) throws -> Bool { try known(tensor)?.function == .softmax }

    private func known(_ tensor: Tensor) throws -> (logits: Value, function: ProbabilityFunction)? {
        notes(KnownLogits.self).byResult[try value(of: tensor)]
    }
}
