/// Scaled dot-product attention of several heads, softmax(scale·q·kᵀ)·v, without storing the scores (after Dao et al.,
/// 2022, "FlashAttention"): memory grows with T + S, not with T·S.
///
/// Inputs: q [B, T, H, D], k [B, S, G, D], v [B, S, G, V], and, if `hasMask`, a bool mask [B or 1, H or 1, T or 1, S] that
/// holds where a query may look. G divides H; H / G neighbouring heads share a head of k and v.
///
/// Results: y [B, T, H, V]; the largest score of each row and Σ exp(score − largest), both [B, H, T], which the gradient
/// needs. Where k or v is not finite in a place that the mask or the pattern hides, the rows that hide it may be NaN, as
/// 0·∞ is, or as if nothing were there.
public struct DotProductAttention: FusedOperation {
    /// The scale, and which scores count.
    public var pattern: AttentionPattern
    /// Whether a mask is the last input.
    public var hasMask: Bool

    /// Attention by a pattern, with or without a mask.
    public init(pattern: AttentionPattern, hasMask: Bool) {
        self.pattern = pattern
        self.hasMask = hasMask
    }

    public var name: String { "attention" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(hasMask ? 4 : 3, inputs)
        let extents = try AttentionExtents(
            query: inputs[0], key: inputs[1], value: inputs[2],
            mask: hasMask ? inputs[3] : nil)
        return [extents.result, extents.rows, extents.rows]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let scores = try AttentionScores(
            builder, pattern: pattern, query: inputs[0], key: inputs[1],
            value: inputs[2], mask: hasMask ? inputs[3] : nil)
        // NaN passes the peak by, and shows in the differences.
        let least = try builder.scalar(Pooling.leastMaximum)
        let isNumber = try builder.binary(.greater, scores.scores, least)
        let numbers = try builder.append(.select, [isNumber, scores.scores, least])
        let peak = try builder.reduce(.maximum, numbers, axes: [3], keepDimensions: true)
        let powers = try builder.unary(
            .exp, try builder.binary(.subtract, scores.scores, peak))
        let sum = try builder.reduce(.sum, powers, axes: [3], keepDimensions: true)
        let weights = try builder.binary(.divide, powers, sum)
        let product = try builder.matmul(
            try scores.grouped(weights), try scores.byHead(inputs[2]))
        let rows = scores.extents.rows.shape
        return [
            try scores.bySequence(product, scores.extents.valueWidth),
            try builder.reshape(peak, rows), try builder.reshape(sum, rows),
        ]
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        guard let dy = cotangents[0], cotangents[1] == nil, cotangents[2] == nil else { return nil }
        let gradient = DotProductAttentionGradient(pattern: pattern, hasMask: hasMask)
        let gradients: [Value?] = try builder.append(gradient, inputs + results + [dy])
        return hasMask ? gradients + [nil] : gradients
    }
}

/// (q, k, v, mask if there is one, y, peak, sum, dy) → (dq, dk, dv): the gradient of `DotProductAttention`, which computes the scores
/// anew instead of keeping them.
public struct DotProductAttentionGradient: FusedOperation {
    /// That of the forward operation.
    public var pattern: AttentionPattern
    /// Whether the forward operation had a mask.
    public var hasMask: Bool

    /// The gradient of attention by a pattern, with or without a mask.
    public init(pattern: AttentionPattern, hasMask: Bool) {
        self.pattern = pattern
        self.hasMask = hasMask
    }

    public var name: String { "attention_gradient" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(hasMask ? 8 : 7, inputs)
        let results = try DotProductAttention(pattern: pattern, hasMask: hasMask)
            .resultTypes(Array(inputs.prefix(hasMask ? 4 : 3)))
        let rest = inputs.suffix(4)
        for (name, (type, expected)) in zip(
            ["y", "peak", "sum", "dy"], zip(rest, results + [results[0]]))
        {
            try expect(name, type, expected)
        }
        return Array(inputs.prefix(3))
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let (query, key, value) = (inputs[0], inputs[1], inputs[2])
        let scores = try AttentionScores(
            builder, pattern: pattern, query: query, key: key, value: value,
            mask: hasMask ? inputs[3] : nil)
        let rest = Array(inputs.suffix(4))
        let (y, dy) = (rest[0], rest[3])
        let extents = scores.extents
        let column = Shape(extents.rows.shape.dimensions + [1])
        let powers = try builder.unary(
            .exp,
            try builder.binary(.subtract, scores.scores, try builder.reshape(rest[1], column)))
        let weights = try builder.binary(.divide, powers, try builder.reshape(rest[2], column))
        let dyByHead = try scores.byHead(dy)
        let dWeights = try builder.reshape(
            try builder.matmul(dyByHead, try scores.byHead(value), transposeRight: true),
            extents.scores)
        let total = try builder.reduce(.sum, try builder.binary(.multiply, dy, y), axes: [3])
        let delta = try builder.reshape(try builder.transpose(total, [0, 2, 1]), column)
        var dScores = try builder.binary(
            .multiply, weights, try builder.binary(.subtract, dWeights, delta))
        if !pattern.lowersMasked, let visible = scores.visible {
            dScores = try builder.append(.select, [visible, dScores, try builder.scalar(0)])
        }
        dScores = try scores.grouped(
            try builder.binary(.multiply, dScores, try builder.scalar(pattern.scale)))
        let dQuery = try builder.matmul(dScores, try scores.byHead(key))
        let dKey = try builder.matmul(dScores, try scores.byHead(query), transposeLeft: true)
        let dValue = try builder.matmul(
            try scores.grouped(weights), dyByHead, transposeLeft: true)
        return [
            try scores.bySequence(dQuery, extents.width),
            try builder.transpose(dKey, [0, 2, 1, 3]), try builder.transpose(dValue, [0, 2, 1, 3]),
        ]
    }
}
