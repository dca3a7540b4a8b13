import KeratinCore

/// Attention: blocks of queries and keys, of which no more than a tile of scores exists at a time.
extension KernelLowering {
    /// What kernels know of an attention.
    private func shape(
        _ pattern: AttentionPattern, _ extents: AttentionExtents, _ mask: Argument?,
        items: Int = 0, parts: Int = 1, partKeys: Int = 0
    ) -> KernelArgument {
        var strides = [0, 0, 0, 0]
        if let shape = mask?.type.shape {
            for axis in 0..<4 where shape[axis] > 1 {
                strides[axis] = shape.dimensions[(axis + 1)...].reduce(1, *)
            }
        }
        let last = pattern.keys(of: extents.queries - 1, count: extents.keys)
        return .structure(
            "AttentionShape",
            [
                extents.batch, extents.queries, extents.keys, extents.heads, extents.shared,
                extents.width, extents.valueWidth, pattern.isCausal ? 1 : 0, pattern.window ?? -1,
                pattern.lowersMasked ? 1 : 0, mask == nil ? 0 : 1,
            ] + strides + [mask != nil || last.isEmpty ? 1 : 0, items, parts, partKeys])
    }

    private func extents(_ x: [Argument], _ mask: Argument?) throws(BackendError)
        -> AttentionExtents
    {
        do throws(KeratinError) {
            return try AttentionExtents(
                query: x[0].type, key: x[1].type, value: x[2].type, mask: mask?.type)
        } catch {
            throw .invalidArgument("\(error)")
        }
    }

    func attentionKernels(
        _ attention: DotProductAttention, _ x: [Argument], _ y: [Argument], _ workspace: Workspace
    ) throws(BackendError) -> [KernelLaunch] {
        let mask = attention.hasMask ? x[3] : nil
        let e = try extents(x, mask)
        guard e.batch * e.heads * e.queries > 0 else { return [] }
        let scale = KernelArgument.float(Float(attention.pattern.scale))
        // A mask that is not there is never read.
        let maskBuffer = mask?.buffer ?? .buffer(x[0].slice, elementSize: 1)
        switch family {
        case .cpu:
            let tile = programs.attentionTile
            let blocks = (e.queries + tile.rows - 1) / tile.rows
            let items = min(Self.attentionItems, e.batch * e.heads * blocks)
            let (keys, packKeys) = packed(x[1], crosswise: true, workspace)
            let (values, packValues) = packed(x[2], crosswise: false, workspace)
            let scratch = workspace.floats(
                items * tile.rows * (tile.depth + 16 + e.valueWidth))
            return packKeys + packValues + [
                KernelLaunch(
                    program: programs.attention, kernel: "attention_forward",
                    arguments: [
                        x[0].buffer, keys.floats, values.floats, maskBuffer, y[0].buffer,
                        y[1].buffer, y[2].buffer, scratch.floats,
                        shape(attention.pattern, e, mask, items: items), scale,
                    ], global: [items, 1, 1], local: [1, 1, 1])
            ]
        case .gpu:
            return [
                KernelLaunch(
                    program: programs.attention, kernel: "attention_forward",
                    arguments: x.prefix(3).map(\.buffer) + [maskBuffer] + y.map(\.buffer)
                        + [shape(attention.pattern, e, mask), scale],
                    global: groups(e.queries, e.heads, e.batch), local: [16, 16, 1])
            ]
        }
    }

