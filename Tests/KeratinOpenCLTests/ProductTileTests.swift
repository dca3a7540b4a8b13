import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Every tile of the gpu family's products in every form, whichever a shape would choose, exactly: inputs are small whole numbers.
@Suite(.serialized, .needsDevice) struct ProductTileTests {
    /// Those of a matrix unit, which ordinary instructions stand in for, besides.
    private static let tiles = ProductTile.all + ProductTile.all.compactMap { $0.by(.emulated) }

    private let bench: Bench
    private let workspace: BufferSlice

    init() throws {
        bench = try Bench(family: .gpu)
        workspace = BufferSlice(try bench.backend.allocate(byteCount: 1 << 20))
    }

    private func run(_ product: Product, _ tile: ProductTile, parts: Int) throws {
        let launches = bench.backend.lowering.graphicsProduct(
            product, tile, parts: parts, Workspace(workspace))
        try bench.backend.plan(launches).run()
    }

    /// `values` behind `skipped` other elements.
    private func slice(_ values: [Float], skipping skipped: Int) throws -> BufferSlice {
        let all = [Float](repeating: .nan, count: skipped) + values
        let slice = try bench.argument([all.count], all).slice
        return BufferSlice(slice.buffer, byteOffset: skipped * 4)
    }

    // A program for each tile and form costs a compiler about a second, so that each tile has some of the forms; all tiles together
    // have all of them.
    @Test(arguments: Self.tiles.indices)
    func dense(turn: Int) throws {
        let tile = Self.tiles[turn]
        let forms = [(false, false), (true, false), (false, true), (true, true)]
        // Edges that can be moved in fours, and edges that cannot; offsets that are aligned, and some that are not.
        for (more, offsets) in [(4, [0, 0, 0]), turn % 2 == 0 ? (3, [0, 0, 0]) : (4, [1, 0, 1])] {
            let (m, n) = (tile.rows + more, tile.columns + more + 4)
            let k = tile.depth * 2 + more
            for (left, right) in [forms[turn % 4], forms[(turn + 3) % 4]] {
                let (a, b, bias) = (numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3))
                let target = try slice(numbers(m * n, 9), skipping: offsets[2])
                let product = Product(
                    m: m, n: n, k: k, a: try slice(a, skipping: offsets[0]), rowA: left ? 1 : k,
                    depthA: left ? m : 1, b: try slice(b, skipping: offsets[1]), innerB: k,
                    outerStrideB: 0, innerStrideB: right ? 1 : n, columnB: right ? k : 1, c: target,
                    rowC: n, countC: m * n, bias: try slice(bias, skipping: 0), activation: .relu)
                let expected = productByLoops(a, b, m: m, n: n, k: k, left, right)
                    .enumerated().map { max($1 + bias[$0 % n], 0) }
                for parts in [1, 2] {
                    try run(product, tile, parts: parts)
                    var result = [Float](repeating: .nan, count: m * n)
                    try result.withUnsafeMutableBytes { try bench.backend.read(target, into: $0) }
                    #expect(result == expected, "\(m)×\(n)×\(k) \(left) \(right) \(offsets)")
                }
            }
        }
    }

    /// Windows of one, two and three axes, with strides, dilations, padding and groups.
    static let windows:
        [(input: [Int], sizes: [Int], strides: [Int], dilations: [Int], groups: Int)] = [
            ([19], [3], [2], [1], 1), ([9, 7], [3, 2], [1, 1], [2, 1], 1),
            ([8, 9], [3, 3], [2, 3], [1, 1], 2),
            ([4, 5, 3], [2, 3, 2], [1, 2, 1], [1, 1, 1], 1),
        ]

    @Test(arguments: Self.tiles.indices)
    func convolutions(turn: Int) throws {
        let tile = Self.tiles[turn]
        let (input, sizes, strides, dilations, groups) = Self.windows[turn % 4]
        let (channels, filters) = tile.rows == 128 ? (8, 12) : (4, 5)
        let window = Window(
            sizes: sizes, strides: strides, dilations: dilations, padding: .same, input: input)
        let geometry = ConvolutionGeometry(window: window, groups: groups)
        let all = channels * groups
        let xShape = Shape([2] + input + [all])
        let wShape = Shape(sizes + [channels, filters * groups])
        let yShape = Shape(
            [2] + (try window.outputExtents(input: input)) + [filters * groups])
        let x = numbers(xShape.count, 1)
        let w = numbers(wShape.count, 2)
        let dy = numbers(yShape.count, 3)
        let lowering = bench.backend.lowering
        let arguments = (
            x: try bench.argument(xShape, x), w: try bench.argument(wShape, w),
            dy: try bench.argument(yShape, dy)
        )
        let processor = try Bench(family: .cpu)
        func check(
            _ product: Product, _ result: Argument, _ operation: any FusedOperation,
            _ inputs: [(Shape, [Float])]
        ) throws {
            let expected = try processor.run(
                .fused(operation), inputs.map { try processor.argument($0.0, $0.1) })
            for parts in [1, 3] {
                try run(product, tile, parts: parts)
                #expect(try bench.values(result) == expected, "\(operation.name) \(channels)")
            }
        }
        let forward = Convolution(geometry)
        let y = try bench.argument(TensorType(yShape))
        try check(
            lowering.product(forward, [arguments.x, arguments.w], y), y, forward,
            [(xShape, x), (wShape, w)])
        let dx = try bench.argument(TensorType(xShape))
        let pulled = ConvolutionInputGradient(geometry, input: xShape)
        try check(
            lowering.product(pulled, dy: arguments.dy, filter: arguments.w, dx: dx), dx, pulled,
            [(yShape, dy), (wShape, w)])
        let dw = try bench.argument(TensorType(wShape))
        let filter = ConvolutionFilterGradient(geometry, filter: wShape)
        try check(
            lowering.product(filter, x: arguments.x, dy: arguments.dy, dw: dw), dw, filter,
            [(xShape, x), (yShape, dy)])
    }

    @Test func divisions() {
        for divisor in [1, 2, 3, 5, 7, 28, 31, 32, 33, 641, 1 << 20, (1 << 30) + 1, Int(Int32.max)]
        {
            let division = InvariantDivision(divisor)
            for number in [0, 1, divisor - 1, divisor, divisor + 1, 1_000_003, Int(Int32.max)]
            where number <= Int(Int32.max) {
                let quotient = (UInt64(number) * UInt64(division.multiplier)) >> division.shift
                #expect(quotient == number / divisor, "\(number) / \(divisor)")
            }
        }
    }
}
