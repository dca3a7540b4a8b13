import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// Maximum and average pooling and their gradients: one output pixel at a time, vectorised over
/// channels. Gradients are scattered image by image, windows in row-major order.
struct PoolingLaunch {
    let geometry: WindowGeometry
    let table: CPUKernelTable

    private var work: Double {
        Double(geometry.batch * geometry.outputPixels * geometry.taps)
            * (4 + Double(geometry.channels) * 0.1)
    }

    func forward(_ request: LaunchRequest, _ kind: Pooling.Kind) throws -> PreparedLaunch {
        let input = UnsafePointer(try request.inputs[0].pointer().floats)
        let output = try request.results[0].pointer().floats
        let channels = geometry.channels
        let taps = geometry.taps
        guard request.results[0].type.count > 0 else { return PreparedLaunch() }
        var launch = PreparedLaunch(
            PreparedLaunch.pieces(
                of: geometry.batch * geometry.outputPixels,
                step: max(1, 16_384 / max(channels * taps, 1)), cost: work
            ) { range, memory in
                let pointers = memory.own.assumingMemoryBound(to: UnsafePointer<Float>.self)
                var place = geometry.outputPlace(range.lowerBound)
                for pixel in range {
                    var count = 0
                    for tap in 0..<taps {
                        guard let source = geometry.inputPixel(place, tap) else { continue }
                        pointers[count] = input + source * channels
                        count += 1
                    }
                    let target = output + pixel * channels
                    switch kind {
                    case .maximum: table.window.maximum(pointers, count, channels, target)
                    case .average:
                        table.window.scaledSum(pointers, count, channels, 1 / Float(count), target)
                    }
                    geometry.nextOutput(&place)
                }
            })
        launch.ownBytes = taps * 8
        return launch
    }

    func maximumGradient(_ request: LaunchRequest) throws -> PreparedLaunch {
        let x = try request.inputs[0].pointer().floats
        let y = try request.inputs[1].pointer().floats
        let dy = try request.inputs[2].pointer().floats
        let dx = try request.results[0].pointer().floats
        let channels = geometry.channels
        guard request.results[0].type.count > 0 else { return PreparedLaunch() }
        var launch = PreparedLaunch(
            Phase(tasks: geometry.batch, cost: work * 2) { image, memory in
                let remaining = memory.own.floats
                clear(dx, image)
                eachWindow(image) { pixel, place in
                    memcpy(remaining, dy + pixel * channels, channels * 4)
                    for tap in 0..<geometry.taps {
                        guard let source = geometry.inputPixel(place, tap) else { continue }
                        table.window.maximumGradient(
                            x + source * channels, y + pixel * channels, remaining,
                            dx + source * channels, channels)
                    }
                }
            })
        launch.ownBytes = channels * 4
        return launch
    }

    func averageGradient(_ request: LaunchRequest) throws -> PreparedLaunch {
        let dy = try request.inputs[0].pointer().floats
        let dx = try request.results[0].pointer().floats
        let channels = geometry.channels
        guard request.results[0].type.count > 0 else { return PreparedLaunch() }
        return PreparedLaunch(
            Phase(tasks: geometry.batch, cost: work * 2) { image, _ in
                clear(dx, image)
                eachWindow(image) { pixel, place in
                    var count = 0
                    for tap in 0..<geometry.taps where geometry.inputPixel(place, tap) != nil {
                        count += 1
                    }
                    let scale = 1 / Float(count)
                    for tap in 0..<geometry.taps {
                        guard let source = geometry.inputPixel(place, tap) else { continue }
                        table.window.addScaled(
                            dy + pixel * channels, scale, dx + source * channels, channels)
                    }
                }
            })
    }

    @inline(__always)
    private func clear(_ dx: UnsafeMutablePointer<Float>, _ image: Int) {
        let count = geometry.inputPixels * geometry.channels
        memset(dx + image * count, 0, count * 4)
    }

    @inline(__always)
    private func eachWindow(_ image: Int, _ body: (Int, WindowGeometry.Place) -> Void) {
        let pixels = geometry.outputPixels
        var place = geometry.outputPlace(image * pixels)
        for pixel in image * pixels..<(image + 1) * pixels {
            body(pixel, place)
            geometry.nextOutput(&place)
        }
    }

    // MARK: Patches

    /// [N, s…, C] → [N, o…, K, C].
    func patches(_ request: LaunchRequest, padding: Double) throws -> PreparedLaunch {
        let x = try request.inputs[0].pointer().floats
        let y = try request.results[0].pointer().floats
        let channels = geometry.channels
        let taps = geometry.taps
        let fill = Float(padding)
        guard request.results[0].type.count > 0 else { return PreparedLaunch() }
        return PreparedLaunch(
            PreparedLaunch.pieces(
                of: geometry.batch * geometry.outputPixels,
                step: max(1, 16_384 / max(channels * taps, 1)), cost: work
            ) { range, _ in
                var place = geometry.outputPlace(range.lowerBound)
                for pixel in range {
                    for tap in 0..<taps {
                        let target = y + (pixel * taps + tap) * channels
                        if let source = geometry.inputPixel(place, tap) {
                            memcpy(target, x + source * channels, channels * 4)
                        } else {
                            for c in 0..<channels { target[c] = fill }
                        }
                    }
                    geometry.nextOutput(&place)
                }
            })
    }

    /// [N, o…, K, C] → [N, s…, C], sums in window order.
    func fold(_ request: LaunchRequest) throws -> PreparedLaunch {
        let patches = try request.inputs[0].pointer().floats
        let y = try request.results[0].pointer().floats
        let channels = geometry.channels
        let taps = geometry.taps
        guard request.results[0].type.count > 0 else { return PreparedLaunch() }
        return PreparedLaunch(
            Phase(tasks: geometry.batch, cost: work) { image, _ in
                clear(y, image)
                eachWindow(image) { pixel, place in
                    for tap in 0..<taps {
                        guard let source = geometry.inputPixel(place, tap) else { continue }
                        let target = y + source * channels
                        table.elementwise.binary(
                            .add, target, patches + (pixel * taps + tap) * channels, target,
                            channels)
                    }
                }
            })
    }
}
