import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// The gradient with respect to a convolution's input, gathered: every input pixel is a row that
/// reads the output pixels whose windows cover it. With a stride s only every s-th tap of an axis
/// meets a pixel, and pixels with the same remainder meet the same taps; they are neighbours in the
/// row order, so that a tile skips the taps that none of its pixels meets.
struct ConvolutionInput {
    let geometry: WindowGeometry
    let groups: Int
    let filters: Int
    let gradient: UnsafePointer<Float>
    let filter: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>

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
                // Row f of tap t is column f of the filter: a transposed panel that begins at tap
                // t.
                let width = packed.panelWidth
                let first = panel * width
                table.matrix.packPanel(
                    filter + (tap * channels + first) * filters + group * length, filters, length,
                    min(width, channels - first), true,
                    memory.shared.floats + group * packed.floats
                        + (panel * packed.depth + tap * length) * width)
            })

        // One implicit product for the pixels of each combination of remainders.
        var parts = [Part]()
        for z in 0..<geometry.z.stride {
            for y in 0..<geometry.y.stride {
                for x in 0..<geometry.x.stride { parts.append(part(z, y, x, length)) }
            }
        }
        parts.removeAll { $0.product.rows == 0 }
        let bandRows = ImplicitProduct.bandTiles * 6
        let bands = parts.enumerated().flatMap { index, part in
            stride(from: 0, to: part.product.rows, by: bandRows).flatMap { [index, $0] }
        }
        let bandTable = IntTable(bands)
        let bandCount = bands.count / 2
        launch.ownBytes = ImplicitProduct.ownBytes(taps: taps, length: length, columns: channels)
        let zeros = FloatTable(repeating: 0, count: length)
        let work =
            Double(geometry.batch * geometry.outputPixels * taps) * Double(length)
            * Double(geometry.channels)
        let prepared = parts
        launch.phases.append(
            Phase(
                tasks: groups * bandCount,
                cost: work * 0.05 + Double(pixels * geometry.channels) * 0.3
            ) { task, memory in
                let group = task / bandCount
                let band = task % bandCount
                let part = prepared[bandTable[2 * band]]
                var product = part.product
                product.read += group * length
                product.write += group * channels
                product.run(
                    first: bandTable[2 * band + 1], taps: part.taps,
                    right: memory.shared.floats + group * packed.floats,
                    panelStride: packed.depth * packed.panelWidth, panelWidth: packed.panelWidth,
                    zeros: zeros.base, bias: nil, activation: .none, table.matrix.band, memory)
            })
        return launch
    }

    /// The input pixels with the given remainders by the strides, and the taps that they meet.
    private struct Part {
        var product: ImplicitProduct
        var taps: IntTable
    }

    private func part(_ z: Int, _ y: Int, _ x: Int, _ length: Int) -> Part {
        let product = ImplicitProduct(
            batch: geometry.batch, z: Self.axis(geometry.z, z), y: Self.axis(geometry.y, y),
            x: Self.axis(geometry.x, x), readChannels: filters, length: length, read: gradient,
            writeChannels: geometry.channels, columns: geometry.channels / groups, write: output)
        var taps = [ImplicitProduct.Tap]()
        for tap in 0..<geometry.taps {
            let row = tap / geometry.x.size
            guard let dz = Self.offset(geometry.z, z, row / geometry.y.size),
                let dy = Self.offset(geometry.y, y, row % geometry.y.size),
                let dx = Self.offset(geometry.x, x, tap % geometry.x.size)
            else { continue }
            taps.append(ImplicitProduct.Tap(z: dz, y: dy, x: dx, depth: tap * length))
        }
        return Part(product: product, taps: product.table(taps))
    }

    /// Row i is input pixel i·stride + remainder and reads output pixel i plus the tap's offset.
    private static func axis(
        _ axis: WindowGeometry.Axis, _ remainder: Int
    ) -> ImplicitProduct.Axis {
        ImplicitProduct.Axis(
            rows: remainder < axis.input
                ? (axis.input - remainder + axis.stride - 1) / axis.stride : 0,
            readExtent: axis.output, readStride: 1, readOrigin: 0, writeExtent: axis.input,
            writeStride: axis.stride, writeOrigin: remainder)
    }

    /// (remainder + padding - cell·dilation) / stride if that is whole.
    private static func offset(
        _ axis: WindowGeometry.Axis, _ remainder: Int, _ cell: Int
    ) -> Int? {
        let distance = remainder + axis.low - cell * axis.dilation
        return distance % axis.stride == 0 ? distance / axis.stride : nil
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
