import KeratinCPUKernelTable
import KeratinCore

/// The gradient of attention. The scores of a block are made anew, key by key as lines of queries, so that the products with
/// the weights' transpose read them along the rows.
///
/// A task has all queries of one head of keys, and some of its keys; what it adds to dq goes to a place of its own if
/// several tasks share the keys of a head.
struct AttentionBackward {
    private let geometry: AttentionGeometry
    private let table: CPUKernelTable
    private let inputs: [UnsafePointer<Float>]
    private let y: UnsafePointer<Float>
    private let peaks: UnsafePointer<Float>
    private let sums: UnsafePointer<Float>
    private let dy: UnsafePointer<Float>
    private let results: [UnsafeMutablePointer<Float>]
    private let layout: AttentionBackwardLayout
    private let parts: Blocks

    init(_ gradient: DotProductAttentionGradient, _ request: LaunchRequest, _ table: CPUKernelTable)
        throws
    {
        geometry = try AttentionGeometry(gradient.pattern, hasMask: gradient.hasMask, request)
        self.table = table
        inputs = try (0..<3).map { UnsafePointer(try request.inputs[$0].pointer().floats) }
        let rest = try request.inputs.suffix(4).map { UnsafePointer(try $0.pointer().floats) }
        (y, peaks, sums, dy) = (rest[0], rest[1], rest[2], rest[3])
        results = try request.results.map { try $0.pointer().floats }
        let extents = geometry.extents
        // Sixteen tasks keep any number of threads busy; few heads are cut into parts of their keys.
        let groups = max(extents.batch * extents.groups, 1)
        let wanted = max(1, min(16 / groups, extents.keys / BlockProduct.rows))
        parts = Blocks(
            extents.keys, limit: max(1, (extents.keys + wanted - 1) / wanted),
            unit: BlockProduct.rows)
        layout = AttentionBackwardLayout(extents, parts: parts.count, table)
    }

    private var extents: AttentionExtents { geometry.extents }

    func prepare() -> PreparedLaunch {
        var launch = PreparedLaunch()
        let heads = extents.batch * extents.heads
        let groups = extents.batch * extents.groups
        guard heads > 0, extents.queries > 0, extents.keys > 0 else {
            return PreparedLaunch(
                Phase(cost: 100) { _, _ in
                    clear(results[0], heads * extents.queries * extents.width)
                    clear(results[1], groups * extents.keys * extents.width)
                    clear(results[2], groups * extents.keys * extents.valueWidth)
                })
        }
        launch.sharedBytes = layout.sharedBytes
        launch.ownBytes = layout.ownBytes
        launch.phases.append(
            Phase(tasks: heads + groups, cost: Double(layout.sharedBytes) * 0.2) { task, memory in
                if task < heads {
                    packQueries(task, memory)
                } else {
                    packKeys(task - heads, memory)
                }
            })
        let work = Double(heads * extents.queries * extents.keys)
        launch.phases.append(
            Phase(
                tasks: groups * parts.count,
                cost: work * (3 + 0.05 * Double(3 * extents.width + 2 * extents.valueWidth))
            ) { task, memory in
                run(task / parts.count, task % parts.count, memory)
            })
        if parts.count > 1 { launch.phases.append(addition()) }
        return launch
    }

    private func clear(_ floats: UnsafeMutablePointer<Float>, _ count: Int) {
        floats.update(repeating: 0, count: count)
    }

    private func packQueries(_ item: Int, _ memory: TaskMemory) {
        let (sample, head) = (item / extents.heads, item % extents.heads)
        let place = layout.head(item, memory.shared)
        let query = inputs[0] + geometry.queryOffset(sample, head)
        let offset = geometry.resultOffset(sample, head)
        for (packed, source, stride) in [
            (place.queries, query, geometry.queryStride),
            (place.gradients, dy + offset, geometry.resultStride),
        ] {
            layout.lengthwise(packed.width).packAll(
                source, stride: stride, transposed: false, into: packed.rows, table)
            layout.crosswise(packed.width).packAll(
                source, stride: stride, transposed: true, into: packed.columns, table)
        }
        for row in 0..<extents.queries {
            let line = offset + row * geometry.resultStride
            var delta: Float = 0
            for column in 0..<extents.valueWidth { delta += y[line + column] * dy[line + column] }
            place.deltas[row] = delta
            place.inverseSums[row] = 1 / sums[item * extents.queries + row]
        }
    }

    private func packKeys(_ item: Int, _ memory: TaskMemory) {
        let (sample, group) = (item / extents.groups, item % extents.groups)
        PackedRight(depth: extents.keys, columns: extents.width, panelWidth: table.panelWidth)
            .packAll(
                inputs[1] + geometry.keyOffset(sample, group), stride: geometry.keyStride,
                transposed: false, into: layout.keys(item, memory.shared), table)
    }

    /// Where a task adds up dq of one head, and the floats between its rows.
    private func queryGradient(
        _ item: Int, _ part: Int, _ memory: TaskMemory
    ) -> (place: UnsafeMutablePointer<Float>, stride: Int) {
        let (sample, head) = (item / extents.heads, item % extents.heads)
        guard parts.count > 1 else {
            return (results[0] + geometry.queryOffset(sample, head), geometry.queryStride)
        }
        return (layout.partial(item, part, memory.shared), extents.width)
    }

