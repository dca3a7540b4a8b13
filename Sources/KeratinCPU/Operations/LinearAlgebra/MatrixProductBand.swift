import Glibc
import KeratinCPUKernelTable

extension MatrixProduct {
    /// The tasks of a tiled product: (split, batch, group of panels, band).
    struct Band {
        let product: MatrixProduct
        let table: CPUKernelTable
        let tiling: Tiling
        let partialOffset: Int
        let turnedOffset: Int
        /// Where the copy of the left side's columns lies in the thread's memory, nil if they are read in place.
        let leftOffset: Int?

        /// Floats between two K steps of the copied columns: an odd number of cache lines.
        static let leftStride = bandTiles * 6 + 16

        func run(_ task: Int, _ memory: TaskMemory) {
            let p = product
            let packed = tiling.packed
            let (bands, groups) = (tiling.bands, tiling.groups)
            let (groupPanels, splits) = (tiling.groupPanels, tiling.splits)
            let band = task % bands
            let group = task / bands % groups
            let matrix = task / (bands * groups) % p.batch
            let split = task / (bands * groups * p.batch)
            let firstRow = band * tiling.bandRows
            let rows = min(tiling.bandRows, p.rows - firstRow)
            let firstColumn = group * groupPanels * packed.panelWidth
            let columns = min(groupPanels * packed.panelWidth, p.columns - firstColumn)
            let firstDepth = split * p.depth / splits
            let lastDepth = (split + 1) * p.depth / splits

            let tables = BandTables(
                memory.own, tiles: tiling.tiles, segments: 1, columns: p.columns)
            let usedTiles = (rows + 5) / 6
            var output = p.turned ? (memory.shared + turnedOffset).floats : p.output
            if splits > 1 {
                output =
                    (memory.shared + partialOffset).floats + split * p.batch * p.rows * p.columns
            }
            output += matrix * p.rows * p.columns + firstRow * p.columns + firstColumn
            for row in 0..<usedTiles * 6 {
                tables.outputs[row] = row < rows ? output + row * p.columns : tables.dump
            }
            for tile in 0...usedTiles { tables.tileSegments[tile] = tile }
            for tile in 0..<usedTiles { tables.segmentOffsets[tile] = 0 }

            let left = p.left + matrix * p.leftBatch
            var k = firstDepth
            while k < lastDepth {
                let length = min(p.depthBlock, lastDepth - k)
                var leftStep = p.transposeLeft ? p.rows : 1
                let rowStep = p.transposeLeft ? 1 : p.depth
                var start =
                    p.transposeLeft
                    ? left + k * p.rows + firstRow : left + firstRow * p.depth + k
                if let leftOffset {
                    let copy = (memory.own + leftOffset).floats
                    for step in 0..<length {
                        memcpy(copy + step * Self.leftStride, start + step * p.rows, rows * 4)
                    }
                    start = UnsafePointer(copy)
                    leftStep = Self.leftStride
                }
                for row in 0..<usedTiles * 6 {
                    tables.rowPointers[row] = start + (row < rows ? row : rows - 1) * rowStep
                }
                let isLast = k + length == lastDepth && splits == 1
                var right = UnsafePointer<Float>(memory.shared.floats)
                var panelStride = packed.depth * packed.panelWidth
                var rightStride = packed.panelWidth
                if tiling.inPlace {
                    right = p.right + matrix * p.rightBatch + k * p.columns + firstColumn
                    panelStride = packed.panelWidth
                    rightStride = p.columns
                } else {
                    let own = p.rightBatch > 0 ? matrix * packed.floats : 0
                    right += own + group * groupPanels * panelStride + k * packed.panelWidth
                }
                var argument = MatrixBand(
                    rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
                    tileSegments: tables.tileSegments, tiles: usedTiles, length: length,
                    leftStride: leftStep, right: right, panelStride: panelStride,
                    rightStride: rightStride, lastPanel: nil, lastPanelStride: 0,
                    columns: columns, outputs: tables.outputs, accumulate: k > firstDepth,
                    bias: isLast ? p.bias.map { $0 + firstColumn } : nil,
                    activation: isLast ? p.activation : .none, scratch: tables.scratch)
                table.matrix.band(&argument)
                k += length
            }
        }
    }
}
