import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// Copies a box of elements between two strided places: transpose, slice, pad, reverse, broadcast
/// and concatenate are all this. Offsets and strides are in elements; source strides may be 0 or
/// negative.
struct StridedCopy {
    private struct Axis {
        var extent: Int
        var target: Int
        var source: Int
    }

    private var axes: [Axis] = []
    private let target: UnsafeMutableRawPointer
    private let source: UnsafeRawPointer
    private let elementSize: Int
    private let count: Int

    init(
        extents: [Int], target: UnsafeMutableRawPointer, targetStrides: [Int],
        source: UnsafeRawPointer, sourceStrides: [Int], elementSize: Int
    ) {
        self.target = target
        self.source = source
        self.elementSize = elementSize
        count = extents.reduce(1, *)
        for index in extents.indices where extents[index] != 1 {
            let axis = Axis(
                extent: extents[index], target: targetStrides[index],
                source: sourceStrides[index])
            if let last = axes.last, last.target == axis.target * axis.extent,
                last.source == axis.source * axis.extent
            {
                axes[axes.count - 1] = Axis(
                    extent: last.extent * axis.extent, target: axis.target, source: axis.source)
            } else {
                axes.append(axis)
            }
        }
        if axes.isEmpty { axes = [Axis(extent: 1, target: 1, source: 1)] }
    }

    /// The launch's phase. Each task copies some of the outer rows.
    func phase(_ transpose: @escaping MatrixKernels.Transpose) -> Phase {
        guard count > 0 else { return Phase(tasks: 0, cost: 0) { _, _ in } }
        var outer = axes
        let inner = outer.removeLast()
        let cost =
            Double(count * elementSize) * (inner.source == 1 && inner.target == 1 ? 0.1 : 0.4)
        // A transposition: the axis that is contiguous in the source is another one.
        if elementSize == 4, inner.target == 1, inner.source > 1,
            let position = outer.firstIndex(where: { $0.source == 1 })
        {
            let other = outer.remove(at: position)
            return transposition(inner, other, outer, cost, transpose)
        }
        let rows = outer.reduce(1) { $0 * $1.extent }
        if rows == 1 && inner.extent > 32_768 {
            return PreparedLaunch.pieces(of: inner.extent, step: 16_384, cost: cost) {
                [self] range, _ in
                copyRow(
                    target + range.lowerBound * inner.target * elementSize,
                    source + range.lowerBound * inner.source * elementSize, inner.target,
                    inner.source, range.count)
            }
        }
        let table = IntTable(outer.flatMap { [$0.extent, $0.target, $0.source] })
        let step = max(1, 65_536 / max(inner.extent * elementSize, 1))
        return PreparedLaunch.pieces(of: rows, step: step, cost: cost) { [self] range, _ in
            Self.walk(range, table) { targetOffset, sourceOffset in
                copyRow(
                    target + targetOffset * elementSize, source + sourceOffset * elementSize,
                    inner.target, inner.source, inner.extent)
            }
        }
    }

    /// `inner` is contiguous in the target, `other` in the source; the rest are walked.
    private func transposition(
        _ inner: Axis, _ other: Axis, _ outer: [Axis], _ cost: Double,
        _ transpose: @escaping MatrixKernels.Transpose
    ) -> Phase {
        let table = IntTable(outer.flatMap { [$0.extent, $0.target, $0.source] })
        let matrices = outer.reduce(1) { $0 * $1.extent }
        // The matrices are cut along `other`, so that a single large one has many tasks too.
        let width = max(32, 65_536 / max(inner.extent, 1))
        let cuts = (other.extent + width - 1) / width
        return PreparedLaunch.pieces(
            of: matrices * cuts,
            step: max(1, 16_384 / max(inner.extent * min(width, other.extent), 1)),
            cost: cost
        ) { [self] range, _ in
            for piece in range {
                let first = piece % cuts * width
                let columns = min(width, other.extent - first)
                Self.walk(piece / cuts..<piece / cuts + 1, table) { targetOffset, sourceOffset in
                    let to = target + (targetOffset + first * other.target) * 4
                    let from = source + (sourceOffset + first) * 4
                    transpose(
                        from.assumingMemoryBound(to: Float.self), inner.extent, columns,
                        inner.source, to.assumingMemoryBound(to: Float.self), other.target)
                }
            }
        }
    }

    /// Calls `body` with the offsets of the rows in `range`, in order.
    private static func walk(
        _ range: Range<Int>, _ table: IntTable, _ body: (Int, Int) -> Void
    ) {
        let rank = table.count / 3
        let axes = table.base
        withUnsafeTemporaryAllocation(of: Int.self, capacity: max(rank, 1)) { coordinates in
            var rest = range.lowerBound
            var targetOffset = 0
            var sourceOffset = 0
            for axis in stride(from: rank - 1, through: 0, by: -1) {
                let coordinate = rest % axes[3 * axis]
                rest /= axes[3 * axis]
                coordinates[axis] = coordinate
                targetOffset += coordinate * axes[3 * axis + 1]
                sourceOffset += coordinate * axes[3 * axis + 2]
            }
            for _ in range {
                body(targetOffset, sourceOffset)
                var axis = rank - 1
                while axis >= 0 {
                    coordinates[axis] += 1
                    targetOffset += axes[3 * axis + 1]
                    sourceOffset += axes[3 * axis + 2]
                    if coordinates[axis] < axes[3 * axis] { break }
                    targetOffset -= axes[3 * axis] * axes[3 * axis + 1]
                    sourceOffset -= axes[3 * axis] * axes[3 * axis + 2]
                    coordinates[axis] = 0
                    axis -= 1
                }
            }
        }
    }

    private func copyRow(
        _ to: UnsafeMutableRawPointer, _ from: UnsafeRawPointer, _ toStep: Int, _ fromStep: Int,
        _ count: Int
    ) {
        if toStep == 1 && fromStep == 1 {
            memcpy(to, from, count * elementSize)
        } else if elementSize == 4 {
            let x = from.assumingMemoryBound(to: UInt32.self)
            let y = to.assumingMemoryBound(to: UInt32.self)
            if fromStep == 0 {
                let value = x[0]
                for i in 0..<count { y[i * toStep] = value }
            } else {
                for i in 0..<count { y[i * toStep] = x[i * fromStep] }
            }
        } else {
            let x = from.assumingMemoryBound(to: UInt8.self)
            let y = to.assumingMemoryBound(to: UInt8.self)
            for i in 0..<count { y[i * toStep] = x[i * fromStep] }
        }
    }
}
