import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinModels
import KeratinTestKit
import Testing

/// A small model through `fit` with what optimizers and weights can be told. Family: training_options.
struct GoldenOptionsCase: Decodable, Sendable {
    let name: String
    let layers: [ConfigValue]
    let inputShape: [Int]
    let loss: ConfigValue
    let optimizer: ConfigValue
    let batchSize: Int
    let epochs: Int
    let x: GoldenTensor
    let y: GoldenTensor
    let initialWeights: [GoldenTensor]
    /// The loss of every batch, in the order of training.
    let batchLosses: [Double]
    let finalWeights: [GoldenTensor]
    /// `optimizer.variables` after the last step.
    let variables: [GoldenTensor]
}

/// Clipping, averages, accumulation, decay, schedules, regularizers and constraints in whole models, against real Keras.
@Suite("Keras training options", .serialized) struct GoldenTrainingOptionTests {
    private func model(_ golden: GoldenOptionsCase) throws -> Sequential {
        let layers = try golden.layers.map { config in
            try LayerRegistry.make(try SerializedObject(config, what: "layer"))
        }
        let model = try Sequential([Input(shape: golden.inputShape.map { $0 })] + layers)
        try model.compile(
            optimizer: try Optimizer.deserialize(golden.optimizer),
            loss: try Loss.deserialize(golden.loss))
        try model.setWeights(try golden.initialWeights.map { try $0.array() })
        return model
    }

    @Test("Losses of the steps, weights and the optimizer's variables", arguments: Backends.names)
    func training(backend: String) throws {
        let file = try GoldenFile<GoldenOptionsCase>.load(
            "training_options", in: GoldenFileTests.folder)
        for golden in Backends.share(of: file.cases, backend) {
            try withBackend(BackendChoice(backend)) { try check(golden) }
        }
    }

    private func check(_ golden: GoldenOptionsCase) throws {
        let (x, y) = (try golden.x.array(), try golden.y.array())
        let stepped = try model(golden)
        var losses: [Double] = []
        for _ in 0..<golden.epochs {
            for start in stride(from: 0, to: x.shape[0], by: golden.batchSize) {
                let batch = start..<min(start + golden.batchSize, x.shape[0])
                try stepped.resetMetrics()
                let logs = try stepped.trainOnBatch(x[batch], y[batch])
                losses.append(logs["loss"])
            }
        }
        let comparison = Tolerance.history.compare(losses, golden.batchLosses)
        #expect(comparison.isWithin, "\(golden.name): step losses: \(comparison)")

        let model = try model(golden)
        try model.fit(
            x, y, batchSize: golden.batchSize, epochs: golden.epochs, verbose: 0, shuffle: false)
        for (index, expected) in golden.finalWeights.enumerated() {
            let comparison = expected.compare(try model.getWeights()[index].floats(), .history)
            #expect(comparison.isWithin, "\(golden.name): weight \(index): \(comparison)")
        }
        let variables = try #require(model.training).optimizer.getVariables()
        #expect(variables.map(\.shape) == golden.variables.map { Shape($0.shape) })
        for (variable, expected) in zip(variables, golden.variables) {
            let comparison = expected.compare(variable.values.floats, .history)
            #expect(comparison.isWithin, "\(golden.name): \(variable.name): \(comparison)")
        }
    }
}
