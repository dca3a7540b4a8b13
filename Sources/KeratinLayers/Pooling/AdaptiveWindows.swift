import KeratinCore
import KeratinTensor

/// So many windows over the cells of an axis. Windows have one of two lengths: both are computed everywhere, and the right ones picked.
struct AdaptiveWindows {
    private let kind: Pooling.Kind
    private let windows: [Range<Int>]
    private let cells: Int
    /// Where the results of each length begin.
    private let offsets: [Int: Int]

    init(_ kind: Pooling.Kind, cells: Int, count: Int) {
        self.kind = kind
        self.cells = cells
        windows = (0..<count).map {
            ($0 * cells / count)..<((($0 + 1) * cells + count - 1) / count)
        }
        var (offsets, sum) = ([Int: Int](), 0)
        for length in Set(windows.map(\.count)).sorted() {
            offsets[length] = sum
            sum += cells - length + 1
        }
        self.offsets = offsets
    }

    /// The numbers of the results that are picked.
    var picks: [Double] { windows.map { Double($0.lowerBound + (offsets[$0.count] ?? 0)) } }

    /// - Parameter picks: `picks` as a tensor.
    func pooled(_ x: Tensor, axis: Int, picks: Tensor) throws -> Tensor {
        let extents = x.shape.dimensions
        let columns = x.reshaped([
            extents[..<axis].reduce(1, *), cells, extents[(axis + 1)...].reduce(1, *),
        ])
        let parts = offsets.keys.sorted().map { length in
            Tensor.fused(
                Pooling(
                    kind,
                    Window(sizes: [length], strides: [1], padding: .valid, input: [cells])),
                [columns])
        }
        var shape = x.shape
        shape[axis] = windows.count
        return Tensor.concatenate(parts, axis: 1)
            .gatherClamped(picks.cast(to: .int32), axis: 1).reshaped(shape)
    }
}
