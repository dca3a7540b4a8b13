/// Attention's scores in primitives, [B, H, T, S], for expansions.
struct AttentionScores {
    let builder: ProgramBuilder
    let extents: AttentionExtents
    let scores: Value
    /// Where a query may look; nil: everywhere.
    let visible: Value?

    init(
        _ builder: ProgramBuilder, pattern: AttentionPattern, query: Value, key: Value,
        value: Value,
        mask: Value?
    ) throws(KeratinError) {
        self.builder = builder
        let types = (builder.type(of: query), builder.type(of: key), builder.type(of: value))
        var maskType: TensorType?
        if let mask { maskType = builder.type(of: mask) }
        extents = try AttentionExtents(
            query: types.0, key: types.1, value: types.2, mask: maskType)
        let product = try builder.matmul(
            try Self.byHead(builder, extents, query), try Self.byHead(builder, extents, key),
            transposeRight: true)
        let scaled = try builder.binary(
            .multiply, try builder.reshape(product, extents.scores),
            try builder.scalar(pattern.scale))
        visible = try Self.visible(builder, pattern, extents, mask)
        guard let visible else {
            scores = scaled
            return
        }
        let hidden =
            pattern.lowersMasked
            ? try builder.binary(
                .subtract, scaled, try builder.scalar(AttentionPattern.loweredBy))
            : try builder.scalar(AttentionPattern.hiddenScore)
        scores = try builder.append(.select, [visible, scaled, hidden])
    }

    private static func visible(
        _ builder: ProgramBuilder, _ pattern: AttentionPattern, _ extents: AttentionExtents,
        _ mask: Value?
    ) throws(KeratinError) -> Value? {
        var conditions: [Value] = []
        if let mask { conditions.append(mask) }
        if pattern.hidesKeys {
            let type = TensorType([1, 1, extents.queries, extents.keys], .int32)
            let row = try builder.append(.iota(axis: 2, type: type), [])
            let column = try builder.append(.iota(axis: 3, type: type), [])
            if pattern.isCausal {
                conditions.append(try builder.binary(.lessEqual, column, row))
            }
            if let window = pattern.window {
                let distance = try builder.unary(.abs, try builder.binary(.subtract, row, column))
                let limit = try builder.fill(Double(window), TensorType(.scalar, .int32))
                conditions.append(try builder.binary(.less, distance, limit))
            }
        }
        guard var all = conditions.first else { return nil }
        for condition in conditions.dropFirst() { all = try builder.binary(.and, all, condition) }
        return all
    }

    /// [B, L, heads, W] → [B, G, heads/G·L, W]: the heads that share keys stand in one matrix.
    func byHead(_ x: Value) throws(KeratinError) -> Value {
        try Self.byHead(builder, extents, x)
    }

    private static func byHead(
        _ builder: ProgramBuilder, _ extents: AttentionExtents, _ x: Value
    ) throws(KeratinError) -> Value {
        let shape = builder.type(of: x).shape
        let rows = shape[2] / extents.groups * shape[1]
        return try builder.reshape(
            try builder.transpose(x, [0, 2, 1, 3]), [extents.batch, extents.groups, rows, shape[3]])
    }

    /// [B, H, T, S] → [B, G, H/G·T, S].
    func grouped(_ x: Value) throws(KeratinError) -> Value {
        try builder.reshape(
            x,
            [
                extents.batch, extents.groups, extents.shared * extents.queries, extents.keys,
            ])
    }

    /// [B, G, H/G·T, W] → [B, T, H, W].
    func bySequence(_ x: Value, _ width: Int) throws(KeratinError) -> Value {
        let split = try builder.reshape(
            x, [extents.batch, extents.heads, extents.queries, width])
        return try builder.transpose(split, [0, 2, 1, 3])
    }
}
