import KeratinCore
import KeratinTensor

extension ops {
    /// softmax(scale·q·kᵀ + bias)·v for each head. Without a bias the scores are not stored.
    ///
    /// - Parameters:
    ///   - query: [batch, queries, heads, width].
    ///   - key: [batch, keys, groups, width]; `groups` divides `heads`, and neighbouring heads share a group.
    ///   - value: [batch, keys, groups, value width].
    ///   - bias: what is added to the scores: four axes that broadcast to [batch, heads, queries, keys].
    ///   - mask: where a query may look, of the same axes. A query that may look nowhere gets the mean of all values.
    ///   - scale: nil: 1 / √width.
    ///   - isCausal: whether query i sees the keys 0 … i only.
    /// - Returns: [batch, queries, heads, value width].
    public static func dotProductAttention(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, bias: Tensor? = nil, mask: Tensor? = nil,
        scale: Double? = nil, isCausal: Bool = false
    ) throws -> Tensor {
        let extra = [bias, mask]
        var count = 3
        let places = extra.map { tensor -> OperationForm.Argument in
            guard tensor != nil else { return .null }
            defer { count += 1 }
            return .tensor(count)
        }
        return one(
            "DotProductAttention", module: "nn",
            [
                ("is_causal", .boolean(isCausal)), ("flash_attention", .null),
                ("attn_logits_soft_cap", .null),
            ],
            arguments: [.tensor(0), .tensor(1), .tensor(2)] + places
                + [scale.map { .number($0) } ?? .null],
            [query, key, value] + extra.compactMap { $0 }
        ) { tensors in
            guard tensors[0].rank == 4 else {
                throw KeratinError(
                    .shapeMismatch,
                    "expects a query [batch, length, heads, width], got \(tensors[0].shape)")
            }
            let width = Double(Swift.max(tensors[0].shape[3], 1))
            let attention = HeadAttention(
                pattern: AttentionPattern(
                    scale: scale ?? 1 / width.squareRoot(), isCausal: isCausal),
                mask: mask == nil ? nil : tensors[tensors.count - 1],
                bias: bias == nil ? nil : tensors[3])
            return try attention(tensors[0], tensors[1], tensors[2]).output
        }
    }
}
