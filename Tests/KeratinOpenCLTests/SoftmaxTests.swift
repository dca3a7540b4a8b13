import KeratinCore
import Testing

@testable import KeratinOpenCL

#if canImport(Glibc)
    import Glibc
#endif

/// Softmax, cross-entropy and their gradients of both kernel families against sums in double precision.
@Suite(.serialized, .needsDevice) struct SoftmaxTests {
    /// Short and long rows, few and many.
    private let shapes = [
        (1, 1), (3, 10), (5, 31), (33, 33), (7, 65), (2, 2049), (1, 30_000), (26_500, 10),
    ]

    private func logits(_ rows: Int, _ width: Int) -> [Float] {
        (0..<(rows * width)).map { Float(($0 &* 7919 + $0 / width) % 1009 - 504) / 100 }
    }

    /// Softmax of each row.
    private func softmax(_ x: [Float], _ width: Int) -> [Double] {
        var result = [Double]()
        for start in stride(from: 0, to: x.count, by: width) {
            let row = x[start..<(start + width)].map(Double.init)
            let peak = row.max() ?? 0
            let powers = row.map { exp($0 - peak) }
            let sum = powers.reduce(0, +)
            result += powers.map { $0 / sum }
        }
        return result
    }

    private func isClose(_ values: [Float], _ expected: [Double], _ scale: Double = 1) -> Bool {
        values.count == expected.count
            && zip(values, expected).allSatisfy {
                abs(Double($0) - $1) <= 1e-5 * (scale + abs($1))
            }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func forwardAndBackward(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (rows, width) in shapes {
            let type = TensorType([rows, width])
            let x = logits(rows, width)
            let p = softmax(x, width)
            let dy = numbers(rows * width, 3)
            for before in [0, 1] {
                let input = try bench.argument(type, x, elementsBefore: before)
                let y = try bench.run(.fused(SoftmaxOperation(log: false)), [input])
                #expect(isClose(y, p, 0.01), "\(rows) × \(width)")
                let logarithm = try bench.run(.fused(SoftmaxOperation(log: true)), [input])
                #expect(isClose(logarithm, p.map { log($0) }), "\(rows) × \(width)")
                let gradient = try bench.run(
                    .fused(SoftmaxGradient(log: false)),
                    [
                        bench.argument(type, y, elementsBefore: before),
                        bench.argument(type, dy, elementsBefore: before),
                    ])
                var expected = [Double]()
                for row in 0..<rows {
                    let range = (row * width)..<((row + 1) * width)
                    let sum = range.reduce(0) { $0 + p[$1] * Double(dy[$1]) }
                    expected += range.map { p[$0] * (Double(dy[$0]) - sum) }
                }
                #expect(isClose(gradient, expected, 0.1), "\(rows) × \(width)")
            }
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func crossEntropies(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (rows, width) in shapes {
            let type = TensorType([rows, width])
            let x = logits(rows, width)
            let p = softmax(x, width)
            let classes = (0..<rows).map { Int32($0 * 31 % width) }
            var oneHot = [Float](repeating: 0, count: rows * width)
            for (row, label) in classes.enumerated() { oneHot[row * width + Int(label)] = 1 }
            let dLoss = numbers(rows, 8)
            let losses = classes.enumerated().map { -log(p[$0 * width + Int($1)]) }
            let gradients = p.indices.map {
                Double(dLoss[$0 / width]) * (p[$0] - Double(oneHot[$0]))
            }
            for sparse in [false, true] {
                let input = try bench.argument(type, x, elementsBefore: 1)
                let labels =
                    sparse
                    ? try bench.argument(TensorType([rows], .int32), classes, elementsBefore: 3)
                    : try bench.argument(type, oneHot, elementsBefore: 2)
                let loss = try bench.run(
                    .fused(SoftmaxCrossEntropy(sparse: sparse)), [input, labels])
                #expect(isClose(loss, losses), "\(rows) × \(width) sparse \(sparse)")
                let gradient = try bench.run(
                    .fused(SoftmaxCrossEntropyGradient(sparse: sparse)),
                    [input, labels, bench.argument([rows], dLoss)])
                #expect(isClose(gradient, gradients), "\(rows) × \(width) sparse \(sparse)")
            }
        }
    }

    /// The first of equal extremes, in rows and columns, NaN passed over.
    @Test(arguments: [KernelFamily.cpu, .gpu])
    func firstExtremes(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (outer, length, inner) in [
            (1, 1, 1), (3, 31, 1), (5, 33, 65), (2, 5000, 1), (1, 3000, 10), (70, 65, 3),
        ] {
            var x = numbers(outer * length * inner, 9)
            for place in stride(from: 0, to: x.count, by: 7) { x[place] = .nan }
            let input = try bench.argument(
                TensorType([outer, length, inner]), x, elementsBefore: 1)
            for function in ArgReduceFunction.allCases {
                var expected = [Int32]()
                for o in 0..<outer {
                    for i in 0..<inner {
                        var best: Float = function == .maximum ? -.infinity : .infinity
                        var place: Int32 = 0
                        for k in 0..<length {
                            let value = x[(o * length + k) * inner + i]
                            if function == .maximum ? value > best : value < best {
                                best = value
                                place = Int32(k)
                            }
                        }
                        expected.append(place)
                    }
                }
                let result = try bench.run(.primitive(.argReduce(function, axis: 1)), [input])
                #expect(
                    result.map { Int32(bitPattern: $0.bitPattern) } == expected,
                    "\(outer) × \(length) × \(inner) \(function)")
            }
        }
    }
}