    private func run(_ group: Int, _ part: Int, _ memory: TaskMemory) {
        let (sample, keyHead) = (group / extents.groups, group % extents.groups)
        let first = sample * extents.heads + keyHead * extents.shared
        for item in first..<first + extents.shared {
            let target = queryGradient(item, part, memory)
            for row in 0..<extents.queries {
                clear(target.place + row * target.stride, extents.width)
            }
        }
        let range = parts[part]
        for start in stride(from: range.lowerBound, to: range.upperBound, by: BlockProduct.rows) {
            let keys = start..<min(start + BlockProduct.rows, range.upperBound)
            let own = layout.block(memory.own, table)
            copy(keys, sample, keyHead, own)
            clear(own.dKeys, keys.count * extents.width)
            clear(own.dValues, keys.count * extents.valueWidth)
            for item in first..<first + extents.shared {
                add(item, keys, part, own, memory)
            }
            store(keys, sample, keyHead, own)
        }
    }

    /// Keys and values of a block, row by row.
    private func copy(
        _ keys: Range<Int>, _ sample: Int, _ group: Int, _ own: AttentionBackwardLayout.Block
    ) {
        let key = inputs[1] + geometry.keyOffset(sample, group)
        let value = inputs[2] + geometry.valueOffset(sample, group)
        let (width, valueWidth) = (extents.width, extents.valueWidth)
        for (row, index) in keys.enumerated() {
            (own.keys + row * width).update(from: key + index * geometry.keyStride, count: width)
            (own.values + row * valueWidth).update(
                from: value + index * geometry.valueStride, count: valueWidth)
        }
    }

    /// All queries of one head against a block of keys.
    private func add(
        _ item: Int, _ keys: Range<Int>, _ part: Int, _ own: AttentionBackwardLayout.Block,
        _ memory: TaskMemory
    ) {
        let (sample, head) = (item / extents.heads, item % extents.heads)
        let (width, valueWidth) = (extents.width, extents.valueWidth)
        let scoreStride = AttentionBackwardLayout.scoreStride
        let place = layout.head(item, memory.shared)
        let group = sample * extents.groups + head / extents.shared
        let packedKeys = layout.keys(group, memory.shared) + keys.lowerBound * table.panelWidth
        let target = queryGradient(item, part, memory)
        let rowPeaks = peaks + item * extents.queries
        let blocks = Blocks(
            extents.queries, limit: AttentionBackwardLayout.queryBlock, unit: 64)
        for index in 0..<blocks.count {
            let queries = blocks[index]
            let isBlind = queries.contains { rowPeaks[$0] < AttentionGeometry.blindPeak }
            guard geometry.meets(queries, keys, mayBeBlind: isBlind) else { continue }
            for (left, depth, right, output) in [
                (own.keys, width, place.queries, own.scores),
                (own.values, valueWidth, place.gradients, own.gradients),
            ] {
                own.products.run(
                    rows: keys.count, depth: depth, columns: queries.count, left: left,
                    rowStride: depth, depthStride: 1,
                    right: right.columns + queries.lowerBound * depth,
                    panelStride: depth * table.panelWidth, output: output,
                    outputStride: scoreStride, accumulate: false)
            }
            for (row, key) in keys.enumerated() {
                var argument = AttentionWeightsGradient(
                    line: geometry.line(
                        own.scores + row * scoreStride, sample: sample, head: head,
                        queries: queries, key: key),
                    gradients: own.gradients + row * scoreStride,
                    peaks: rowPeaks + queries.lowerBound,
                    inverseSums: place.inverseSums + queries.lowerBound,
                    deltas: place.deltas + queries.lowerBound)
                table.attention.gradient(&argument)
            }
            for (left, right, output) in [
                (own.scores, place.gradients, own.dValues),
                (own.gradients, place.queries, own.dKeys),
            ] {
                own.products.run(
                    rows: keys.count, depth: queries.count, columns: right.width, left: left,
                    rowStride: scoreStride, depthStride: 1,
                    right: right.rows + queries.lowerBound * table.panelWidth,
                    panelStride: extents.queries * table.panelWidth, output: output,
                    outputStride: right.width, accumulate: true)
            }
            for start in stride(from: 0, to: queries.count, by: BlockProduct.rows) {
                own.products.run(
                    rows: min(BlockProduct.rows, queries.count - start), depth: keys.count,
                    columns: width, left: own.gradients + start, rowStride: 1,
                    depthStride: scoreStride, right: packedKeys,
                    panelStride: extents.keys * table.panelWidth,
                    output: target.place + (queries.lowerBound + start) * target.stride,
                    outputStride: target.stride, accumulate: true)
            }
        }
    }

    private func store(
        _ keys: Range<Int>, _ sample: Int, _ group: Int, _ own: AttentionBackwardLayout.Block
    ) {
        let dKey = results[1] + geometry.keyOffset(sample, group)
        let dValue = results[2] + geometry.valueOffset(sample, group)
        let (width, valueWidth) = (extents.width, extents.valueWidth)
        for (row, index) in keys.enumerated() {
            (dKey + index * geometry.keyStride).update(from: own.dKeys + row * width, count: width)
            (dValue + index * geometry.valueStride).update(
                from: own.dValues + row * valueWidth, count: valueWidth)
        }
    }

    /// Adds what the parts of the keys gave to dq, in order.
    private func addition() -> Phase {
        let heads = extents.batch * extents.heads
        let count = heads * extents.queries * extents.width
        return Phase(tasks: heads, cost: Double(count * parts.count) * 0.3) { item, memory in
            let (sample, head) = (item / extents.heads, item % extents.heads)
            let target = results[0] + geometry.queryOffset(sample, head)
            let add = table.elementwise.binary
            for row in 0..<extents.queries {
                let line = target + row * geometry.queryStride
                let offset = row * extents.width
                let first = layout.partial(item, 0, memory.shared) + offset
                line.update(from: first, count: extents.width)
                for part in 1..<parts.count {
                    let next = layout.partial(item, part, memory.shared) + offset
                    add(.add, line, next, line, extents.width)
                }
            }
        }
    }
}
