import KeratinCore

extension Tensor {
    /// softmax(scale·q·kᵀ)·v for each head, without storing the scores (Keras's `ops.dot_product_attention`).
    ///
    /// - Parameters:
    ///   - query: [batch, queries, heads, width].
    ///   - key: [batch, keys, groups, width]; `groups` divides `heads`, and neighbouring heads share a group.
    ///   - value: [batch, keys, groups, value width].
    ///   - mask: where a query may look: four axes that broadcast to [batch, heads, queries, keys]. A query that may look nowhere
    ///     gets the mean of all values.
    ///   - scale: nil: 1 / √width.
    ///   - isCausal: whether query i sees the keys 0 … i only.
    /// - Returns: [batch, queries, heads, value width].
    /// - Throws: `KeratinError` if the shapes do not fit.
    public static func dotProductAttention(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, scale: Double? = nil,
        isCausal: Bool = false
    ) throws -> Tensor {
        let inputs = [query, key, value] + (mask.map { [$0] } ?? [])
        if inputs.contains(where: \.isSymbolic) {
            let form = OperationForm(
                "DotProductAttention", module: "nn",
                config: [
                    ("is_causal", .boolean(isCausal)), ("flash_attention", .null),
                    ("attn_logits_soft_cap", .null),
                ],
                arguments: [
                    .tensor(0), .tensor(1), .tensor(2), .null, mask == nil ? .null : .tensor(3),
                    scale.map { .number($0) } ?? .null,
                ])
            return try Tensor.node(form, inputs) {
                try dotProductAttention(
                    $0[0], $0[1], $0[2], mask: $0.count > 3 ? $0[3] : nil, scale: scale,
                    isCausal: isCausal)
            }
        }
        let width = query.shape.dimensions.last ?? 1
        let pattern = AttentionPattern(
            scale: scale ?? 1 / Double(width > 0 ? width : 1).squareRoot(), isCausal: isCausal)
        return try attention(query, key, value, mask: mask, pattern)
    }

    /// The same with everything that a pattern can say.
    package static func attention(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor?, _ pattern: AttentionPattern
    ) throws -> Tensor {
        var inputs = try [query, key, value].map { try $0.cast(to: .float32) }
        if let mask { inputs.append(try mask.cast(to: .bool)) }
        return try Tensor.apply(
            DotProductAttention(pattern: pattern, hasMask: mask != nil), inputs)[0]
    }
}
