import KeratinCPUKernelTable
import KeratinCore

/// Attention in blocks of queries: the scores of a block with some keys are made, turned into weights and used at once, and
/// what stands in the output already is scaled when a larger score turns up.
struct AttentionForward {
    private let geometry: AttentionGeometry
    private let table: CPUKernelTable
    private let query: UnsafePointer<Float>
    private let key: UnsafePointer<Float>
    private let value: UnsafePointer<Float>
    private let output: UnsafeMutablePointer<Float>
    private let peaks: UnsafeMutablePointer<Float>
    private let sums: UnsafeMutablePointer<Float>

    /// Keys of one block: the scores of a block stay in the second-level cache.
    private static let keyBlock = 256
    /// Floats between two rows of scores, which must not compete for the same cache sets.
    private static let scoreStride = keyBlock + 16

    init(_ attention: DotProductAttention, _ request: LaunchRequest, _ table: CPUKernelTable) throws
    {
        geometry = try AttentionGeometry(attention.pattern, hasMask: attention.hasMask, request)
        self.table = table
        query = UnsafePointer(try request.inputs[0].pointer().floats)
        key = UnsafePointer(try request.inputs[1].pointer().floats)
        value = UnsafePointer(try request.inputs[2].pointer().floats)
        output = try request.results[0].pointer().floats
        peaks = try request.results[1].pointer().floats
        sums = try request.results[2].pointer().floats
    }

    private var extents: AttentionExtents { geometry.extents }

    /// One head's keys as the right side of q·kᵀ, and its values as that of weights·v.
    private var packedKeys: PackedRight {
        PackedRight(depth: extents.width, columns: extents.keys, panelWidth: table.panelWidth)
    }

    private var packedValues: PackedRight {
        PackedRight(depth: extents.keys, columns: extents.valueWidth, panelWidth: table.panelWidth)
    }

    func prepare() -> PreparedLaunch {
        var launch = PreparedLaunch()
        let heads = extents.batch * extents.heads
        let rows = heads * extents.queries
        guard rows > 0 else { return launch }
        let groups = extents.batch * extents.groups
        let (keyFloats, valueFloats) = (packedKeys.floats, packedValues.floats)
        launch.sharedBytes = groups * (keyFloats + valueFloats) * 4
        if extents.keys > 0 {
            launch.phases.append(
                Phase(tasks: groups, cost: Double(groups * (keyFloats + valueFloats)) * 0.5) {
                    task, memory in pack(task, memory)
                })
        }
        let blocks = Blocks(extents.queries, limit: BlockProduct.rows, unit: MatrixBand.tileRows)
        launch.ownBytes = BlockMemory.byteCount(extents)
        let work = Double(rows * extents.keys)
        launch.phases.append(
            Phase(
                tasks: heads * blocks.count,
                cost: work * (2 + 0.05 * Double(extents.width + extents.valueWidth))
            ) { task, memory in
                run(task / blocks.count, blocks[task % blocks.count], memory)
            })
        return launch
    }

    private func pack(_ task: Int, _ memory: TaskMemory) {
        let (sample, group) = (task / extents.groups, task % extents.groups)
        let (keys, values) = (packedKeys, packedValues)
        let place = memory.shared.floats + task * (keys.floats + values.floats)
        keys.packAll(
            key + geometry.keyOffset(sample, group), stride: geometry.keyStride, transposed: true,
            into: place, table)
        values.packAll(
            value + geometry.valueOffset(sample, group), stride: geometry.valueStride,
            transposed: false, into: place + keys.floats, table)
    }

    /// What a thread holds of one block of queries.
    private struct BlockMemory {
        let queries: UnsafeMutablePointer<Float>
        let scores: UnsafeMutablePointer<Float>
        let results: UnsafeMutablePointer<Float>
        let peaks: UnsafeMutablePointer<Float>
        let sums: UnsafeMutablePointer<Float>
        let products: BlockProduct

        private static func columns(_ extents: AttentionExtents) -> Int {
            max(keyBlock, extents.valueWidth)
        }

        static func byteCount(_ extents: AttentionExtents) -> Int {
            let floats = extents.width + scoreStride + extents.valueWidth + 2
            return BlockProduct.byteCount(columns: columns(extents)) + BlockProduct.rows * floats
                * 4
        }

