import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// The products with the recurrent kernel inside a sequence: packed once per launch, then read by every step of every
/// sample from the cache.
///
/// Gates are multiplied in groups: all at once, or apart where they read a hidden state of their own.
struct RecurrentProduct {
    let units: Int
    let gateCount: Int
    let groups: [Range<Int>]
    /// Whether the right side is the kernel's transpose: gates to units, for the way back.
    let transposed: Bool
    let kernel: UnsafePointer<Float>
    let table: CPUKernelTable
    /// The packed side of each group and where it begins in the workspace.
    private let packed: [PackedRight]
    private let offsets: [Int]

    init(
        _ operation: RecurrentSequence, units: Int, transposed: Bool,
        kernel: UnsafePointer<Float>, _ table: CPUKernelTable
    ) {
        self.units = units
        gateCount = operation.cell.gateCount
        self.transposed = transposed
        self.kernel = kernel
        self.table = table
        if operation.hasDropout {
            groups = (0..<gateCount).map { $0..<($0 + 1) }
        } else {
            groups = operation.cell == .gruResetBefore ? [0..<2, 2..<3] : [0..<gateCount]
        }
        packed = groups.map {
            PackedRight(
                depth: transposed ? $0.count * units : units,
                columns: transposed ? units : $0.count * units, panelWidth: table.panelWidth)
        }
        var offsets = [0]
        for side in packed { offsets.append(offsets[offsets.count - 1] + side.floats) }
        self.offsets = offsets
    }

    var sharedBytes: Int { (offsets[offsets.count - 1] * 4 + 255) & ~255 }

    /// Multiply-adds of one sample's step.
    var work: Double { Double(units * gateCount * units) }

    /// Packs the kernel's panels.
    var packing: Phase {
        let panels = zip(packed, groups).enumerated().flatMap { index, side in
            (0..<side.0.panels).map { (index, $0) }
        }
        return Phase(tasks: panels.count, cost: Double(offsets[offsets.count - 1]) * 0.4) {
            task, memory in
            let (group, panel) = panels[task]
            let side = packed[group]
            side.pack(
                panel, 0..<side.depth, kernel + groups[group].lowerBound * units,
                gateCount * units, transposed, memory.shared.floats + offsets[group],
                table.matrix.packPanel)
        }
    }

    func tableBytes(rows: Int) -> Int {
        BandTables.byteCount(
            tiles: (rows + 5) / 6, segments: 1, columns: gateCount * units)
    }

    /// One group's product for some rows: left [rows, depth] of a stride, output rows of a stride.
    /// - Parameter tables: `tableBytes` bytes of the thread's own.
    func run(
        group: Int, rows: Int, left: UnsafePointer<Float>, leftStride: Int,
        output: UnsafeMutablePointer<Float>, outputStride: Int, accumulate: Bool,
        bias: UnsafePointer<Float>?, tables memory: UnsafeMutableRawPointer,
        shared: UnsafeMutableRawPointer
    ) {
        let side = packed[group]
        let tiles = (rows + 5) / 6
        let tables = BandTables(memory, tiles: tiles, segments: 1, columns: gateCount * units)
        for row in 0..<tiles * 6 {
            tables.rowPointers[row] = left + min(row, rows - 1) * leftStride
            tables.outputs[row] = row < rows ? output + row * outputStride : tables.dump
        }
        for tile in 0...tiles { tables.tileSegments[tile] = tile }
        for tile in 0..<tiles { tables.segmentOffsets[tile] = 0 }
        var band = MatrixBand(
            rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
            tileSegments: tables.tileSegments, tiles: tiles, length: side.depth, leftStride: 1,
            right: UnsafePointer(shared.floats) + offsets[group],
            panelStride: side.depth * side.panelWidth, rightStride: side.panelWidth,
            lastPanel: nil, lastPanelStride: 0, columns: side.columns, outputs: tables.outputs,
            accumulate: accumulate, bias: bias, activation: .none, scratch: tables.scratch)
        table.matrix.band(&band)
    }
}

/// How the samples are cut into slices that each run through all steps on one thread. A sample's results do not depend
/// on its slice.
struct RecurrentSlices {
    let batch: Int
    /// Samples of one slice, whole tiles.
    let rows: Int

    /// Up to sixteen tiles, which share a reading of the recurrent kernel; fewer where threads would go without.
    init(batch: Int, threads: Int) {
        self.batch = batch
        let tiles = (batch + 5) / 6
        rows = min(batch, max(1, min(16, tiles / threads)) * 6)
    }

    var count: Int { rows == 0 ? 0 : (batch + rows - 1) / rows }

    func range(_ slice: Int) -> Range<Int> { slice * rows..<min(batch, (slice + 1) * rows) }
}

extension RecurrentFunction {
    init(_ activation: RecurrentActivation) {
        switch activation {
        case .none: self = .none
        case .relu: self = .relu
        case .sigmoid: self = .sigmoid
        case .tanh: self = .tanh
        case .hardSigmoid: self = .hardSigmoid
        case .legacyHardSigmoid: self = .legacyHardSigmoid
        }
    }
}
