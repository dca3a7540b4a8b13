import KeratinCore
import KeratinTensor

/// The gradient of a weight. Of a table it is known pick by pick: a row that was picked twice has two gradients.
///
/// Keras on TensorFlow keeps such a gradient as tf.IndexedSlices, and so squares, takes magnitudes and clips pick by
/// pick, before it adds up what belongs to one row (Keras 3.15.1, backend/tensorflow/sparse.py). Histories of models
/// with embeddings agree only if that is done here too.
struct VariableGradient {
    /// A gradient of picked rows [picks, length], and the rows' numbers [picks].
    typealias Picks = (rows: Tensor, indices: Tensor)

    /// What belongs to each number of the weight.
    private(set) var sum: Tensor
    /// Empty: only the sum is known.
    let picks: [Picks]

    init(_ sum: Tensor, picks: [Picks] = []) {
        self.sum = sum
        self.picks = picks
    }

    var isPicked: Bool { !picks.isEmpty }

    /// The sum of the squares of the picks.
    func squares() throws -> Tensor { try total { $0.square() } }

    /// The sum of the magnitudes of the picks.
    func magnitudes() throws -> Tensor { try total { $0.abs() } }

    /// Shortened to a length; the length is that of all picks.
    func shortened(to limit: Double) throws -> VariableGradient {
        let squares =
            isPicked
            ? picks.map { $0.rows.square().sum() }.reduce(Tensor(0.0)) { $0 + $1 }
            : sum.square().sum()
        let length = squares.sqrt().binary(.maximum, limit)
        return VariableGradient(
            sum * limit / length,
            picks: picks.map { ($0.rows * limit / length, $0.indices) })
    }

    /// Each number within ±limit.
    func clipped(to limit: Double) throws -> VariableGradient {
        let bounded = picks.map { ($0.rows.clipped(-limit, limit), $0.indices) }
        return VariableGradient(try total { $0.clipped(-limit, limit) }, picks: bounded)
    }

    /// A function of the gradient, added up over picks.
    private func total(_ function: (Tensor) throws -> Tensor) throws -> Tensor {
        guard isPicked else { return try function(sum) }
        let parts = try picks.map {
            try Tensor.apply(
                .scatterAdd(axis: 0, count: sum.shape[0]), [function($0.rows), $0.indices])
        }
        return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
    }
}

extension Trace {
    /// The gradients of a loss with respect to weights.
    /// - Throws: with `mustLearn` `KeratinError` if it depends on none of them, and so nothing could be learnt.
    func gradients(
        of loss: Tensor, _ variables: [Variable], mustLearn: Bool
    ) throws -> [VariableGradient] {
        let reads = try variables.map { try $0.read() }
        // A penalty for the table's size makes its gradient a dense one.
        let picks = try zip(variables, reads).map { variable, read in
            variable.regularizer == nil ? try self.picks(of: read) : []
        }
        let tensors = reads + picks.flatMap { $0.map(\.rows) }
        let known = try knownGradients(of: loss, withRespectTo: tensors)
        guard !mustLearn || reads.isEmpty || known.contains(where: { $0 != nil }) else {
            throw KeratinError(
                .invalidState,
                "the loss does not depend on any of the \(variables.count) trainable weights, so there is nothing to "
                    + "learn: between them lies something without a gradient, such as argmax, a comparison or a cast to "
                    + "whole numbers, or the loss does not use the predictions")
        }
        let values = zip(known, tensors).map { $0 ?? Tensor(repeating: 0, shape: $1.shape) }
        var rest = values[reads.count...]
        return zip(values, picks).map { sum, picks in
            VariableGradient(
                sum,
                picks: picks.map { pick in
                    let length = sum.count / max(sum.shape[0], 1)
                    return (
                        rest.removeFirst().reshaped([pick.indices.count, length]),
                        pick.indices.reshaped([pick.indices.count])
                    )
                })
        }
    }
}
