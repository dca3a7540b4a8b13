import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Batch normalisation of both kernel families against loops in double precision, with rows in one and in many parts.
@Suite(.serialized, .needsDevice) struct BatchNormalizationTests {
    private let epsilon = 1e-3

    /// Mean and variance of each channel.
    private func statistics(_ x: [Float], _ channels: Int) -> (mean: [Double], variance: [Double]) {
        let rows = Double(x.count / channels)
        var mean = [Double](repeating: 0, count: channels)
        var variance = mean
        for (place, value) in x.enumerated() { mean[place % channels] += Double(value) / rows }
        for (place, value) in x.enumerated() {
            let distance = Double(value) - mean[place % channels]
            variance[place % channels] += distance * distance / rows
        }
        return (mean, variance)
    }

    private func isClose(_ values: [Float], _ expected: [Double]) -> Bool {
        values.count == expected.count
            && zip(values, expected).allSatisfy { abs(Double($0) - $1) <= 3e-5 * (1 + abs($1)) }
    }

    /// All results of an operation.
    private func run(
        _ bench: Bench, _ operation: some FusedOperation, _ inputs: [Argument]
    ) throws -> [[Float]] {
        let types = inputs.map(\.type)
        let results = try operation.resultTypes(types)
        let bytes = bench.backend.workspaceBytes(.fused(operation), inputs: types, results: results)
        let request = LaunchRequest(
            operation: .fused(operation), inputs: inputs,
            results: try results.map { try bench.argument($0) },
            workspace: BufferSlice(try bench.backend.allocate(byteCount: max(bytes, 4))))
        try bench.backend.makePlan([.launch(request)]).run()
        return try request.results.map { try bench.values($0) }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func forwardAndBackward(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (rows, channels) in [
            (1, 1), (31, 33), (65, 5), (5000, 10), (20_001, 1), (700, 65), (9, 2050),
        ] {
            let type = TensorType([rows, channels])
            let count = rows * channels
            // A mean that is large beside the spread.
            let x = numbers(count, 1).map { $0 / 4 + 20 }
            let dy = numbers(count, 2)
            let (gamma, beta) = (numbers(channels, 3), numbers(channels, 4))
            let (mean, variance) = statistics(x, channels)
            let deviation = variance.map { ($0 + epsilon).squareRoot() }
            let input = try bench.argument(type, x, elementsBefore: 1)
            let scale = try bench.argument([channels], gamma)
            let forward = try run(
                bench, BatchNormalizationOperation(epsilon: epsilon),
                [input, scale, bench.argument([channels], beta)])
            let normal = x.indices.map {
                (Double(x[$0]) - mean[$0 % channels]) / deviation[$0 % channels]
            }
            let y = normal.enumerated().map {
                $1 * Double(gamma[$0 % channels]) + Double(beta[$0 % channels])
            }
            #expect(isClose(forward[0], y), "\(rows) × \(channels)")
            #expect(isClose(forward[1], mean), "\(rows) × \(channels)")
            #expect(isClose(forward[2], variance), "\(rows) × \(channels)")

            let backward = try run(
                bench, BatchNormalizationGradient(epsilon: epsilon),
                [
                    input, scale, bench.argument([channels], forward[1]),
                    bench.argument([channels], forward[2]),
                    bench.argument(type, dy, elementsBefore: 3),
                ])
            var dGamma = [Double](repeating: 0, count: channels)
            var dBeta = dGamma
            for place in dy.indices {
                dGamma[place % channels] += Double(dy[place]) * normal[place]
                dBeta[place % channels] += Double(dy[place])
            }
            let dx = dy.indices.map { place in
                let c = place % channels
                let rest =
                    Double(dy[place]) - dBeta[c] / Double(rows)
                    - normal[place] * dGamma[c] / Double(rows)
                return Double(gamma[c]) / deviation[c] * rest
            }
            #expect(isClose(backward[0], dx), "\(rows) × \(channels)")
            // Sums of many terms keep the digits of the largest partial sum.
            let size = Double(rows).squareRoot()
            #expect(isClose(backward[1].map { $0 / Float(size) }, dGamma.map { $0 / size }))
            #expect(isClose(backward[2].map { $0 / Float(size) }, dBeta.map { $0 / size }))
        }
    }
}
