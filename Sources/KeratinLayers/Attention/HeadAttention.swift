import KeratinCore
import KeratinTensor

/// What attention layers do with queries, keys and values of several heads, [batch, length, heads, width].
///
/// Keys and values may have fewer heads, which divide those of the queries.
struct HeadAttention {
    var pattern: AttentionPattern
    /// Where a query may look, broadcasting to [batch, heads, queries, keys]; nil: everywhere that the pattern allows.
    var mask: Tensor?
    /// What is added to the scores.
    var bias: Tensor?
    /// The part of the weights that is dropped in this call, and the seed of the draws.
    var dropout = 0.0
    var seed: Int?
    /// Whether the weights are asked for.
    var returnsScores = false
    /// Whether a query that may look nowhere gets zeros, as where Keras's `Softmax` makes the weights; else the mean of all values.
    var zeroesBlindRows = false

    /// The results, and the weights [batch, heads, queries, keys] if they are asked for.
    func callAsFunction(
        _ query: Tensor, _ key: Tensor, _ value: Tensor
    ) throws -> (output: Tensor, scores: Tensor?) {
        guard dropout > 0 || returnsScores || bias != nil else {
            let output = Tensor.attention(query, key, value, mask: mask, pattern)
            return (try zeroesBlindRows ? cleared(output, keys: key.shape[1]) : output, nil)
        }
        let products = try Tensor.einsum("bqhd,bkhd->bhqk", [query, spread(key, query)])
        var scores = products * pattern.scale
        if let bias { scores = scores + bias }
        return try weighted(scores, spread(value, query))
    }

    /// The same from scores [batch, heads, queries, keys].
    func weighted(_ scores: Tensor, _ value: Tensor) throws -> (output: Tensor, scores: Tensor?) {
        var weights = try hidden(scores).softmax()
        if zeroesBlindRows, let visible = try visible(scores.shape) {
            weights = visible.broadcast(to: scores.shape).select(weights, Tensor(0))
        }
        let kept = dropout > 0 ? try dropped(weights) : weights
        let output = Tensor.einsum("bhqk,bkhd->bqhd", [kept, value])
        return (output, returnsScores ? weights : nil)
    }

    /// Keys or values with a head for each of the queries'.
    private func spread(_ x: Tensor, _ query: Tensor) throws -> Tensor {
        let (heads, groups) = (query.shape[2], x.shape[2])
        guard heads != groups, groups > 0, heads % groups == 0 else { return x }
        let shape = x.shape
        return x.reshaped([shape[0], shape[1], groups, 1, shape[3]])
            .broadcast(to: [shape[0], shape[1], groups, heads / groups, shape[3]])
            .reshaped([shape[0], shape[1], heads, shape[3]])
    }

    /// Scores with those that do not count replaced, as Keras's `Softmax` does, or lowered.
    private func hidden(_ scores: Tensor) throws -> Tensor {
        guard let visible = try visible(scores.shape) else { return scores }
        let other =
            pattern.lowersMasked ? scores - AttentionPattern.loweredBy : Tensor(-1e9)
        return visible.broadcast(to: scores.shape).select(scores, other)
    }

    /// The result with zeros for queries that may look nowhere.
    private func cleared(_ output: Tensor, keys: Int) throws -> Tensor {
        let shape = output.shape
        guard mask != nil || pattern.window != nil,
            let visible = try visible([shape[0], shape[2], shape[1], keys])
        else { return output }
        let seen = visible.cast(to: .float32)
            .reduce(.maximum, axes: [3], keepDimensions: true)
        let rows = seen.transposed([0, 2, 1, 3]).cast(to: .bool)
        return rows.broadcast(to: shape).select(output, Tensor(0))
    }

    /// Where the mask and the pattern let a query look.
    private func visible(_ shape: Shape) throws -> Tensor? {
        var conditions = mask.map { [$0.cast(to: .bool)] } ?? []
        if pattern.hidesKeys {
            let type = TensorType([1, 1, shape[2], shape[3]], .int32)
            let row = try Tensor.apply(.iota(axis: 2, type: type), [])
            let column = try Tensor.apply(.iota(axis: 3, type: type), [])
            if pattern.isCausal { conditions.append(column.binary(.lessEqual, row)) }
            if let window = pattern.window {
                let distance = row.binary(.subtract, column).unary(.abs)
                conditions.append(distance.binary(.less, Double(window)))
            }
        }
        guard let first = conditions.first else { return nil }
        return conditions.dropFirst().reduce(first) { $0.binary(.and, $1) }
    }

    private func dropped(_ weights: Tensor) throws -> Tensor {
        let kept = try RandomDraws(seed: seed).uniform(weights.shape)
            .binary(.greaterEqual, dropout)
        return kept.select(weights * (1 / (1 - dropout)), Tensor(0))
    }
}
