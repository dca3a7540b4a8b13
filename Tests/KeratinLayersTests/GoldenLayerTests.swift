import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinTensor
import Testing

/// Layers, losses and optimizers against real Keras, on every backend.
@Suite("Keras goldens", .serialized) struct GoldenLayerTests {
    @Test(
        "Layers: outputs, gradients, states",
        arguments: [
            "dense", "activations", "reshaping", "conv2d", "depthwise_conv2d", "pooling",
            "batch_normalization", "conv1d_conv3d", "conv_transpose", "separable", "pooling_1d_3d",
            "reshaping_more", "up_sampling", "normalization", "preprocessing",
            "activation_layers", "masks", "einsum_dense",
            "spectral_normalization", "stft_spectrograms", "mel_spectrograms",
        ], Backends.names)
    func layers(family: String, backend: String) throws {
        let file = try GoldenFile<GoldenLayerCase>.load(family, in: GoldenFileTests.folder)
        for golden in file.cases {
            try withBackend(BackendChoice(backend)) { try check(golden) }
        }
    }

    private func check(_ golden: GoldenLayerCase) throws {
        let layer = try GoldenLayers.layer(golden.layer)
        expectConfig(
            try layer.getConfig(), says: golden.layer.config.mapValues { $0.configValue },
            golden.name)
        layer.trainable = golden.trainable ?? true
        let input = golden.inputs[0]
        try layer.buildIfNeeded(inputShape: [nil] + input.shape.dropFirst().map { $0 })
        #expect(layer.weights.map(\.name) == golden.weights.map(\.name), "\(golden.name)")
        try layer.setWeights(golden.weights.map { try $0.tensor.array() })
        let inputs = [input, golden.cotangent] + (golden.mask.map { [$0] } ?? [])
        var hasMask = false
        let values = try results(inputs) { trace, arguments in
            var x = arguments[0]
            if golden.mask != nil { x.mask = arguments[2].cast(to: .bool) }
            let y = layer(x, training: golden.training)
            hasMask = y.mask != nil
            let product = (y * arguments[1]).sum()
            let variables = try layer.trainableWeights.map { try $0.read() }
            let gradients = try trace.gradients(
                of: product, withRespectTo: [arguments[0]] + variables)
            return [y] + gradients + trace.losses
                + (y.mask.map { [$0.cast(to: .float32)] } ?? [])
        }
        expect(values[0], golden.outputs[0], "\(golden.name): output")
        expect(values[1], golden.inputGradients[0], "\(golden.name): input gradient")
        var next = 2
        for (index, gradient) in golden.weightGradients.enumerated() {
            expect(values[next], gradient, "\(golden.name): gradient of weight \(index)")
            next += 1
        }
        if let loss = golden.addedLoss {
            let got = Double(values[next].first ?? .nan)
            #expect(abs(got - loss) <= 1e-4 * abs(loss) + 1e-6, "\(golden.name): added loss")
            next += 1
        }
        #expect(hasMask == (golden.outputMask != nil), "\(golden.name): a mask or none")
        if let mask = golden.outputMask, hasMask {
            #expect(values[next] == mask.floats, "\(golden.name): mask")
        }
        for (weight, after) in zip(layer.weights, golden.weightsAfter ?? []) {
            expect(
                try weight.state.values(), after.tensor, "\(golden.name): \(after.name) afterwards")
        }
        // A layer's shape function says what the layer does.
        let shape = try layer.outputShape(for: [nil] + input.shape.dropFirst().map { $0 })
        #expect(shape.dropFirst().map { $0 } == golden.outputs[0].shape.dropFirst().map { $0 })
    }

    @Test("Normalization learns moments from data") func adapt() throws {
        struct Case: Decodable, Sendable {
            let name: String
            let layer: GoldenObject
            let batches: [GoldenTensor]
            let weights: [GoldenWeight]
            let output: GoldenTensor
        }
        for golden in try GoldenFile<Case>.load("adapt", in: GoldenFileTests.folder).cases {
            try withBackend(.cpu) {
                let layer = try #require(try GoldenLayers.layer(golden.layer) as? Normalization)
                try layer.adapt(batches: golden.batches.map { try $0.array() })
                for (got, expected) in zip(try layer.getWeights(), golden.weights) {
                    expect(try got.floats(), expected.tensor, "\(golden.name): \(expected.name)")
                }
                let x = try golden.batches.flatMap { try $0.array().floats() }
                let y = layer(Tensor(x, shape: Shape(golden.output.shape)))
                expect(try y.floats(), golden.output, "\(golden.name): output")
            }
        }
    }

    @Test("Metrics over ragged batches", arguments: Backends.names)
    func metrics(backend: String) throws {
        let file = try GoldenFile<GoldenMetricCase>.load("metrics", in: GoldenFileTests.folder)
        for golden in file.cases {
            try withBackend(BackendChoice(backend)) {
                let model = try Sequential([
                    Input(shape: golden.yPred.shape.dropFirst().map { $0 }), Activation("linear"),
                ])
                try model.compile(
                    optimizer: "sgd", loss: Loss(stringLiteral: golden.loss),
                    metrics: golden.metrics.map(\.metric))
                let got = try model.evaluate(
                    golden.yPred.array(), golden.yTrue.array(), batchSize: golden.batchSize,
                    verbose: 0)
                #expect(got.names.sorted() == golden.results.keys.sorted(), "\(golden.name)")
                for (name, value) in golden.results {
                    let difference = abs((got.dictionary[name] ?? .nan) - value)
                    #expect(
                        difference <= 1e-4 * abs(value) + 1e-6,
                        "\(golden.name): \(name) is \(got.dictionary[name] ?? .nan), expected \(value)"
                    )
                }
            }
        }
    }
}
