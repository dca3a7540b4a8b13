import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Gradients of maximum pooling of both kernel families against a loop: windows that overlap, touch or leave gaps.
@Suite(.serialized, .needsDevice) struct PoolingTests {
    private func expected(
        _ window: Window, _ x: [Float], _ dy: [Float], _ input: [Int], _ output: [Int],
        _ channels: Int
    ) -> [Float] {
        var dx = [Float](repeating: 0, count: x.count)
        for (place, share) in dy.enumerated() {
            let channel = place % channels
            let (oh, ow) = (place / channels / output[1], place / channels % output[1])
            var best: (value: Float, place: Int)?
            for kh in 0..<window.sizes[0] {
                for kw in 0..<window.sizes[1] {
                    let h = oh * window.strides[0] - window.paddingLow[0] + kh
                    let w = ow * window.strides[1] - window.paddingLow[1] + kw
                    guard h >= 0, h < input[0], w >= 0, w < input[1] else { continue }
                    let at = (h * input[1] + w) * channels + channel
                    // What is no number counts as the smallest.
                    let value =
                        x[at] > -Float.greatestFiniteMagnitude
                        ? x[at] : -Float.greatestFiniteMagnitude
                    if best == nil || value > best!.value { best = (value, at) }
                }
            }
            if let best { dx[best.place] += share }
        }
        return dx
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func gradientsOfTheMaximum(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (input, size, stride, channels) in [
            ([1, 1], [1, 1], [1, 1], 1), ([24, 25], [2, 2], [2, 2], 33),
            ([9, 31], [2, 3], [4, 3], 5),
            ([7, 7], [3, 3], [2, 2], 3), ([13, 12], [3, 2], [3, 2], 65),
        ] {
            for padding in [Window.Padding.valid, .same] {
                let window = Window(
                    sizes: size, strides: stride, padding: padding, input: input)
                let output = try window.outputExtents(input: input)
                let shape = Shape([1] + input + [channels])
                var x = numbers(shape.count, 4)
                x[0] = .nan
                x[x.count - 1] = -.infinity
                let pooling = Pooling(.maximum, window)
                let argument = try bench.argument(TensorType(shape), x, elementsBefore: 1)
                let y = try bench.run(.fused(pooling), [argument])
                let type = TensorType(Shape([1] + output + [channels]))
                let dy = numbers(type.shape.count, 6)
                let dx = try bench.run(
                    .fused(PoolingGradient(.maximum, window, input: shape)),
                    [
                        argument, bench.argument(type, y),
                        bench.argument(type, dy, elementsBefore: 3),
                    ])
                #expect(
                    dx == expected(window, x, dy, input, output, channels),
                    "\(input) \(size) \(stride) \(padding)")
            }
        }
    }
}
