import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Products and convolutions of both kernel families against naive loops, exactly: inputs are small
/// whole numbers.
@Suite(.serialized, .needsDevice) struct ProductTests {
    @Test(arguments: [KernelFamily.cpu, .gpu])
    func productsOfAllForms(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (m, n, k) in [(1, 1, 1), (7, 33, 65), (64, 64, 64), (130, 31, 300), (13, 5, 3000)] {
            for (left, right) in [(false, false), (true, false), (false, true), (true, true)] {
                let a = numbers(m * k, 1)
                let b = numbers(k * n, 2)
                let result = try bench.run(
                    .primitive(.matmul(transposeLeft: left, transposeRight: right)),
                    [
                        bench.argument(left ? [k, m] : [m, k], a),
                        bench.argument(right ? [n, k] : [k, n], b),
                    ])
                #expect(
                    result == productByLoops(a, b, m: m, n: n, k: k, left, right),
                    "\(m)×\(n)×\(k) \(left) \(right)")
            }
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func epilogues(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        let (m, n, k) = (37, 40, 90)
        let a = numbers(m * k, 3)
        let b = numbers(k * n, 4)
        let bias = numbers(n, 5)
        let result = try bench.run(
            .fused(Linear(hasBias: true, activation: .relu)),
            [
                bench.argument([m, k], a), bench.argument([k, n], b), bench.argument([n], bias),
            ])
        let plain = productByLoops(a, b, m: m, n: n, k: k, false, false)
        #expect(result == plain.enumerated().map { max($1 + bias[$0 % n], 0) })
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func stridedConvolution(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        let (batch, size, channels, filters, kernel) = (2, 9, 5, 34, 3)
        let window = Window(sizes: [3, 3], strides: [2, 2], padding: .same, input: [size, size])
        let x = numbers(batch * size * size * channels, 6)
        let w = numbers(kernel * kernel * channels * filters, 7)
        let output = try window.outputExtents(input: [size, size])[0]
        var expected = [Float](repeating: 0, count: batch * output * output * filters)
        for n in 0..<batch {
            for (oy, ox) in (0..<output).flatMap({ y in (0..<output).map { (y, $0) } }) {
                for (ky, kx) in (0..<3).flatMap({ y in (0..<3).map { (y, $0) } }) {
                    let y = oy * 2 - window.paddingLow[0] + ky
                    let column = ox * 2 - window.paddingLow[1] + kx
                    guard (0..<size).contains(y), (0..<size).contains(column) else { continue }
                    for c in 0..<channels {
                        for f in 0..<filters {
                            expected[((n * output + oy) * output + ox) * filters + f] +=
                                x[((n * size + y) * size + column) * channels + c]
                                * w[((ky * 3 + kx) * channels + c) * filters + f]
                        }
                    }
                }
            }
        }
        let result = try bench.run(
            .fused(Convolution(ConvolutionGeometry(window: window))),
            [
                bench.argument([batch, size, size, channels], x),
                bench.argument([kernel, kernel, channels, filters], w),
            ])
        #expect(result == expected)
    }

    /// Nothing to sum is zero, and nothing is divided by it.
    @Test(arguments: [KernelFamily.cpu, .gpu], [1, 2])
    func convolutionsOfNoChannels(family: KernelFamily, groups: Int) throws {
        let bench = try Bench(family: family)
        let window = Window(sizes: [3, 3], strides: [1, 1], padding: .same, input: [4, 4])
        let geometry = ConvolutionGeometry(window: window, groups: groups)
        let filters = 4
        let bias = numbers(filters, 8)
        let y = try bench.run(
            .fused(Convolution(geometry, hasBias: true, activation: .relu)),
            [
                bench.argument([1, 4, 4, 0], []), bench.argument([3, 3, 0, filters], []),
                bench.argument([filters], bias),
            ])
        #expect(y == (0..<16 * filters).map { max(bias[$0 % filters], 0) })
        let dx = try bench.run(
            .fused(ConvolutionInputGradient(geometry, input: [1, 4, 4, 2 * groups])),
            [bench.argument([1, 4, 4, 0], []), bench.argument([3, 3, 2, 0], [])])
        #expect(dx == [Float](repeating: 0, count: 32 * groups))
    }

    /// A tile for every shape, on any device.
    @Test func everyShapeHasATile() {
        for (m, n, k, batch) in [
            (1, 1, 1, 1), (1, 4096, 4096, 1), (64, 64, 64, 64), (128, 512, 784, 1),
            (784, 512, 128, 1), (288, 64, 86_528, 1), (4096, 4096, 4096, 1), (100_000, 10, 9, 1),
        ] {
            for localBytes in [0, 32 << 10, 48 << 10, 1 << 20] {
                let choices = [1, 8, 132].map {
                    ProductTile.choice(
                        m: m, n: n, k: k, batch: batch, units: $0, localBytes: localBytes)
                }
                // The order of additions is the same on all devices.
                #expect(Set(choices.map { [$0.parts, $0.tile.ways] }).count == 1)
                #expect(choices.allSatisfy { $0.parts >= 1 && $0.parts <= k })
            }
        }
    }
}
