import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// The gradient with respect to a convolution's input, gathered: every input pixel is a row that reads
/// the output pixels whose windows cover it. With a stride s only every s-th tap of an axis meets a
/// pixel, and pixels with the same remainder meet the same taps; they are neighbours in the row order,
/// so that a tile skips the taps that none of its pixels meets.
struct ConvolutionInput {
    let geometry: WindowGeometry
    let groups: Int
    let filters: Int
    let gradient: UnsafePointer<Float>
    let filter: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>

    private static let bandTiles = 16
    private static let depthBlock = 768

    init(_ request: LaunchRequest, _ operation: ConvolutionInputGradient) throws {
        let shape = request.inputs[0].type.shape
        geometry = WindowGeometry(
            operation.geometry.window, input: operation.input,
            output: Array(shape.dimensions[1..<(shape.rank - 1)]))
        groups = operation.geometry.groups
        filters = shape[shape.rank - 1]
        gradient = UnsafePointer(try request.inputs[0].pointer().floats)
        filter = UnsafePointer(try request.inputs[1].pointer().floats)
        output = try request.results[0].pointer().floats
    }

    /// Input pixels with the same remainders by the strides.
    private struct Phases {
        var z: Int
        var y: Int
        var x: Int
        /// Pixels of an axis with a given remainder.
        static func count(_ extent: Int, _ stride: Int, _ remainder: Int) -> Int {
            remainder < extent ? (extent - remainder + stride - 1) / stride : 0
        }
    }

    func prepare(_ table: CPUKernelTable) -> PreparedLaunch {
        let pixels = geometry.batch * geometry.inputPixels
        guard pixels * geometry.channels > 0 else { return PreparedLaunch() }
        guard filters > 0, geometry.outputPixels > 0 else {
            return PreparedLaunch(
                Phase(cost: 0) { _, _ in memset(output, 0, pixels * geometry.channels * 4) })
        }
        if geometry.channels == groups && groups > 1 { return depthwise(table) }
        let channels = geometry.channels / groups
        let length = filters / groups
        let taps = geometry.taps
        let packed = PackedRight(
            depth: taps * length, columns: channels, panelWidth: table.panelWidth)
        var launch = PreparedLaunch()
        launch.sharedBytes = (groups * packed.floats * 4 + 255) & ~255
        launch.phases.append(
            Phase(
                tasks: groups * packed.panels * taps, cost: Double(groups * packed.floats) * 0.6
            ) { task, memory in
                let group = task / (packed.panels * taps)
                let panel = task / taps % packed.panels
                let tap = task % taps
                // Row f of tap t is column f of the filter: a transposed panel that begins at tap t.
                let width = packed.panelWidth
                let first = panel * width
                table.matrix.packPanel(
                    filter + (tap * channels + first) * filters + group * length, filters, length,
                    min(width, channels - first), true,
                    memory.shared.floats + group * packed.floats
                        + (panel * packed.depth + tap * length) * width)
            })

        // Bands of rows, phase after phase.
        let strides = (geometry.z.stride, geometry.y.stride, geometry.x.stride)
        let tiles = Self.bandTiles
        var bands = [Int]()
        for phase in 0..<strides.0 * strides.1 * strides.2 {
            let rows = rowCount(phase)
            for first in stride(from: 0, to: rows, by: tiles * 6) { bands += [phase, first] }
        }
        let bandTable = IntTable(bands)
        let bandCount = bands.count / 2
        let block = min(taps, max(1, Self.depthBlock / length))
        launch.ownBytes = BandTables.byteCount(tiles: tiles, segments: block, columns: channels)
        let zeros = FloatTable(repeating: 0, count: length)
        let work =
            Double(geometry.batch * geometry.outputPixels * taps) * Double(length)
            * Double(geometry.channels)
        launch.phases.append(
            Phase(
                tasks: groups * bandCount,
                cost: work * 0.05 + Double(pixels * geometry.channels) * 0.3
            ) { task, memory in
                let band = task % bandCount
                run(
                    phase: bandTable[2 * band], first: bandTable[2 * band + 1],
                    group: task / bandCount, block, packed, zeros, table, memory)
            })
        return launch
    }

    private func remainders(_ phase: Int) -> Phases {
        let x = phase % geometry.x.stride
        let row = phase / geometry.x.stride
        return Phases(z: row / geometry.y.stride, y: row % geometry.y.stride, x: x)
    }

    private func rowCount(_ phase: Int) -> Int {
        let r = remainders(phase)
        return geometry.batch * Phases.count(geometry.z.input, geometry.z.stride, r.z)
            * Phases.count(geometry.y.input, geometry.y.stride, r.y)
            * Phases.count(geometry.x.input, geometry.x.stride, r.x)
    }

