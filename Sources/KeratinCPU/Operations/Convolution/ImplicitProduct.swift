import KeratinCPUKernelTable
import KeratinCore

/// A convolution pass as a matrix product whose left side is never built: each row is a place in a
/// grid and reads one run of floats for every tap, at a fixed distance from the row's origin. A tap
/// outside the tensor reads zeros; a tap that all six rows of a tile have outside is left out.
struct ImplicitProduct {
    /// One spatial axis of the grid of rows.
    struct Axis {
        /// Rows along the axis.
        var rows: Int
        /// Where row i reads with an offset of 0: i·readStride + readOrigin, inside `readExtent`.
        var readExtent: Int
        var readStride: Int
        var readOrigin: Int
        /// Where row i is written.
        var writeExtent: Int
        var writeStride: Int
        var writeOrigin: Int
    }

    /// A run of K steps: the offsets of its pixel, and its first row in the right matrix.
    struct Tap {
        var z: Int
        var y: Int
        var x: Int
        var depth: Int
    }

    var batch: Int
    var z: Axis
    var y: Axis
    var x: Axis
    /// Floats of one pixel of the tensor that is read, K steps of one tap, where they begin.
    var readChannels: Int
    var length: Int
    var read: UnsafePointer<Float>
    /// The same for the tensor that is written.
    var writeChannels: Int
    var columns: Int
    var write: UnsafeMutablePointer<Float>

    /// Tiles of one band.
    static let bandTiles = 16
    /// K steps after which partial sums go through memory, so that a panel stays in the second
    /// cache.
    static let depthBlock = 768

    var rows: Int { batch * z.rows * y.rows * x.rows }

    /// Taps that are worked off together.
    static func block(taps: Int, length: Int) -> Int {
        min(taps, max(1, depthBlock / max(length, 1)))
    }

    static func ownBytes(taps: Int, length: Int, columns: Int) -> Int {
        BandTables.byteCount(
            tiles: bandTiles, segments: block(taps: taps, length: length), columns: columns)
    }

    /// Offsets of the taps for reading: z, y, x, pixels, depth of each.
    func table(_ taps: [Tap]) -> IntTable {
        IntTable(
            taps.flatMap { tap in
                [
                    tap.z, tap.y, tap.x, (tap.z * y.readExtent + tap.y) * x.readExtent + tap.x,
                    tap.depth,
                ]
            })
    }

    private struct Origin {
        var z: Int
        var y: Int
        var x: Int
        var pixel: Int
    }

    /// Rows `first` and the following of the grid.
    func run(
        first: Int, taps: IntTable, right: UnsafePointer<Float>, panelStride: Int, panelWidth: Int,
        zeros: UnsafePointer<Float>, bias: UnsafePointer<Float>?, activation: MatrixActivation,
        _ kernel: MatrixKernels.Band, _ memory: TaskMemory
    ) {
        let rows = min(Self.bandTiles * 6, self.rows - first)
        let used = (rows + 5) / 6
        let tapCount = taps.count / 5
        let block = Self.block(taps: tapCount, length: length)
        let tables = BandTables(
            memory.own, tiles: Self.bandTiles, segments: block, columns: columns)
        withUnsafeTemporaryAllocation(of: Origin.self, capacity: Self.bandTiles * 6) { origins in
            prepare(first, rows, used, tables, origins)
            var firstTap = 0
            repeat {
                let lastTap = min(tapCount, firstTap + block)
                var count = 0
                for tile in 0..<used {
                    tables.tileSegments[tile] = count
                    let base = tile * 6
                    for tap in firstTap..<lastTap {
                        let offset = taps.base + tap * 5
                        let pointers = tables.rowPointers + count * 6
                        var isUsed = false
                        for row in 0..<6 {
                            let origin = origins[base + row]
                            // One unsigned comparison tests both bounds.
                            if UInt(bitPattern: origin.x + offset[2]) < UInt(x.readExtent),
                                UInt(bitPattern: origin.y + offset[1]) < UInt(y.readExtent),
                                UInt(bitPattern: origin.z + offset[0]) < UInt(z.readExtent)
                            {
                                pointers[row] = read + (origin.pixel + offset[3]) * readChannels
                                isUsed = true
                            } else {
                                pointers[row] = zeros
                            }
                        }
                        if isUsed {
                            tables.segmentOffsets[count] = offset[4]
                            count += 1
                        }
                    }
                }
                tables.tileSegments[used] = count
                let isLast = lastTap == tapCount
                var band = MatrixBand(
                    rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
                    tileSegments: tables.tileSegments, tiles: used, length: length, leftStride: 1,
                    right: right, panelStride: panelStride, rightStride: panelWidth,
                    lastPanel: nil, lastPanelStride: 0, columns: columns,
                    outputs: tables.outputs, accumulate: firstTap > 0, bias: isLast ? bias : nil,
                    activation: isLast ? activation : .none, scratch: tables.scratch)
                kernel(&band)
                firstTap = lastTap
            } while firstTap < tapCount
        }
    }

    /// Reading origins and writing pointers of a band's rows; missing rows repeat the last.
    private func prepare(
        _ first: Int, _ rows: Int, _ used: Int, _ tables: BandTables,
        _ origins: UnsafeMutableBufferPointer<Origin>
    ) {
        var column = first % x.rows
        var line = first / x.rows % y.rows
        var plane = first / (x.rows * y.rows) % z.rows
        var image = first / (x.rows * y.rows * z.rows)
        for row in 0..<used * 6 {
            guard row < rows else {
                origins[row] = origins[rows - 1]
                tables.outputs[row] = tables.dump
                continue
            }
            let oz = plane * z.readStride + z.readOrigin
            let oy = line * y.readStride + y.readOrigin
            let ox = column * x.readStride + x.readOrigin
            origins[row] = Origin(
                z: oz, y: oy, x: ox,
                pixel: ((image * z.readExtent + oz) * y.readExtent + oy) * x.readExtent + ox)
            let wz = image * z.writeExtent + plane * z.writeStride + z.writeOrigin
            let wy = wz * y.writeExtent + line * y.writeStride + y.writeOrigin
            let wx = wy * x.writeExtent + column * x.writeStride + x.writeOrigin
            tables.outputs[row] = write + wx * writeChannels
            column += 1
            if column == x.rows {
                column = 0
                line += 1
                if line == y.rows {
                    line = 0
                    plane += 1
                    if plane == z.rows {
                        plane = 0
                        image += 1
                    }
                }
            }
        }
    }
}