        init(
            _ memory: UnsafeMutableRawPointer, _ extents: AttentionExtents, _ table: CPUKernelTable
        ) {
            let columns = Self.columns(extents)
            products = BlockProduct(memory, columns: columns, table)
            let rows = BlockProduct.rows
            scores = (memory + BlockProduct.byteCount(columns: columns)).floats
            queries = scores + rows * scoreStride
            results = queries + rows * extents.width
            peaks = results + rows * extents.valueWidth
            sums = peaks + rows
        }
    }

    private func run(_ item: Int, _ range: Range<Int>, _ memory: TaskMemory) {
        let (sample, head) = (item / extents.heads, item % extents.heads)
        let own = BlockMemory(memory.own, extents, table)
        let width = extents.width
        let source = query + geometry.queryOffset(sample, head)
        for (row, index) in range.enumerated() {
            let line = source + index * geometry.queryStride
            (own.queries + row * width).update(from: line, count: width)
            own.peaks[row] = Float(Pooling.leastMaximum)
            own.sums[row] = 0
        }
        let keys = Blocks(extents.keys, limit: Self.keyBlock, unit: 64)
        var isFirst = true
        for index in 0..<keys.count
        where geometry.meets(range, keys[index], mayBeBlind: false) {
            add(keys[index], to: range, sample, head, own, memory, isFirst: isFirst)
            isFirst = false
        }
        // A row that has seen nothing takes all keys in; to the others that changes nothing.
        let isBlind =
            keys.count > 0
            && (0..<range.count).contains { own.peaks[$0] < AttentionGeometry.blindPeak }
        if isBlind {
            for index in 0..<keys.count
            where !geometry.meets(range, keys[index], mayBeBlind: false) {
                add(keys[index], to: range, sample, head, own, memory, isFirst: isFirst)
                isFirst = false
            }
        }
        store(range, sample, head, own, isEmpty: isFirst)
    }

    /// One block of keys for one of queries.
    private func add(
        _ keys: Range<Int>, to queries: Range<Int>, _ sample: Int, _ head: Int, _ own: BlockMemory,
        _ memory: TaskMemory, isFirst: Bool
    ) {
        let (packedKeys, packedValues) = (packedKeys, packedValues)
        let (width, valueWidth) = (extents.width, extents.valueWidth)
        let group = sample * extents.groups + head / extents.shared
        let place = memory.shared.floats + group * (packedKeys.floats + packedValues.floats)
        own.products.run(
            rows: queries.count, depth: width, columns: keys.count, left: own.queries,
            rowStride: width, depthStride: 1, right: place + keys.lowerBound * width,
            panelStride: width * table.panelWidth, output: own.scores,
            outputStride: Self.scoreStride, accumulate: false)
        for (row, index) in queries.enumerated() {
            let scores = own.scores + row * Self.scoreStride
            var argument = AttentionWeights(
                line: geometry.line(scores, sample: sample, head: head, query: index, keys: keys),
                peak: own.peaks[row], sum: own.sums[row], correction: 1)
            table.attention.weights(&argument)
            own.peaks[row] = argument.peak
            own.sums[row] = argument.sum
            if !isFirst && argument.correction != 1 {
                scale(own.results + row * valueWidth, argument.correction)
            }
        }
        own.products.run(
            rows: queries.count, depth: keys.count, columns: valueWidth, left: own.scores,
            rowStride: Self.scoreStride, depthStride: 1,
            right: place + packedKeys.floats + keys.lowerBound * table.panelWidth,
            panelStride: extents.keys * table.panelWidth, output: own.results,
            outputStride: valueWidth, accumulate: !isFirst)
    }

    private func scale(_ line: UnsafeMutablePointer<Float>, _ factor: Float) {
        for column in 0..<extents.valueWidth { line[column] *= factor }
    }

    private func store(
        _ range: Range<Int>, _ sample: Int, _ head: Int, _ own: BlockMemory, isEmpty: Bool
    ) {
        let target = output + geometry.resultOffset(sample, head)
        let rows = (sample * extents.heads + head) * extents.queries
        for (row, index) in range.enumerated() {
            let line = target + index * geometry.resultStride
            let results = own.results + row * extents.valueWidth
            let inverse = 1 / own.sums[row]
            for column in 0..<extents.valueWidth {
                line[column] = isEmpty ? 0 : results[column] * inverse
            }
            peaks[rows + index] = own.peaks[row]
            sums[rows + index] = own.sums[row]
        }
    }
}
