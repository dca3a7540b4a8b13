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
            "batch_normalization",
        ], Backends.names)
    func layers(family: String, backend: String) throws {
        let file = try GoldenFile<GoldenLayerCase>.load(family, in: GoldenFileTests.folder)
        for golden in file.cases {
            try withBackend(BackendChoice(backend)) { try check(golden) }
        }
    }

    private func check(_ golden: GoldenLayerCase) throws {
        let layer = try GoldenLayers.layer(golden.layer)
        let input = golden.inputs[0]
        try layer.buildIfNeeded(inputShape: [nil] + input.shape.dropFirst().map { $0 })
        #expect(layer.weights.map(\.name) == golden.weights.map(\.name), "\(golden.name)")
        try layer.setWeights(golden.weights.map { try $0.tensor.array() })
        let values = try results([input, golden.cotangent]) { trace, arguments in
            let y = try layer(arguments[0], training: golden.training)
            let product = try (y * arguments[1]).sum()
            let variables = try layer.trainableWeights.map { try $0.read() }
            let gradients = try trace.gradients(
                of: product, withRespectTo: [arguments[0]] + variables)
            return [y] + gradients
        }
        expect(values[0], golden.outputs[0], "\(golden.name): output")
        expect(values[1], golden.inputGradients[0], "\(golden.name): input gradient")
        for (index, gradient) in golden.weightGradients.enumerated() {
            expect(values[2 + index], gradient, "\(golden.name): gradient of weight \(index)")
        }
        for (weight, after) in zip(layer.weights, golden.weightsAfter ?? []) {
            expect(
                try weight.state.values(), after.tensor, "\(golden.name): \(after.name) afterwards")
        }
        // A layer's shape function says what the layer does.
        let shape = try layer.outputShape(for: [nil] + input.shape.dropFirst().map { $0 })
        #expect(shape.dropFirst().map { $0 } == golden.outputs[0].shape.dropFirst().map { $0 })
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
                    metrics: golden.metrics.map { Metric(stringLiteral: $0) })
                let got = try model.evaluate(
                    golden.yPred.array(), golden.yTrue.array(), batchSize: golden.batchSize,
                    verbose: 0)
                #expect(got.keys.sorted() == golden.results.keys.sorted(), "\(golden.name)")
                for (name, value) in golden.results {
                    let difference = abs((got[name] ?? .nan) - value)
                    #expect(
                        difference <= 1e-4 * abs(value) + 1e-6,
                        "\(golden.name): \(name) is \(got[name] ?? .nan), expected \(value)")
                }
            }
        }
    }
}
