import KeratinCPUKernelTable
import KeratinCore

/// The workspace of attention's gradient: what all tasks read, and what a thread holds of one block of keys.
struct AttentionBackwardLayout {
    private let extents: AttentionExtents
    private let panelWidth: Int
    private let parts: Int
    private let headFloats: Int
    private let keyFloats: Int

    /// Queries of one block.
    static let queryBlock = 128
    /// Floats between two keys' lines of scores, which must not compete for the same cache sets.
    static let scoreStride = queryBlock + 16

    init(_ extents: AttentionExtents, parts: Int, _ table: CPUKernelTable) {
        self.extents = extents
        self.parts = parts
        panelWidth = table.panelWidth
        func packed(_ depth: Int, _ columns: Int) -> Int {
            PackedRight(depth: depth, columns: columns, panelWidth: table.panelWidth).floats
        }
        let queries = extents.queries
        headFloats =
            2 * queries
            + [extents.width, extents.valueWidth].reduce(0) {
                $0 + packed(queries, $1) + packed($1, queries)
            }
        keyFloats = packed(extents.keys, extents.width)
    }

    /// The queries of one head as rows of a right side, or transposed.
    func lengthwise(_ width: Int) -> PackedRight {
        PackedRight(depth: extents.queries, columns: width, panelWidth: panelWidth)
    }

    func crosswise(_ width: Int) -> PackedRight {
        PackedRight(depth: width, columns: extents.queries, panelWidth: panelWidth)
    }

    // MARK: What all tasks read

    private var heads: Int { extents.batch * extents.heads }
    private var partialFloats: Int { extents.queries * extents.width }

    var sharedBytes: Int {
        let partials = parts > 1 ? heads * parts * partialFloats : 0
        return (heads * headFloats + extents.batch * extents.groups * keyFloats + partials) * 4
    }

    /// One head's queries, or the cotangents of its results, packed both ways.
    struct Packed {
        let width: Int
        let rows: UnsafeMutablePointer<Float>
        let columns: UnsafeMutablePointer<Float>
    }

    struct Head {
        let queries: Packed
        let gradients: Packed
        let deltas: UnsafeMutablePointer<Float>
        let inverseSums: UnsafeMutablePointer<Float>
    }

    func head(_ item: Int, _ shared: UnsafeMutableRawPointer) -> Head {
        var next = shared.floats + item * headFloats
        func take(_ count: Int) -> UnsafeMutablePointer<Float> {
            defer { next += count }
            return next
        }
        func packed(_ width: Int) -> Packed {
            Packed(
                width: width, rows: take(lengthwise(width).floats),
                columns: take(crosswise(width).floats))
        }
        return Head(
            queries: packed(extents.width), gradients: packed(extents.valueWidth),
            deltas: take(extents.queries), inverseSums: take(extents.queries))
    }

    func keys(_ item: Int, _ shared: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Float> {
        shared.floats + heads * headFloats + item * keyFloats
    }

    func partial(
        _ item: Int, _ part: Int, _ shared: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Float> {
        keys(extents.batch * extents.groups, shared) + (item * parts + part) * partialFloats
    }

    // MARK: What a thread holds

    struct Block {
        let products: BlockProduct
        let keys: UnsafeMutablePointer<Float>
        let values: UnsafeMutablePointer<Float>
        let dKeys: UnsafeMutablePointer<Float>
        let dValues: UnsafeMutablePointer<Float>
        /// Per key a line of queries.
        let scores: UnsafeMutablePointer<Float>
        let gradients: UnsafeMutablePointer<Float>
    }

    private var columns: Int { max(Self.queryBlock, extents.width, extents.valueWidth) }

    var ownBytes: Int {
        let floats = 2 * (extents.width + extents.valueWidth + Self.scoreStride)
        return BlockProduct.byteCount(columns: columns) + BlockProduct.rows * floats * 4
    }

    func block(_ memory: UnsafeMutableRawPointer, _ table: CPUKernelTable) -> Block {
        let rows = BlockProduct.rows
        let scores = (memory + BlockProduct.byteCount(columns: columns)).floats
        let gradients = scores + rows * Self.scoreStride
        let keys = gradients + rows * Self.scoreStride
        let values = keys + rows * extents.width
        let dKeys = values + rows * extents.valueWidth
        return Block(
            products: BlockProduct(memory, columns: columns, table), keys: keys, values: values,
            dKeys: dKeys, dValues: dKeys + rows * extents.width, scores: scores,
            gradients: gradients)
    }
}
