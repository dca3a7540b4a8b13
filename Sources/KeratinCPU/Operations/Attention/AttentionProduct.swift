import KeratinCPUKernelTable

/// Products of small blocks: some rows of a left side, however they lie, with some columns of a packed right side.
struct BlockProduct {
    let table: CPUKernelTable
    let tables: BandTables

    /// Rows that one product may have at most.
    static let rows = 96
    private static let tiles = rows / MatrixBand.tileRows

    /// Bytes of a thread's memory for the tables.
    static func byteCount(columns: Int) -> Int {
        BandTables.byteCount(tiles: tiles, segments: 1, columns: columns)
    }

    init(_ memory: UnsafeMutableRawPointer, columns: Int, _ table: CPUKernelTable) {
        self.table = table
        tables = BandTables(memory, tiles: Self.tiles, segments: 1, columns: columns)
        for tile in 0...Self.tiles { tables.tileSegments[tile] = tile }
        for tile in 0..<Self.tiles { tables.segmentOffsets[tile] = 0 }
    }

    /// output (+)= left·right for up to `rows` rows.
    /// - Parameters:
    ///   - left: Element (row, k) at row·rowStride + k·depthStride.
    ///   - right: The first K step of the first panel.
    ///   - panelStride: Floats between panels.
    ///   - output: Element (row, column) at row·outputStride + column.
    func run(
        rows: Int, depth: Int, columns: Int, left: UnsafePointer<Float>, rowStride: Int,
        depthStride: Int, right: UnsafePointer<Float>, panelStride: Int,
        output: UnsafeMutablePointer<Float>, outputStride: Int, accumulate: Bool
    ) {
        let tiles = (rows + MatrixBand.tileRows - 1) / MatrixBand.tileRows
        for row in 0..<tiles * MatrixBand.tileRows {
            tables.rowPointers[row] = left + min(row, rows - 1) * rowStride
            tables.outputs[row] = row < rows ? output + row * outputStride : tables.dump
        }
        var band = MatrixBand(
            rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
            tileSegments: tables.tileSegments, tiles: tiles, length: depth, leftStride: depthStride,
            right: right, panelStride: panelStride, rightStride: table.panelWidth, lastPanel: nil,
            lastPanelStride: 0, columns: columns, outputs: tables.outputs, accumulate: accumulate,
            bias: nil, activation: .none, scratch: tables.scratch)
        table.matrix.band(&band)
    }
}

extension PackedRight {
    /// Packs all panels of one head, whose rows lie `stride` floats apart.
    func packAll(
        _ source: UnsafePointer<Float>, stride: Int, transposed: Bool,
        into packed: UnsafeMutablePointer<Float>, _ table: CPUKernelTable
    ) {
        guard depth > 0 else { return }
        for panel in 0..<panels {
            pack(panel, 0..<depth, source, stride, transposed, packed, table.matrix.packPanel)
        }
    }
}
