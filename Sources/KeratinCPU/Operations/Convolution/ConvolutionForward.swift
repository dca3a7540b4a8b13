import KeratinCPUKernelTable
import KeratinCore

/// activation(x ⋆ filter + bias) as an implicit matrix product: output pixels are the rows, window taps
/// and input channels the K axis, and nothing is copied but the filter. A tap in the padding reads a
/// row of zeros; a tap that all six pixels of a tile have in the padding is left out.
struct ConvolutionForward {
    let geometry: WindowGeometry
    let groups: Int
    let filters: Int
    let input: UnsafePointer<Float>
    let filter: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
    let activation: MatrixActivation

    /// Tiles of one band.
    private static let bandTiles = 16
    /// K steps after which partial sums go through memory, so that a panel stays in the second cache.
    private static let depthBlock = 768

    init(_ request: LaunchRequest, _ convolution: Convolution) throws {
        let shape = request.inputs[0].type.shape
        let result = request.results[0].type.shape
        geometry = WindowGeometry(
            convolution.geometry.window, input: shape,
            output: Array(result.dimensions[1..<(result.rank - 1)]))
        groups = convolution.geometry.groups
        filters = result[result.rank - 1]
        input = UnsafePointer(try request.inputs[0].pointer().floats)
        filter = UnsafePointer(try request.inputs[1].pointer().floats)
        bias = convolution.hasBias ? UnsafePointer(try request.inputs[2].pointer().floats) : nil
        output = try request.results[0].pointer().floats
        activation = MatrixActivation(convolution.activation)
    }

    func prepare(_ table: CPUKernelTable) -> PreparedLaunch {
        let pixels = geometry.batch * geometry.outputPixels
        guard pixels * filters > 0 else { return PreparedLaunch() }
        if geometry.channels == groups && groups > 1 { return depthwise(table, pixels) }
        let channels = geometry.channels / groups
        let groupFilters = filters / groups
        // Without padding and dilation along the last axis a whole window row is one run of memory.
        let whole =
            geometry.x.dilation == 1 && geometry.x.low == 0 && geometry.x.high == 0 && groups == 1
        let length = whole ? geometry.x.size * channels : channels
        let segments = whole ? geometry.z.size * geometry.y.size : geometry.taps
        let packed = PackedRight(
            depth: geometry.taps * channels, columns: groupFilters, panelWidth: table.panelWidth)
        var launch = PreparedLaunch()
        launch.sharedBytes = (groups * packed.floats * 4 + 255) & ~255
        launch.phases.append(
            Phase(
                tasks: groups * packed.panels, cost: Double(groups * packed.floats) * 0.4
            ) { task, memory in
                let group = task / packed.panels
                packed.pack(
                    task % packed.panels, 0..<packed.depth, filter + group * groupFilters, filters,
                    false, memory.shared.floats + group * packed.floats, table.matrix.packPanel)
            })

        let tiles = min(Self.bandTiles, (pixels + 5) / 6)
        let bands = (pixels + tiles * 6 - 1) / (tiles * 6)
        let block = min(segments, max(1, Self.depthBlock / max(length, 1)))
        launch.ownBytes = BandTables.byteCount(
            tiles: tiles, segments: block, columns: groupFilters)
        let zeros = FloatTable(repeating: 0, count: length)
        let work = Double(pixels * filters) * Double(packed.depth)
        launch.phases.append(
            Phase(tasks: groups * bands, cost: work * 0.05 + Double(pixels * filters) * 0.3) {
                task, memory in
                let first = task % bands * tiles * 6
                run(
                    first..<min(pixels, first + tiles * 6), group: task / bands, whole, length,
                    segments, block, tiles, packed, zeros, table, memory)
            })
        return launch
    }

