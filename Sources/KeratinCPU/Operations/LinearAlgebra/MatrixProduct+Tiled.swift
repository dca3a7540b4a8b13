import KeratinCPUKernelTable
import KeratinCore

extension MatrixProduct {
    /// The launch of a product in tiles: the right side is packed, the tiles computed, the pieces of a cut K axis added, and a turned
    /// product turned back, as far as each is needed.
    func tiled(_ table: CPUKernelTable) -> PreparedLaunch {
        var launch = PreparedLaunch()
        let tiling = Tiling(self, table)
        if !tiling.inPlace {
            launch.sharedBytes = (matrices * tiling.packed.floats * 4 + 255) & ~255
            launch.phases.append(packing(tiling.packed, table))
        }
        let partialOffset = launch.sharedBytes
        if tiling.splits > 1 { launch.sharedBytes += tiling.splits * batch * rows * columns * 4 }
        let turnedOffset = launch.sharedBytes
        if turned { launch.sharedBytes += rows * columns * 4 }
        let tableBytes = BandTables.byteCount(tiles: tiling.tiles, segments: 1, columns: columns)
        launch.ownBytes = tableBytes
        if tiling.copiesLeft { launch.ownBytes += depthBlock * Band.leftStride * 4 }

        let band = Band(
            product: self, table: table, tiling: tiling, partialOffset: partialOffset,
            turnedOffset: turnedOffset, leftOffset: tiling.copiesLeft ? tableBytes : nil)
        launch.phases.append(
            Phase(tasks: tiling.outputs * tiling.splits, cost: cost) { task, memory in
                band.run(task, memory)
            })
        if tiling.splits > 1 {
            launch.phases.append(addition(tiling.splits, partialOffset, turnedOffset, table))
        }
        if turned { launch.phases.append(turning(turnedOffset, table)) }
        return launch
    }

    /// Right matrices that differ.
    private var matrices: Int { rightBatch > 0 ? batch : 1 }

    /// Copies the right side into panels.
    private func packing(_ packed: PackedRight, _ table: CPUKernelTable) -> Phase {
        let rightStride = transposeRight ? depth : columns
        let steps = 512
        let cuts = (depth + steps - 1) / steps
        return Phase(
            tasks: matrices * packed.panels * cuts, cost: Double(matrices * packed.floats) * 0.4
        ) { task, memory in
            let matrix = task / (packed.panels * cuts)
            let panel = task / cuts % packed.panels
            let first = task % cuts * steps
            packed.pack(
                panel, first..<min(depth, first + steps), right + matrix * rightBatch,
                rightStride, transposeRight, memory.shared.floats + matrix * packed.floats,
                table.matrix.packPanel)
        }
    }

    /// Adds the partial products of a cut K axis, in order, and finishes the result.
    private func addition(
        _ splits: Int, _ offset: Int, _ turnedOffset: Int, _ table: CPUKernelTable
    ) -> Phase {
        let total = batch * rows * columns
        let step = columns * max(1, 8192 / columns)
        return PreparedLaunch.pieces(
            of: total, step: step, cost: Double(total * splits) * 0.2
        ) { range, memory in
            let partial = (memory.shared + offset).floats
            let whole = turned ? (memory.shared + turnedOffset).floats : output
            let target = whole + range.lowerBound
            let count = range.count
            let add = table.elementwise.binary
            add(.add, partial + range.lowerBound, partial + total + range.lowerBound, target, count)
            for split in 2..<max(splits, 2) {
                add(.add, target, partial + split * total + range.lowerBound, target, count)
            }
            if let bias {
                for row in stride(from: 0, to: count, by: columns) {
                    add(.add, target + row, bias, target + row, columns)
                }
            }
            if let function = activation.function {
                table.elementwise.unary(function, target, target, count)
            }
        }
    }

    /// Stores the transpose of what was computed.
    private func turning(_ offset: Int, _ table: CPUKernelTable) -> Phase {
        PreparedLaunch.pieces(of: columns, step: 32, cost: Double(rows * columns) * 0.3) {
            range, memory in
            table.matrix.transpose(
                (memory.shared + offset).floats + range.lowerBound, rows, range.count, columns,
                output + range.lowerBound * rows, rows)
        }
    }
}