    private func run(
        phase: Int, first: Int, group: Int, _ block: Int, _ packed: PackedRight,
        _ zeros: FloatTable, _ table: CPUKernelTable, _ memory: TaskMemory
    ) {
        let r = remainders(phase)
        let xCount = Phases.count(geometry.x.input, geometry.x.stride, r.x)
        let yCount = Phases.count(geometry.y.input, geometry.y.stride, r.y)
        let zCount = Phases.count(geometry.z.input, geometry.z.stride, r.z)
        let rows = min(Self.bandTiles * 6, geometry.batch * zCount * yCount * xCount - first)
        let used = (rows + 5) / 6
        let channels = geometry.channels / groups
        let length = filters / groups
        let taps = geometry.taps
        let tables = BandTables(
            memory.own, tiles: Self.bandTiles, segments: block, columns: channels)
        @inline(__always)
        func place(_ row: Int) -> WindowGeometry.Place {
            let index = first + min(row, rows - 1)
            let line = index / xCount
            let plane = line / yCount
            return WindowGeometry.Place(
                image: plane / zCount, z: plane % zCount * geometry.z.stride + r.z,
                y: line % yCount * geometry.y.stride + r.y,
                x: index % xCount * geometry.x.stride + r.x)
        }
        for row in 0..<used * 6 {
            let p = place(row)
            let pixel =
                ((p.image * geometry.z.input + p.z) * geometry.y.input + p.y) * geometry.x.input
                + p.x
            tables.outputs[row] =
                row < rows ? output + pixel * geometry.channels + group * channels : tables.dump
        }
        let zero = UnsafePointer(zeros.base)
        var firstTap = 0
        while firstTap < taps {
            let lastTap = min(taps, firstTap + block)
            var count = 0
            for tile in 0..<used {
                tables.tileSegments[tile] = count
                let places = (
                    place(tile * 6), place(tile * 6 + 1), place(tile * 6 + 2),
                    place(tile * 6 + 3), place(tile * 6 + 4), place(tile * 6 + 5)
                )
                for tap in firstTap..<lastTap {
                    let pointers = tables.rowPointers + count * 6
                    var isUsed = false
                    @inline(__always)
                    func set(_ row: Int, _ place: WindowGeometry.Place) {
                        if let pixel = geometry.outputPixel(place, tap) {
                            pointers[row] = gradient + pixel * filters + group * length
                            isUsed = true
                        } else {
                            pointers[row] = zero
                        }
                    }
                    set(0, places.0)
                    set(1, places.1)
                    set(2, places.2)
                    set(3, places.3)
                    set(4, places.4)
                    set(5, places.5)
                    guard isUsed else { continue }
                    tables.segmentOffsets[count] = tap * length
                    count += 1
                }
            }
            tables.tileSegments[used] = count
            var band = MatrixBand(
                rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
                tileSegments: tables.tileSegments, tiles: used, length: length, leftStride: 1,
                right: memory.shared.floats + group * packed.floats,
                panelStride: packed.depth * packed.panelWidth, rightStride: packed.panelWidth,
                lastPanel: nil, lastPanelStride: 0, columns: channels, outputs: tables.outputs,
                accumulate: firstTap > 0, bias: nil, activation: .none)
            table.matrix.band(&band)
            firstTap = lastTap
        }
    }

    /// One input channel a group: each output pixel's gradient is spread over its window.
    private func depthwise(_ table: CPUKernelTable) -> PreparedLaunch {
        let channels = geometry.channels
        let multiplier = filters / groups
        let pixels = geometry.outputPixels
        return PreparedLaunch(
            Phase(
                tasks: geometry.batch,
                cost: Double(geometry.batch * pixels * geometry.taps * filters)
                    * (multiplier == 1 ? 0.15 : 1)
            ) { image, _ in
                memset(
                    output + image * geometry.inputPixels * channels, 0,
                    geometry.inputPixels * channels * 4)
                var place = geometry.outputPlace(image * pixels)
                for pixel in image * pixels..<(image + 1) * pixels {
                    let dy = gradient + pixel * filters
                    for tap in 0..<geometry.taps {
                        guard let source = geometry.inputPixel(place, tap) else { continue }
                        let dx = output + source * channels
                        let weights = filter + tap * filters
                        if multiplier == 1 {
                            table.elementwise.multiplyAdd(dy, weights, dx, dx, channels)
                        } else {
                            for c in 0..<channels {
                                var sum = dx[c]
                                for f in c * multiplier..<(c + 1) * multiplier {
                                    sum += dy[f] * weights[f]
                                }
                                dx[c] = sum
                            }
                        }
                    }
                    geometry.nextOutput(&place)
                }
            })
    }
}
