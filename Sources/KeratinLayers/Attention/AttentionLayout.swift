import KeratinCore
import KeratinTensor

/// Brings projected tensors [batch, …, heads, width] into the form [batch, length, heads, width]: the axes that are attended over
/// become one, all others before the heads go to the batch.
struct AttentionLayout {
    /// The axes that are attended over, and those that are not.
    private let attended: [Int]
    private let batch: [Int]
    private let rank: Int

    /// - Parameters:
    ///   - axes: of the query before its projection.
    ///   - rank: the query's before its projection.
    init(axes: [Int], rank: Int) {
        attended = axes
        batch = (0..<(rank - 1)).filter { !axes.contains($0) }
        self.rank = rank
    }

    /// Whether nothing is to be done.
    private var isPlain: Bool { batch == [0] && attended == [1] }

    private func count(_ shape: Shape, _ axes: [Int]) -> Int {
        axes.reduce(1) { $0 * shape[$1] }
    }

    func flattened(_ x: Tensor) throws -> Tensor {
        if isPlain { return x }
        let shape = x.shape
        return x.transposed(batch + attended + [rank - 1, rank]).reshaped([
            count(shape, batch), count(shape, attended), shape[rank - 1], shape[rank],
        ])
    }

    /// The result of attention in the order of the query, which had `shape` when it was projected.
    func restored(_ x: Tensor, like shape: Shape) throws -> Tensor {
        if isPlain { return x }
        let order = batch + attended + [rank - 1, rank]
        let extents = order.dropLast().map { shape[$0] } + [x.shape[3]]
        let inverse = (0..<order.count).map { order.firstIndex(of: $0) ?? 0 }
        return x.reshaped(Shape(extents)).transposed(inverse)
    }

    /// The weights as Keras gives them: [batch axes…, heads, query axes…, key axes…].
    func restoredScores(_ x: Tensor, _ query: Shape, _ key: Shape) throws -> Tensor {
        if isPlain { return x }
        return x.reshaped(
            Shape(
                batch.map { query[$0] } + [x.shape[1]] + attended.map { query[$0] }
                    + attended.map { key[$0] }))
    }

    /// A mask that broadcasts to [batch axes…, heads, query axes…, key axes…] once axes of extent 1 stand before those of the queries,
    /// as [batch, 1 or heads, queries, keys].
    func flattenedMask(_ mask: Tensor, query: Shape, key: Shape) throws -> Tensor {
        let wanted = batch.count + 1 + 2 * attended.count
        guard mask.rank >= 2 * attended.count, mask.rank <= wanted else {
            throw KeratinError(
                .shapeMismatch,
                "the attention mask \(mask.shape) needs \(2 * attended.count) to \(wanted) axes")
        }
        let lead = mask.rank - 2 * attended.count
        let extents =
            mask.shape.dimensions.prefix(lead) + [Int](repeating: 1, count: wanted - mask.rank)
            + mask.shape.dimensions.dropFirst(lead)
        let expanded = mask.reshaped(Shape(Array(extents)))
        let full =
            batch.map { query[$0] } + [expanded.shape[batch.count]] + attended.map { query[$0] }
            + attended.map { key[$0] }
        guard expanded.shape.broadcasts(to: Shape(full)) else {
            throw KeratinError(
                .shapeMismatch, "the attention mask \(mask.shape) does not fit \(Shape(full))")
        }
        if isPlain {
            // Only the keys need their extent.
            var shape = expanded.shape
            shape[3] = key[1]
            return expanded.broadcast(to: shape)
        }
        return expanded.broadcast(to: Shape(full)).reshaped([
            count(query, batch), full[batch.count], count(query, attended), count(key, attended),
        ])
    }
}
