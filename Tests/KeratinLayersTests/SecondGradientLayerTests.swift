import Keratin
import KeratinCore
import KeratinTensor
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The gradient of |∇f|² through layers against central differences of it, in float32 on every backend.
@Suite("Gradients of gradients through layers", .serialized)
struct SecondGradientLayerTests {
    private static let layers: [String: (shape: [Int], make: @Sendable () -> Layer)] = [
        "Dense": ([4, 3], { Dense(5, activation: .tanh) }),
        "Conv2D": ([2, 6, 6, 3], { Conv2D(4, kernelSize: 3, activation: .tanh) }),
        "AveragePooling2D": ([2, 6, 6, 3], { AveragePooling2D(poolSize: 2) }),
        "BatchNormalization": ([4, 6], { BatchNormalization() }),
        "LayerNormalization": ([4, 6], { LayerNormalization() }),
        "SimpleRNN, one step": ([1, 1, 2], { SimpleRNN(2) }),
        "SimpleRNN": ([2, 5, 3], { SimpleRNN(4) }),
        "LSTM": ([2, 5, 3], { LSTM(4) }),
        "LSTM, sequences, backwards": (
            [2, 4, 3], { LSTM(3, returnSequences: true, goBackwards: true) }
        ),
        "GRU": ([2, 5, 3], { GRU(4) }),
        "GRU, reset before": ([2, 5, 3], { GRU(3, resetAfter: false) }),
        "Bidirectional": ([2, 4, 3], { Bidirectional(GRU(2)) }),
        "LSTM of a layer's activation": ([2, 4, 3], { LSTM(3, activation: .softsign) }),
    ]

    @Test("|∇f|²", arguments: layers.keys.sorted(), Backends.names)
    func penalty(name: String, backend: String) throws {
        let (extents, make) = try #require(Self.layers[name])
        let shape = Shape(extents)
        try withBackend(BackendChoice(backend)) {
            let layer = make()
            try layer.buildIfNeeded(inputShape: [nil] + extents.dropFirst().map { $0 })
            var next = 0.0
            try layer.setWeights(
                layer.weights.map { weight in
                    let values = (0..<weight.shape.count).map { _ -> Float in
                        next += 1
                        return Float(sin(next * 2.3) * 0.6 + 0.1)
                    }
                    // Variances must be positive.
                    return NDArray(
                        weight.name.contains("variance") ? values.map { abs($0) + 0.5 } : values,
                        shape: weight.shape)
                })
            func penalty(_ x: Tensor) throws -> Tensor {
                let g = gradient(at: x) {
                    let y = layer($0)
                    return (y * y).sum()
                }
                return (g * g).sum()
            }
            var values = (0..<shape.count).map { Float(sin(Double($0) * 1.7 + 0.3)) * 0.7 }
            let found = try gradient(at: Tensor(values, shape: shape), of: penalty).floats()
            var worst: Float = 0
            var largest: Float = 0
            func measured(_ values: [Float]) throws -> Float {
                try penalty(Tensor(values, shape: shape)).item()
            }
            for index in stride(from: 0, to: values.count, by: backend == "cpu" ? 1 : 11) {
                let kept = values[index]
                let step: Float = 1e-2
                values[index] = kept + step
                let above = try measured(values)
                values[index] = kept - step
                let below = try measured(values)
                values[index] = kept
                let expected = (above - below) / (2 * step)
                worst = max(worst, abs(expected - found[index]))
                largest = max(largest, abs(expected))
            }
            #expect(worst <= 1e-2 * largest, "off by \(worst) of \(largest)")
            #expect(largest > 0)
        }
    }
}
