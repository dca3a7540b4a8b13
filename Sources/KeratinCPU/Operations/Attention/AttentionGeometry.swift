import KeratinCPUKernelTable
import KeratinCore

/// Where the heads of an attention lie, and which blocks of keys and queries have to do with each other.
struct AttentionGeometry {
    let extents: AttentionExtents
    let pattern: AttentionPattern
    let mask: UnsafePointer<UInt8>?
    /// Bytes between samples, heads, queries and keys of the mask; 0 where it has one for all.
    private let maskStrides: (sample: Int, head: Int, query: Int, key: Int)
    /// Whether a row may see no key: the mean of all values, so that no block of keys may then be passed by.
    private let mayBeBlind: Bool

    /// A largest score below this is one of a row that sees no key.
    static let blindPeak: Float = -1e38

    init(_ pattern: AttentionPattern, hasMask: Bool, _ request: LaunchRequest) throws {
        let mask = hasMask ? request.inputs[3] : nil
        extents = try AttentionExtents(
            query: request.inputs[0].type, key: request.inputs[1].type,
            value: request.inputs[2].type, mask: mask?.type)
        self.pattern = pattern
        self.mask = try mask.map { UnsafePointer(try $0.pointer().bytes) }
        if let shape = mask?.type.shape {
            maskStrides = (
                shape[0] > 1 ? shape[1] * shape[2] * shape[3] : 0,
                shape[1] > 1 ? shape[2] * shape[3] : 0, shape[2] > 1 ? shape[3] : 0,
                shape[3] > 1 ? 1 : 0
            )
        } else {
            maskStrides = (0, 0, 0, 0)
        }
        let last = pattern.keys(of: extents.queries - 1, count: extents.keys)
        mayBeBlind = hasMask || last.isEmpty
    }

    /// Floats between rows of queries, of keys and of values, and of the result.
    var queryStride: Int { extents.heads * extents.width }
    var keyStride: Int { extents.groups * extents.width }
    var valueStride: Int { extents.groups * extents.valueWidth }
    var resultStride: Int { extents.heads * extents.valueWidth }

    func queryOffset(_ sample: Int, _ head: Int) -> Int {
        sample * extents.queries * queryStride + head * extents.width
    }

    func resultOffset(_ sample: Int, _ head: Int) -> Int {
        sample * extents.queries * resultStride + head * extents.valueWidth
    }

    func keyOffset(_ sample: Int, _ group: Int) -> Int {
        sample * extents.keys * keyStride + group * extents.width
    }

    func valueOffset(_ sample: Int, _ group: Int) -> Int {
        sample * extents.keys * valueStride + group * extents.valueWidth
    }

    /// Whether some query of `queries` sees some key of `keys`, or might see none at all and then takes all keys in.
    func meets(_ queries: Range<Int>, _ keys: Range<Int>, mayBeBlind blind: Bool) -> Bool {
        if blind && mayBeBlind { return true }
        let first = pattern.keys(of: queries.lowerBound, count: extents.keys)
        let last = pattern.keys(of: queries.upperBound - 1, count: extents.keys)
        return min(first.lowerBound, last.lowerBound) < keys.upperBound
            && max(first.upperBound, last.upperBound) > keys.lowerBound
    }

    private var hidden: Float {
        Float(pattern.lowersMasked ? AttentionPattern.loweredBy : AttentionPattern.hiddenScore)
    }

    /// Some keys of one query as a line of scores.
    func line(
        _ scores: UnsafeMutablePointer<Float>, sample: Int, head: Int, query: Int, keys: Range<Int>
    ) -> AttentionLine {
        let visible = pattern.keys(of: query, count: extents.keys)
        return line(
            scores, keys, visible, offset: maskOffset(sample, head, query, keys.lowerBound),
            stride: maskStrides.key)
    }

    /// Some queries of one key as a line of scores.
    func line(
        _ scores: UnsafeMutablePointer<Float>, sample: Int, head: Int, queries: Range<Int>, key: Int
    ) -> AttentionLine {
        // Who sees the key: those behind it, and those within the window.
        var visible = 0..<extents.queries
        if pattern.isCausal { visible = visible.clamped(to: key..<max(key, extents.queries)) }
        if let window = pattern.window {
            visible = visible.clamped(to: (key - window + 1)..<(key + max(window, 1)))
        }
        return line(
            scores, queries, visible, offset: maskOffset(sample, head, queries.lowerBound, key),
            stride: maskStrides.query)
    }

    private func maskOffset(_ sample: Int, _ head: Int, _ query: Int, _ key: Int) -> Int {
        sample * maskStrides.sample + head * maskStrides.head + query * maskStrides.query
            + key * maskStrides.key
    }

    private func line(
        _ scores: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ visible: Range<Int>,
        offset: Int, stride: Int
    ) -> AttentionLine {
        AttentionLine(
            scores: scores, count: range.count, scale: Float(pattern.scale),
            firstVisible: visible.lowerBound - range.lowerBound,
            lastVisible: visible.upperBound - range.lowerBound, mask: mask.map { $0 + offset },
            maskStride: stride, hidden: hidden, lowers: pattern.lowersMasked)
    }
}

/// A length cut into equal blocks of at most `limit`, each but the last a multiple of `unit`.
struct Blocks {
    let count: Int
    let size: Int
    private let total: Int

    init(_ total: Int, limit: Int, unit: Int) {
        self.total = total
        let wanted = max(1, (total + limit - 1) / limit)
        let even = (total + wanted - 1) / wanted
        size = max(unit, (even + unit - 1) / unit * unit)
        count = (total + size - 1) / size
    }

    subscript(index: Int) -> Range<Int> { index * size..<min(total, (index + 1) * size) }
}