    private func run(
        _ pixels: Range<Int>, group: Int, _ whole: Bool, _ length: Int, _ segments: Int,
        _ block: Int, _ tiles: Int, _ packed: PackedRight, _ zeros: FloatTable,
        _ table: CPUKernelTable, _ memory: TaskMemory
    ) {
        let groupFilters = filters / groups
        let channels = geometry.channels / groups
        let tables = BandTables(memory.own, tiles: tiles, segments: block, columns: groupFilters)
        let used = (pixels.count + 5) / 6
        let start = output + pixels.lowerBound * filters + group * groupFilters
        for row in 0..<used * 6 {
            tables.outputs[row] = row < pixels.count ? start + row * filters : tables.dump
        }
        let zero = UnsafePointer(zeros.base)
        let offset = group * channels
        var firstSegment = 0
        while firstSegment < segments {
            let lastSegment = min(segments, firstSegment + block)
            var count = 0
            var place = geometry.outputPlace(pixels.lowerBound)
            for tile in 0..<used {
                tables.tileSegments[tile] = count
                // The six places of the tile; missing ones repeat the last.
                var p0 = place
                let left = pixels.count - tile * 6
                var places = (p0, p0, p0, p0, p0, p0)
                if left > 1 { geometry.nextOutput(&p0) }
                places.1 = p0
                if left > 2 { geometry.nextOutput(&p0) }
                places.2 = p0
                if left > 3 { geometry.nextOutput(&p0) }
                places.3 = p0
                if left > 4 { geometry.nextOutput(&p0) }
                places.4 = p0
                if left > 5 { geometry.nextOutput(&p0) }
                places.5 = p0
                place = p0
                if left > 6 { geometry.nextOutput(&place) }
                for segment in firstSegment..<lastSegment {
                    let tap = whole ? segment * geometry.x.size : segment
                    let rows = tables.rowPointers + count * 6
                    var isUsed = false
                    @inline(__always)
                    func set(_ row: Int, _ place: WindowGeometry.Place) {
                        if let pixel = geometry.inputPixel(place, tap) {
                            rows[row] = input + pixel * geometry.channels + offset
                            isUsed = true
                        } else {
                            rows[row] = zero
                        }
                    }
                    set(0, places.0)
                    set(1, places.1)
                    set(2, places.2)
                    set(3, places.3)
                    set(4, places.4)
                    set(5, places.5)
                    guard isUsed else { continue }
                    tables.segmentOffsets[count] = segment * length
                    count += 1
                }
            }
            tables.tileSegments[used] = count
            let isLast = lastSegment == segments
            var band = MatrixBand(
                rowPointers: tables.rowPointers, segmentOffsets: tables.segmentOffsets,
                tileSegments: tables.tileSegments, tiles: used, length: length, leftStride: 1,
                right: memory.shared.floats + group * packed.floats,
                panelStride: packed.depth * packed.panelWidth, rightStride: packed.panelWidth,
                lastPanel: nil, lastPanelStride: 0, columns: groupFilters,
                outputs: tables.outputs, accumulate: firstSegment > 0,
                bias: isLast ? bias.map { $0 + group * groupFilters } : nil,
                activation: isLast ? activation : .none)
            table.matrix.band(&band)
            firstSegment = lastSegment
        }
    }

    /// One input channel a group: no products to share, so each output pixel is done directly.
    private func depthwise(_ table: CPUKernelTable, _ pixels: Int) -> PreparedLaunch {
        let multiplier = filters / groups
        let taps = geometry.taps
        var launch = PreparedLaunch(
            PreparedLaunch.pieces(
                of: pixels, step: max(1, 16_384 / (taps * filters)),
                cost: Double(pixels * taps * filters) * (multiplier == 1 ? 0.1 : 1)
            ) { range, memory in
                let inputs = memory.own.assumingMemoryBound(to: UnsafePointer<Float>.self)
                let weights = inputs + taps
                var place = geometry.outputPlace(range.lowerBound)
                for pixel in range {
                    var count = 0
                    for tap in 0..<taps {
                        guard let source = geometry.inputPixel(place, tap) else { continue }
                        inputs[count] = input + source * geometry.channels
                        weights[count] = filter + tap * filters
                        count += 1
                    }
                    table.window.depthwise(
                        inputs, weights, count, geometry.channels, multiplier, bias, activation,
                        output + pixel * filters)
                    geometry.nextOutput(&place)
                }
            })
        launch.ownBytes = taps * 16
        return launch
    }
}
