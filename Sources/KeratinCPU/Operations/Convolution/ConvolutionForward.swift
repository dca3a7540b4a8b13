import KeratinCPUKernelTable
import KeratinCore

/// activation(x ⋆ filter + bias) as an implicit matrix product: output pixels are the rows, window
/// taps and input channels the K axis, and nothing is copied but the filter.
struct ConvolutionForward {
    let geometry: WindowGeometry
    let groups: Int
    let filters: Int
    let input: UnsafePointer<Float>
    let filter: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
    let activation: MatrixActivation

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

        let product = ImplicitProduct(
            batch: geometry.batch, z: Self.axis(geometry.z), y: Self.axis(geometry.y),
            x: Self.axis(geometry.x), readChannels: geometry.channels, length: length, read: input,
            writeChannels: filters, columns: groupFilters, write: output)
        var taps = [ImplicitProduct.Tap]()
        for z in 0..<geometry.z.size {
            for y in 0..<geometry.y.size {
                for x in 0..<(whole ? 1 : geometry.x.size) {
                    taps.append(
                        ImplicitProduct.Tap(
                            z: z * geometry.z.dilation, y: y * geometry.y.dilation,
                            x: x * geometry.x.dilation, depth: taps.count * length))
                }
            }
        }
        let tapTable = product.table(taps)
        let zeros = FloatTable(repeating: 0, count: length)
        launch.ownBytes = ImplicitProduct.ownBytes(
            taps: taps.count, length: length, columns: groupFilters)
        let bandRows = ImplicitProduct.bandTiles * 6
        let bands = (pixels + bandRows - 1) / bandRows
        let work = Double(pixels * filters) * Double(packed.depth)
        launch.phases.append(
            Phase(tasks: groups * bands, cost: work * 0.05 + Double(pixels * filters) * 0.3) {
                task, memory in
                let group = task / bands
                var own = product
                own.read += group * channels
                own.write += group * groupFilters
                own.run(
                    first: task % bands * bandRows, taps: tapTable,
                    right: memory.shared.floats + group * packed.floats,
                    panelStride: packed.depth * packed.panelWidth, panelWidth: packed.panelWidth,
                    zeros: zeros.base, bias: bias.map { $0 + group * groupFilters },
                    activation: activation, table.matrix.band, memory)
            })
        return launch
    }

    /// Rows are output pixels: row i reads from i·stride - padding on.
    private static func axis(_ axis: WindowGeometry.Axis) -> ImplicitProduct.Axis {
        ImplicitProduct.Axis(
            rows: axis.output, readExtent: axis.input, readStride: axis.stride,
            readOrigin: -axis.low, writeExtent: axis.output, writeStride: 1, writeOrigin: 0)
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
