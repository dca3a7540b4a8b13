import Glibc

/// Reads a broadcast input as if it had the iteration shape: runs of consecutive iteration elements
/// are copied into a block.
final class BroadcastRead {
    /// Merged axes, outermost first: extent and stride in elements (0 where broadcast).
    private let axes: [(extent: Int, stride: Int)]
    private let table: IntTable
    private let source: UnsafeRawPointer
    private let elementSize: Int

    /// One element for the whole iteration space.
    var isScalar: Bool { axes.allSatisfy { $0.stride == 0 } }

    /// The whole iteration space in order: no reading needed.
    var isDense: Bool { axes.isEmpty || (axes.count == 1 && axes[0].stride == 1) }

    /// The period of an input that repeats along the leading axes (a bias), nil for others.
    var period: Int? {
        axes.count == 2 && axes[0].stride == 0 && axes[1].stride == 1 ? axes[1].extent : nil
    }

    init(source: UnsafeRawPointer, extents: [Int], strides: [Int], elementSize: Int) {
        var merged = [(extent: Int, stride: Int)]()
        for (extent, stride) in zip(extents, strides) where extent != 1 {
            if let last = merged.last, last.stride == stride * extent {
                merged[merged.count - 1] = (last.extent * extent, stride)
            } else {
                merged.append((extent, stride))
            }
        }
        axes = merged
        table = IntTable(merged.flatMap { [$0.extent, $0.stride] })
        self.source = source
        self.elementSize = elementSize
    }

    /// Copies iteration elements start..<start + count to `target`.
    func read(start: Int, count: Int, into target: UnsafeMutableRawPointer) {
        let rank = table.count / 2
        guard rank > 0 else { return fill(source, target, count) }
        let axes = table.base
        withUnsafeTemporaryAllocation(of: Int.self, capacity: rank) { coordinates in
            var rest = start
            var offset = 0
            for axis in stride(from: rank - 1, through: 0, by: -1) {
                let extent = axes[2 * axis]
                coordinates[axis] = rest % extent
                offset += coordinates[axis] * axes[2 * axis + 1]
                rest /= extent
            }
            let inner = rank - 1
            let extent = axes[2 * inner]
            let step = axes[2 * inner + 1]
            var done = 0
            while done < count {
                let run = min(extent - coordinates[inner], count - done)
                let from = source + offset * elementSize
                let to = target + done * elementSize
                if step == 0 {
                    fill(from, to, run)
                } else if step == 1 {
                    memcpy(to, from, run * elementSize)
                } else if elementSize == 4 {
                    let x = from.assumingMemoryBound(to: UInt32.self)
                    let y = to.assumingMemoryBound(to: UInt32.self)
                    for i in 0..<run { y[i] = x[i * step] }
                } else {
                    for i in 0..<run {
                        to.storeBytes(
                            of: from.load(fromByteOffset: i * step, as: UInt8.self),
                            toByteOffset: i, as: UInt8.self)
                    }
                }
                done += run
                coordinates[inner] += run
                offset += run * step
                var axis = inner
                while axis > 0 && coordinates[axis] == axes[2 * axis] {
                    offset -= axes[2 * axis] * axes[2 * axis + 1]
                    coordinates[axis] = 0
                    axis -= 1
                    coordinates[axis] += 1
                    offset += axes[2 * axis + 1]
                }
            }
        }
    }

    private func fill(
        _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ count: Int
    ) {
        if elementSize == 1 {
            memset(to, Int32(from.load(as: UInt8.self)), count)
        } else {
            let value = from.load(as: UInt32.self)
            let words = to.assumingMemoryBound(to: UInt32.self)
            for i in 0..<count { words[i] = value }
        }
    }
}
