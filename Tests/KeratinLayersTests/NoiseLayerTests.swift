import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Layers that are random in training: their statistics, and what repeats.
@Suite("Noise layers", .serialized) struct NoiseLayerTests {
    /// What a layer makes of an input in a recorded training step.
    private func run(
        _ layer: Layer, _ x: [Float], _ shape: Shape, seed: UInt64 = 1, step: Int = 1
    ) throws -> [Float] {
        try layer.buildIfNeeded(inputShape: [nil] + shape.dimensions.dropFirst().map { $0 })
        let function = try TracedFunction.record([TensorType(shape)]) { _, arguments in
            [layer(arguments[0], training: true)]
        }
        let plan = try Plan(function, on: Context.backend)
        try x.withUnsafeBytes { try plan.write($0, toArgument: 0) }
        try plan.run(seed: seed, step: step)
        return try plan.floats(result: 0)
    }

    private func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return (mean, squares / Double(values.count))
    }

    @Test("Statistics", arguments: Backends.names) func statistics(backend: String) throws {
        let count = 40_000
        let shape: Shape = [100, count / 100]
        let ones = [Float](repeating: 1, count: count)
        try withBackend(BackendChoice(backend)) {
            let noise = moments(try run(GaussianNoise(0.5), ones, shape))
            #expect(abs(noise.mean - 1) < 0.02 && abs(noise.variance - 0.25) < 0.01, "\(noise)")
            let product = moments(try run(GaussianDropout(0.2), ones, shape))
            #expect(abs(product.mean - 1) < 0.02 && abs(product.variance - 0.25) < 0.01)
            let dropped = try run(Dropout(0.25), ones, shape)
            #expect(abs(moments(dropped).mean - 1) < 0.02)
            #expect(dropped.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
            // Alpha dropout keeps mean 0 and variance 1.
            let normal = try run(GaussianNoise(1), [Float](repeating: 0, count: count), shape)
            let alpha = moments(try run(AlphaDropout(0.3), normal, shape, seed: 5))
            #expect(abs(alpha.mean) < 0.03 && abs(alpha.variance - 1) < 0.05, "\(alpha)")
        }
    }

    @Test("Tails of the normal numbers", arguments: Backends.names)
    func tails(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let zeros = [Float](repeating: 0, count: 100_000)
            let values = try run(GaussianNoise(1), zeros, [100, 1_000])
            let inside = { (bound: Float) in
                Double(values.filter { abs($0) < bound }.count) / Double(values.count)
            }
            #expect(abs(inside(1) - 0.6827) < 0.01)
            #expect(abs(inside(2) - 0.9545) < 0.005)
            #expect(values.allSatisfy { $0.isFinite })
            // Both signs of both halves of the plane.
            #expect(abs(moments(values).mean) < 0.015)
        }
    }

    @Test("Spatial dropout takes whole channels", arguments: Backends.names)
    func spatial(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let ones = [Float](repeating: 1, count: 4 * 6 * 5)
            let last = try run(SpatialDropout1D(0.5), ones, [4, 6, 5])
            for sample in 0..<4 {
                for channel in 0..<5 {
                    let steps = (0..<6).map { last[(sample * 6 + $0) * 5 + channel] }
                    #expect(Set(steps).count == 1)
                }
            }
            #expect(Set(last) == [0, 2])
            let layer = SpatialDropout2D(0.5, dataFormat: .channelsFirst)
            let first = try run(layer, ones, [4, 5, 2, 3])
            for start in stride(from: 0, to: first.count, by: 6) {
                #expect(Set(first[start..<(start + 6)]).count == 1)
            }
        }
    }

    @Test("A layer's own seed makes it independent of the run's") func seeds() throws {
        let ones = [Float](repeating: 1, count: 64)
        func draw(_ layer: Layer, seed: UInt64, step: Int = 1) throws -> [Float] {
            try withBackend(.cpu) { try run(layer, ones, [8, 8], seed: seed, step: step) }
        }
        let own = try draw(Dropout(0.5, seed: 3), seed: 1)
        #expect(try draw(Dropout(0.5, seed: 3), seed: 2) == own)
        #expect(try draw(Dropout(0.5, seed: 4), seed: 1) != own)
        #expect(try draw(Dropout(0.5, seed: 3), seed: 1, step: 2) != own)
        #expect(try draw(Dropout(0.5), seed: 1) != draw(Dropout(0.5), seed: 2))
        let noise = try draw(GaussianNoise(1, seed: -9), seed: 1)
        #expect(try draw(GaussianNoise(1, seed: -9), seed: 2) == noise)
    }

    @Test("Draws of backends are the same") func backends() throws {
        let ones = [Float](repeating: 1, count: 600)
        let results = try Backends.names.map { name in
            try withBackend(BackendChoice(name)) {
                try run(Dropout(0.3, noiseShape: [nil, 1, nil]), ones, [10, 6, 10])
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test("At the ends of the rate") func ends() throws {
        func draw(_ layer: Layer, _ shape: Shape = [1, 2]) throws -> [Float] {
            try withBackend(.cpu) { try run(layer, [1, 2], shape) }
        }
        #expect(try draw(Dropout(1)) == [0, 0])
        #expect(try draw(Dropout(0)) == [1, 2])
        #expect(try draw(SpatialDropout1D(1), [1, 1, 2]) == [0, 0])
        #expect(throws: KeratinError.self) { try draw(AlphaDropout(1)) }
        #expect(throws: KeratinError.self) { try draw(GaussianDropout(1)) }
        #expect(throws: KeratinError.self) { try draw(Dropout(0.5, noiseShape: [3, 1])) }
    }
}
