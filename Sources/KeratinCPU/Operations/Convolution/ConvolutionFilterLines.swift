import KeratinCPUKernelTable

/// The filter's gradient without copying patches, for windows that never leave the input along its
/// last axis: over a line of output pixels every filter row then reads the input at one fixed
/// distance, which is what a segment of the microkernel does. A line outside the input reads zeros.
struct ConvolutionFilterLines {
    let product: ConvolutionFilter
    let table: CPUKernelTable
    let bandTaps: Int
    /// Bands of filter rows, whole taps each.
    let count: Int
    let ownBytes: Int
    private let tiles: Int
    /// Output lines that are worked off together.
    private let block: Int
    private let tableBytes: Int
    private let packed: PackedRight
    private let packsLast: Bool
    private let zeros: FloatTable

    /// Output lines: the K axis in units of segments.
    static func lines(_ geometry: WindowGeometry) -> Int {
        geometry.batch * geometry.z.output * geometry.y.output
    }

    /// Whether the geometry allows it and lines are neither too short nor too few to pay.
    static func fits(_ geometry: WindowGeometry, splits: Int) -> Bool {
        geometry.x.low == 0 && geometry.x.high == 0 && geometry.x.output >= 8
            && geometry.x.output <= 512 && lines(geometry) >= splits
    }

    init(_ product: ConvolutionFilter, _ table: CPUKernelTable) {
        self.product = product
        self.table = table
        let g = product.geometry
        let channels = g.channels / product.groups
        let columns = product.filters / product.groups
        bandTaps = min(g.taps, max(1, 384 / channels))
        count = (g.taps + bandTaps - 1) / bandTaps
        tiles = (bandTaps * channels + 5) / 6
        block = max(1, 224 / g.x.output)
        tableBytes = BandTables.byteCount(tiles: tiles, segments: block, columns: columns)
        packed = PackedRight(
            depth: block * g.x.output, columns: columns, panelWidth: table.panelWidth)
        packsLast = columns % table.vectorWidth != 0
        ownBytes = tableBytes + (packsLast ? packed.depth * table.panelWidth * 4 : 0)
        zeros = FloatTable(
            repeating: 0, count: (g.x.output - 1) * g.x.stride * g.channels + channels)
    }

    /// Adds up the lines `range` for one group and band of taps into `target`, a whole filter.
    func run(
        _ range: Range<Int>, group: Int, band: Int, _ target: UnsafeMutablePointer<Float>,
        _ memory: TaskMemory
    ) {
        let g = product.geometry
        let filters = product.filters
        let columns = filters / product.groups
        let channels = g.channels / product.groups
        let firstTap = band * bandTaps
        let rows = (min(g.taps, firstTap + bandTaps) - firstTap) * channels
        let used = (rows + 5) / 6
        let tables = BandTables(memory.own, tiles: tiles, segments: block, columns: columns)
        let lastPanel = (memory.own + tableBytes).floats
        let start = target + firstTap * channels * filters + group * columns
        for row in 0..<used * 6 {
            tables.outputs[row] = row < rows ? start + row * filters : tables.dump
        }
        var first = range.lowerBound
        while first < range.upperBound {
            let count = min(block, range.upperBound - first)
            for tile in 0...used { tables.tileSegments[tile] = tile * count }
            for segment in 0..<count {
                point(first + segment, segment, count, firstTap, rows, group * channels, tables)
            }
            let right =
                product.gradient + first * g.x.output * filters + group * columns
            if packsLast {
                let panel = packed.panels - 1
                table.matrix.packPanel(
                    right + panel * packed.panelWidth, filters, count * g.x.output,
                    columns - panel * packed.panelWidth, false, lastPanel)
            }
            var argument = MatrixBand(
                rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
                tileSegments: tables.tileSegments, tiles: used, length: g.x.output,
                leftStride: g.x.stride * g.channels, right: right,
                panelStride: packed.panelWidth, rightStride: filters,
                lastPanel: packsLast ? UnsafePointer(lastPanel) : nil,
                lastPanelStride: packed.panelWidth, columns: columns, outputs: tables.outputs,
                accumulate: first > range.lowerBound, bias: nil, activation: .none,
                scratch: tables.scratch)
            table.matrix.band(&argument)
            first += count
        }
    }

    /// Fills one segment of every tile: where each filter row reads its first pixel of the line.
    private func point(
        _ line: Int, _ segment: Int, _ count: Int, _ firstTap: Int, _ rows: Int, _ channel: Int,
        _ tables: BandTables
    ) {
        let g = product.geometry
        let channels = g.channels / product.groups
        let y = line % g.y.output * g.y.stride - g.y.low
        let plane = line / g.y.output
        let z = plane % g.z.output * g.z.stride - g.z.low
        let image = product.input + plane / g.z.output * g.inputPixels * g.channels + channel
        var tap = firstTap
        var row = 0
        // The slot of the row: its segment in its tile, then its place among the six.
        var slot = tables.rowPointers + segment * 6
        var offset = tables.segmentOffsets + segment
        var place = 0
        var last = UnsafePointer<Float>(zeros.base)
        while row < rows {
            let cx = tap % g.x.size * g.x.dilation
            let cy = y + tap / g.x.size % g.y.size * g.y.dilation
            let cz = z + tap / (g.x.size * g.y.size) * g.z.dilation
            var source = UnsafePointer<Float>(zeros.base)
            if UInt(bitPattern: cy) < UInt(g.y.input), UInt(bitPattern: cz) < UInt(g.z.input) {
                source = image + ((cz * g.y.input + cy) * g.x.input + cx) * g.channels
            }
            for _ in 0..<channels {
                if place == 0 { offset.pointee = segment * g.x.output }
                slot[place] = source
                last = source
                source += 1
                place += 1
                if place == 6 {
                    place = 0
                    slot += count * 6
                    offset += count
                }
            }
            row += channels
            tap += 1
        }
        // Missing rows of the last tile repeat the last one.
        while place != 0 && place < 6 {
            slot[place] = last
            place += 1
        }
    }
}
