import KeratinCore

extension Tensor {
    /// softmax(scale·q·kᵀ)·v for each head, without storing the scores: see `DotProductAttention`.
    package static func attention(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor?, _ pattern: AttentionPattern
    ) -> Tensor {
        Tensor.carrying([query, key, value]) {
            var inputs = [query, key, value].map { $0.cast(to: .float32) }
            if let mask { inputs.append(mask.cast(to: .bool)) }
            return Tensor.fused(
                DotProductAttention(pattern: pattern, hasMask: mask != nil), inputs)
        }
    }
}
