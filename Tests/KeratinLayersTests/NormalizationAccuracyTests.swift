import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Normalisation of inputs whose mean is large beside their deviations, against float64.
@Suite("Normalisation far from zero", .serialized) struct NormalizationAccuracyTests {
    /// Numbers that float32 holds, so that float64 starts from the same.
    private func numbers(_ count: Int, around mean: Double) -> [Float] {
        (0..<count).map { index in
            let step = Double((index * 7919 + index * index * 13) % 1009) / 1009 - 0.5
            return Float(mean + step * 3)
        }
    }

    private func normalized(_ x: [Double], _ epsilon: Double) -> [Double] {
        let mean = x.reduce(0, +) / Double(x.count)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
        return x.map { ($0 - mean) / (variance + epsilon).squareRoot() }
    }

    private func expect(_ got: [Float], _ expected: [Double], _ what: String) {
        let worst = zip(got, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(worst < 2e-5, "\(what): off by \(worst)")
    }

    @Test("Layers", arguments: [1e4, 1e6, -3e5], Backends.names)
    func layers(mean: Double, backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (rows, width) = (3, 40)
            let x = numbers(rows * width, around: mean)
            let wide = x.map(Double.init)
            func row(_ index: Int) -> [Double] {
                Array(wide[(index * width)..<((index + 1) * width)])
            }
            let expected = (0..<rows).flatMap { normalized(row($0), 1e-3) }
            let input = Tensor(x, shape: [rows, width])
            expect(try LayerNormalization()(input).floats(), expected, "layer")
            let column = LayerNormalization(axis: [1, 2])(input.reshaped([rows, 8, 5]))
            expect(try column.floats(), expected, "layer, two axes")
            // Four groups of the last axis: channels of a group together with all pixels.
            let grouped = try GroupNormalization(groups: 4)(input.reshaped([rows, 5, 8])).floats()
            var groups = [Double](repeating: 0, count: x.count)
            for n in 0..<rows {
                for g in 0..<4 {
                    let places = (0..<5).flatMap { pixel in
                        (0..<2).map { n * 40 + pixel * 8 + g * 2 + $0 }
                    }
                    for (place, value) in zip(places, normalized(places.map { wide[$0] }, 1e-3)) {
                        groups[place] = value
                    }
                }
            }
            expect(grouped, groups, "group")
        }
    }

    @Test("Batches that a mask or renormalisation takes apart", arguments: Backends.names)
    func batches(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (rows, channels) = (30, 3)
            let x = numbers(rows * channels, around: 1e4)
            var expected = [Double](repeating: 0, count: x.count)
            for c in 0..<channels {
                let column = (0..<rows).map { Double(x[$0 * channels + c]) }
                for (row, value) in normalized(column, 1e-3).enumerated() {
                    expected[row * channels + c] = value
                }
            }
            let layer = BatchNormalization()
            var input = Tensor(x, shape: [10, 3, channels])
            input.mask = Tensor(repeating: 1, shape: [10, 3]).cast(to: .bool)
            expect(try layer(input, training: true).floats(), expected, "with a mask")
            // r = deviation and d = mean at the first step, so that the corrections are known.
            let renorm = BatchNormalization(
                renorm: true,
                renormClipping: RenormClipping(minimumScale: 1, maximumScale: 1, maximumOffset: 0))
            let plain = Tensor(x, shape: [rows, channels])
            expect(try renorm(plain, training: true).floats(), expected, "renormalised")
        }
    }

    @Test("Inference with a large moving mean", arguments: Backends.names)
    func inference(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let layer = BatchNormalization(epsilon: 1e-3)
            try layer.buildIfNeeded(inputShape: [nil, 2])
            try layer.setWeights([
                NDArray([2, 0.5] as [Float]), NDArray([1, -1] as [Float]),
                NDArray([1e4, -1e6] as [Float]), NDArray([0.25, 4] as [Float]),
            ])
            let x: [Float] = [10000.125, -1_000_001, 9999, -999_997.5]
            let y = try layer(Tensor(x, shape: [2, 2])).floats()
            let expected = x.enumerated().map { index, x in
                let (gamma, beta, mean, variance) =
                    index % 2 == 0 ? (2.0, 1.0, 1e4, 0.25) : (0.5, -1, -1e6, 4)
                return gamma * (Double(x) - mean) / (variance + 1e-3).squareRoot() + beta
            }
            expect(y, expected, "inference")
        }
    }
}
