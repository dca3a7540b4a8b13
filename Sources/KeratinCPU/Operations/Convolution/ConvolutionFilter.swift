import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// The gradient with respect to a convolution's filter: patchesᵀ·dy with the pixels as the K axis.
///
/// Patches of some pixels at a time are copied side by side into scratch memory (runs of whole
/// channels, cheap beside the products); the microkernel then reads them down their columns. The
/// pixels are cut into a number of pieces that depends on the shape alone; partial gradients are
/// added in order.
struct ConvolutionFilter {
    let geometry: WindowGeometry
    let groups: Int
    let filters: Int
    let input: UnsafePointer<Float>
    let gradient: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>

    init(_ request: LaunchRequest, _ operation: ConvolutionFilterGradient) throws {
        let shape = request.inputs[1].type.shape
        geometry = WindowGeometry(
            operation.geometry.window, input: request.inputs[0].type.shape,
            output: Array(shape.dimensions[1..<(shape.rank - 1)]))
        groups = operation.geometry.groups
        filters = shape[shape.rank - 1]
        input = UnsafePointer(try request.inputs[0].pointer().floats)
        gradient = UnsafePointer(try request.inputs[1].pointer().floats)
        output = try request.results[0].pointer().floats
    }

    /// Rows of the filter matrix: taps times the channels of a group.
    private var rows: Int { geometry.taps * (geometry.channels / groups) }

    func prepare(_ table: CPUKernelTable) -> PreparedLaunch {
        let pixels = geometry.batch * geometry.outputPixels
        let total = rows * filters
        guard total > 0 else { return PreparedLaunch() }
        guard pixels > 0 else {
            return PreparedLaunch(Phase(cost: 0) { _, _ in memset(output, 0, total * 4) })
        }
        let isDepthwise = geometry.channels == groups && groups > 1
        // Enough pieces for many threads, few enough that partial gradients stay cheap.
        var splits = max(1, min(16, pixels / 512))
        while splits > 1 && splits * total > 1 << 22 { splits /= 2 }
        var launch = PreparedLaunch()
        if splits > 1 { launch.sharedBytes = splits * total * 4 }
        let partial = { (split: Int, memory: TaskMemory) -> UnsafeMutablePointer<Float> in
            splits > 1 ? memory.shared.floats + split * total : output
        }
        if isDepthwise {
            launch.ownBytes = filters * 4
            launch.phases.append(
                Phase(
                    tasks: splits,
                    cost: Double(pixels * geometry.taps * filters) * 0.15
                ) { split, memory in
                    depthwise(
                        split * pixels / splits..<(split + 1) * pixels / splits,
                        partial(split, memory), table, memory)
                })
        } else {
            let bands = Bands(self, table)
            launch.ownBytes = bands.ownBytes
            launch.phases.append(
                Phase(
                    tasks: splits * groups * bands.count,
                    cost: Double(pixels) * Double(total / groups) * 0.05
                        + Double(pixels * rows) * 0.1
                ) { task, memory in
                    let split = task / (groups * bands.count)
                    bands.run(
                        split * pixels / splits..<(split + 1) * pixels / splits,
                        group: task / bands.count % groups, band: task % bands.count,
                        partial(split, memory), memory)
                })
        }
        if splits > 1 {
            launch.phases.append(
                PreparedLaunch.pieces(
                    of: total, step: 8192, cost: Double(total * splits) * 0.2
                ) { range, memory in
                    let source = memory.shared.floats + range.lowerBound
                    let target = output + range.lowerBound
                    table.elementwise.binary(.add, source, source + total, target, range.count)
                    for split in 2..<max(splits, 2) {
                        table.elementwise.binary(
                            .add, target, source + split * total, target, range.count)
                    }
                })
        }
        return launch
    }

    private func depthwise(
        _ range: Range<Int>, _ target: UnsafeMutablePointer<Float>, _ table: CPUKernelTable,
        _ memory: TaskMemory
    ) {
        let channels = geometry.channels
        let multiplier = filters / groups
        memset(target, 0, rows * filters * 4)
        let repeated = memory.own.floats
        var place = geometry.outputPlace(range.lowerBound)
        for pixel in range {
            let dy = gradient + pixel * filters
            for tap in 0..<geometry.taps {
                guard let source = geometry.inputPixel(place, tap) else { continue }
                var x = input + source * channels
                if multiplier > 1 {
                    for c in 0..<channels {
                        for m in 0..<multiplier { repeated[c * multiplier + m] = x[c] }
                    }
                    x = UnsafePointer(repeated)
                }
                let sums = target + tap * filters
                table.elementwise.multiplyAdd(x, dy, sums, sums, filters)
            }
            geometry.nextOutput(&place)
        }
    }

    /// Bands of filter rows, whole taps each.
    private struct Bands {
        let product: ConvolutionFilter
        let table: CPUKernelTable
        let bandTaps: Int
        let count: Int
        let bandRows: Int
        let tiles: Int
        /// Pixels whose patches are in scratch at a time.
        let chunk: Int
        let ownBytes: Int
        private let tableBytes: Int
        private let packed: PackedRight
        private let packsLast: Bool

