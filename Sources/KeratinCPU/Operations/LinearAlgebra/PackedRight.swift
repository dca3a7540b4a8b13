import KeratinCPUKernelTable

/// The right side of a matrix product in panels: copied into the workspace once per launch, or read
/// in place when it is read too rarely to be worth a copy.
struct PackedRight {
    /// Rows (K) and columns (N) of one matrix.
    var depth: Int
    var columns: Int
    var panelWidth: Int

    var panels: Int { (columns + panelWidth - 1) / panelWidth }
    /// Floats of one packed matrix.
    var floats: Int { panels * depth * panelWidth }

    /// Packs panel `panel` of one matrix.
    /// - Parameters:
    ///   - source: The matrix; element (k, n) at k·stride + n, or n·stride + k if transposed.
    ///   - range: The K steps to pack.
    func pack(
        _ panel: Int, _ range: Range<Int>, _ source: UnsafePointer<Float>, _ stride: Int,
        _ transposed: Bool, _ packed: UnsafeMutablePointer<Float>, _ kernel: MatrixKernels.PackPanel
    ) {
        let column = panel * panelWidth
        let start =
            transposed
            ? source + column * stride + range.lowerBound
            : source + range.lowerBound * stride + column
        kernel(
            start, stride, range.count, min(panelWidth, columns - column), transposed,
            packed + (panel * depth + range.lowerBound) * panelWidth)
    }
}

/// The tables of one band of tiles, laid out in a thread's scratch memory.
struct BandTables {
    let rowPointers: UnsafeMutablePointer<UnsafePointer<Float>>
    let segmentOffsets: UnsafeMutablePointer<Int>
    let tileSegments: UnsafeMutablePointer<Int>
    let outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    /// A row of output that nobody reads: the missing rows of a last tile go there.
    let dump: UnsafeMutablePointer<Float>
    /// For panels that are not full.
    let scratch: UnsafeMutablePointer<Float>
    /// What follows the tables.
    let rest: UnsafeMutableRawPointer

    /// Enough for the widest panel.
    private static let scratchFloats = 7 * 64 + 12

    static func byteCount(tiles: Int, segments: Int, columns: Int) -> Int {
        let entries = tiles * segments * 7 + tiles + 1 + tiles * 6
        return ((entries * 8 + scratchFloats * 4 + columns * 4) + 511) & ~255
    }

    init(_ memory: UnsafeMutableRawPointer, tiles: Int, segments: Int, columns: Int) {
        var next = memory
        rowPointers = next.assumingMemoryBound(to: UnsafePointer<Float>.self)
        next += tiles * segments * 6 * 8
        segmentOffsets = next.assumingMemoryBound(to: Int.self)
        next += tiles * segments * 8
        tileSegments = next.assumingMemoryBound(to: Int.self)
        next += (tiles + 1) * 8
        outputs = next.assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
        next += tiles * 6 * 8
        scratch = next.assumingMemoryBound(to: Float.self)
        next += Self.scratchFloats * 4
        dump = next.assumingMemoryBound(to: Float.self)
        rest = memory + Self.byteCount(tiles: tiles, segments: segments, columns: columns)
    }
}