    func attentionGradientKernels(
        _ gradient: DotProductAttentionGradient, _ x: [Argument], _ y: [Argument],
        _ workspace: Workspace
    ) throws(BackendError) -> [KernelLaunch] {
        let mask = gradient.hasMask ? x[3] : nil
        let e = try extents(x, mask)
        guard e.batch * e.heads * e.queries > 0, e.keys > 0 else {
            return y.map { fill($0, 0) }
        }
        let maskBuffer = mask?.buffer ?? .buffer(x[0].slice, elementSize: 1)
        let scale = KernelArgument.float(Float(gradient.pattern.scale))
        let rest = Array(x.suffix(4))
        let rows = e.batch * e.heads * e.queries
        let deltas = workspace.floats(rows)
        let sizes: [KernelArgument] = [
            .ints([e.queries]), .ints([e.heads]), .ints([e.valueWidth]),
        ]
        guard family == .cpu else {
            let shape = shape(gradient.pattern, e, mask)
            let common =
                x.prefix(3).map(\.buffer)
                + [maskBuffer, rest[1].buffer, rest[2].buffer, rest[3].buffer, deltas.floats]
            return [
                elements(
                    programs.attention, "attention_rows",
                    [rest[0].buffer, rest[3].buffer, deltas.floats], rows, cost: e.valueWidth,
                    extra: sizes),
                KernelLaunch(
                    program: programs.attention, kernel: "attention_backward_queries",
                    arguments: common + [y[0].buffer, shape, scale],
                    global: groups(e.queries, e.heads, e.batch), local: [16, 16, 1]),
                KernelLaunch(
                    program: programs.attention, kernel: "attention_backward_keys",
                    arguments: common + [y[1].buffer, y[2].buffer, shape, scale],
                    global: groups(e.keys, e.groups, e.batch), local: [16, 16, 1]),
            ]
        }
        let inverses = workspace.floats(rows)
        var launches = [
            elements(
                programs.attention, "attention_rows",
                [
                    rest[0].buffer, rest[3].buffer, rest[2].buffer, deltas.floats, inverses.floats,
                ], rows, cost: e.valueWidth, extra: sizes)
        ]
        var operands = [KernelArgument]()
        for (argument, crosswise) in [
            (x[0], false), (x[0], true), (rest[3], false), (rest[3], true), (x[1], false),
        ] {
            let (buffer, launch) = packed(argument, crosswise: crosswise, workspace)
            operands.append(buffer.floats)
            launches += launch
        }
        // Few heads are cut into parts of their keys, each with a dq of its own.
        let tile = programs.attentionTile
        let heads = e.batch * e.groups
        let wanted = max(1, min(Self.attentionItems / heads, e.keys / tile.rows))
        let partKeys = ((e.keys + wanted - 1) / wanted + tile.rows - 1) / tile.rows * tile.rows
        let parts = (e.keys + partKeys - 1) / partKeys
        let items = min(Self.attentionItems, heads * parts)
        let partial = parts > 1 ? workspace.floats(parts * y[0].type.count) : y[0].slice
        let scratch = workspace.floats(items * 2 * tile.rows * (tile.depth / 2 + 16))
        launches.append(
            KernelLaunch(
                program: programs.attention, kernel: "attention_backward",
                arguments: [x[1].buffer, x[2].buffer] + operands + [
                    maskBuffer, rest[1].buffer, inverses.floats, deltas.floats, partial.floats,
                    y[1].buffer, y[2].buffer, scratch.floats,
                    shape(
                        gradient.pattern, e, mask, items: items, parts: parts, partKeys: partKeys),
                    scale, .ints([y[0].type.count]),
                ], global: [items, 1, 1], local: [1, 1, 1]))
        if parts > 1 {
            launches.append(
                elements(
                    programs.attention, "attention_add", [partial.floats, y[0].buffer],
                    y[0].type.count, cost: parts, extra: [.ints([parts])]))
        }
        return launches
    }

    /// Work-items of the cpu family: enough for any number of threads, few enough for a scratch each.
    private static let attentionItems = 32

    /// [batch, length, heads, width] as panels for each head.
    private func packed(
        _ x: Argument, crosswise: Bool, _ workspace: Workspace
    ) -> (BufferSlice, [KernelLaunch]) {
        let shape = x.type.shape
        let (length, heads, width) = (shape[1], shape[2], shape[3])
        let (depth, columns) = crosswise ? (width, length) : (length, width)
        let panelColumns = 2 * vectorLanes
        let panels = (columns + panelColumns - 1) / panelColumns
        let buffer = workspace.floats(shape[0] * heads * panels * depth * panelColumns)
        let launch = KernelLaunch(
            program: programs.attention, kernel: "attention_pack",
            arguments: [
                x.buffer, buffer.floats, .ints([length]), .ints([heads]), .ints([width]),
                .ints([crosswise ? 1 : 0]),
            ], global: [panels, shape[0] * heads, 1], local: [1, 1, 1])
        return (buffer, [launch])
    }

    /// Work-items of the gpu family: a group for 64 rows of each head.
    private func groups(_ rows: Int, _ heads: Int, _ batch: Int) -> [Int] {
        [(rows + 63) / 64 * 16, heads * 16, batch]
    }
}