        init(_ product: ConvolutionFilter, _ table: CPUKernelTable) {
            self.product = product
            self.table = table
            let geometry = product.geometry
            let channels = geometry.channels / product.groups
            let columns = product.filters / product.groups
            bandTaps = min(geometry.taps, max(1, 384 / channels))
            count = (geometry.taps + bandTaps - 1) / bandTaps
            bandRows = bandTaps * channels
            tiles = (bandRows + 5) / 6
            chunk = max(32, min(256, 32_768 / bandRows))
            tableBytes = BandTables.byteCount(tiles: tiles, segments: 1, columns: columns)
            packed = PackedRight(depth: chunk, columns: columns, panelWidth: table.panelWidth)
            packsLast = columns % table.vectorWidth != 0
            ownBytes =
                tableBytes + chunk * bandRows * 4 + (packsLast ? chunk * table.panelWidth * 4 : 0)
        }

        func run(
            _ pixels: Range<Int>, group: Int, band: Int, _ target: UnsafeMutablePointer<Float>,
            _ memory: TaskMemory
        ) {
            let geometry = product.geometry
            let filters = product.filters
            let columns = filters / product.groups
            let channels = geometry.channels / product.groups
            let firstTap = band * bandTaps
            let lastTap = min(geometry.taps, firstTap + bandTaps)
            let rows = (lastTap - firstTap) * channels
            let used = (rows + 5) / 6
            let tables = BandTables(memory.own, tiles: tiles, segments: 1, columns: columns)
            let patches = (memory.own + tableBytes).floats
            let lastPanel = patches + chunk * bandRows
            let start = target + firstTap * channels * filters + group * columns
            for row in 0..<used * 6 {
                tables.outputs[row] = row < rows ? start + row * filters : tables.dump
                tables.rowPointers[row] = UnsafePointer(patches + min(row, rows - 1))
            }
            for tile in 0...used { tables.tileSegments[tile] = tile }
            for tile in 0..<used { tables.segmentOffsets[tile] = 0 }

            var first = pixels.lowerBound
            while first < pixels.upperBound {
                let length = min(chunk, pixels.upperBound - first)
                copyPatches(first..<first + length, firstTap..<lastTap, group * channels, patches)
                let right = product.gradient + first * filters + group * columns
                if packsLast {
                    let panel = packed.panels - 1
                    table.matrix.packPanel(
                        right + panel * packed.panelWidth, filters, length,
                        columns - panel * packed.panelWidth, false, lastPanel)
                }
                var argument = MatrixBand(
                    rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
                    tileSegments: tables.tileSegments, tiles: used, length: length,
                    leftStride: rows, right: right, panelStride: packed.panelWidth,
                    rightStride: filters, lastPanel: packsLast ? UnsafePointer(lastPanel) : nil,
                    lastPanelStride: packed.panelWidth, columns: columns,
                    outputs: tables.outputs, accumulate: first > pixels.lowerBound, bias: nil,
                    activation: .none, scratch: tables.scratch)
                table.matrix.band(&argument)
                first += length
            }
        }

        /// A few floats by halves, since a loop or a call costs more than the copy.
        @inline(__always)
        private static func copyRun(
            _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int
        ) {
            if count >= 8 {
                memcpy(target, source, count * 4)
                return
            }
            let from = UnsafeRawPointer(source)
            let to = UnsafeMutableRawPointer(target)
            var offset = 0
            if count & 4 != 0 {
                to.storeBytes(of: from.loadUnaligned(as: SIMD4<Float>.self), as: SIMD4<Float>.self)
                offset = 16
            }
            if count & 2 != 0 {
                to.storeBytes(
                    of: from.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                    toByteOffset: offset, as: UInt64.self)
                offset += 8
            }
            if count & 1 != 0 {
                to.storeBytes(
                    of: from.loadUnaligned(fromByteOffset: offset, as: Float.self),
                    toByteOffset: offset, as: Float.self)
            }
        }

        /// One row of scratch a pixel: the taps' channels side by side.
        private func copyPatches(
            _ pixels: Range<Int>, _ taps: Range<Int>, _ channel: Int,
            _ target: UnsafeMutablePointer<Float>
        ) {
            let g = product.geometry
            let channels = g.channels / product.groups
            // Neighbouring taps of a window row are neighbours in memory unless dilated.
            let joins = g.x.dilation == 1 && product.groups == 1
            var place = g.outputPlace(pixels.lowerBound)
            var output = target
            for _ in pixels {
                let z = place.z * g.z.stride - g.z.low
                let y = place.y * g.y.stride - g.y.low
                let x = place.x * g.x.stride - g.x.low
                let image = product.input + place.image * g.inputPixels * g.channels + channel
                var tap = taps.lowerBound
                // The coordinates of the tap in the window.
                var column = tap % g.x.size
                var line = tap / g.x.size % g.y.size
                var plane = tap / (g.x.size * g.y.size)
                while tap < taps.upperBound {
                    let cx = x + column * g.x.dilation
                    let cy = y + line * g.y.dilation
                    let cz = z + plane * g.z.dilation
                    let isInside =
                        UInt(bitPattern: cx) < UInt(g.x.input)
                        && UInt(bitPattern: cy) < UInt(g.y.input)
                        && UInt(bitPattern: cz) < UInt(g.z.input)
                    var run = 1
                    if joins && isInside {
                        run = min(g.x.size - column, taps.upperBound - tap, g.x.input - cx)
                    }
                    let count = run * channels
                    if isInside {
                        let pixel = (cz * g.y.input + cy) * g.x.input + cx
                        let source = image + pixel * g.channels
                        Self.copyRun(source, output, count)
                    } else {
                        for i in 0..<count { output[i] = 0 }
                    }
                    output += count
                    tap += run
                    column += run
                    if column == g.x.size {
                        column = 0
                        line += 1
                        if line == g.y.size {
                            line = 0
                            plane += 1
                        }
                    }
                }
                g.nextOutput(&place)
            }
        }
    }
}
