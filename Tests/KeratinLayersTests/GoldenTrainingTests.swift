import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinTestKit
import Testing

/// Whole models through `fit` against real Keras, weights copied, shuffle off.
@Suite("Keras training goldens", .serialized) struct GoldenTrainingTests {
    @Test(
        "Histories, weights, predictions, evaluations",
        arguments: ["training", "recurrent_training"], Backends.names)
    func training(family: String, backend: String) throws {
        let file = try GoldenFile<GoldenTrainingCase>.load(family, in: GoldenFileTests.folder)
        for golden in file.cases {
            try withBackend(BackendChoice(backend)) { try check(golden) }
        }
    }

    private func makeModel(_ golden: GoldenTrainingCase) throws -> Sequential {
        let layers =
            [Input(shape: golden.inputShape.map { $0 })]
            + (try golden.layers.map(GoldenLayers.layer))
        let model = try Sequential(layers)
        try model.compile(
            optimizer: try GoldenLayers.optimizer(golden.optimizer),
            loss: golden.loss.name.map { Loss(stringLiteral: $0) }
                ?? GoldenLayers.loss(golden.loss.className ?? "", golden.loss.config ?? [:]),
            metrics: golden.metrics.map(\.metric))
        try model.setWeights(try golden.initialWeights.map { try $0.array() })
        return model
    }

    private func check(_ golden: GoldenTrainingCase) throws {
        let (x, y) = (try golden.x.array(), try golden.y.array())
        try checkSteps(golden, x, y)
        let model = try makeModel(golden)
        let validation = try golden.validationData.map {
            (x: try $0.x.array(), y: try $0.y.array())
        }
        let history = try model.fit(
            x, y, batchSize: golden.batchSize, epochs: golden.epochs, verbose: 0,
            validationSplit: golden.validationSplit ?? 0, validationData: validation,
            shuffle: false)
        #expect(history.history.keys.sorted() == golden.history.keys.sorted(), "\(golden.name)")
        for (key, values) in golden.history {
            let comparison = Tolerance.history.compare(history[key] ?? [], values)
            #expect(comparison.isWithin, "\(golden.name): \(key): \(comparison)")
        }
        for (index, (weight, expected)) in zip(try model.getWeights(), golden.finalWeights)
            .enumerated()
        {
            let comparison = expected.compare(try weight.floats(), .history)
            let kernel = expected.compare(try weight.floats())
            #expect(
                comparison.isWithin || kernel.isWithin,
                "\(golden.name): weight \(index): \(comparison)")
        }
        let prediction = try model.predict(x[0..<golden.prediction.shape[0]])
        let close = golden.prediction.compare(try prediction.floats(), .history)
        let within = golden.prediction.compare(try prediction.floats())
        #expect(close.isWithin || within.isWithin, "\(golden.name): prediction: \(close)")
        let evaluation = try model.evaluate(x, y, batchSize: golden.evaluationBatchSize, verbose: 0)
        for (key, value) in golden.evaluation {
            let comparison = Tolerance.history.compare(
                [evaluation.dictionary[key] ?? .nan], [value])
            #expect(comparison.isWithin, "\(golden.name): evaluate \(key): \(comparison)")
        }
    }

    /// The loss of each of the first steps.
    private func checkSteps(_ golden: GoldenTrainingCase, _ x: NDArray, _ y: NDArray) throws {
        let model = try makeModel(golden)
        let part = 1 - (golden.validationSplit ?? 0)
        let count = Int((Double(x.shape[0]) * part).rounded(.down))
        var losses = [Double]()
        for _ in 0..<golden.epochs {
            for start in stride(from: 0, to: count, by: golden.batchSize) {
                let batch = start..<min(start + golden.batchSize, count)
                try model.resetMetrics()
                losses.append(
                    try model.trainOnBatch(x[batch], y[batch])["loss"])
            }
        }
        let steps = min(losses.count, Tolerance.historySteps)
        let comparison = Tolerance.history.compare(
            Array(losses.prefix(steps)), Array(golden.batchLosses.prefix(steps)))
        #expect(comparison.isWithin, "\(golden.name): step losses: \(comparison)")
    }

    @Test("summary() prints what Keras prints")
    func summaries() throws {
        let file = try GoldenFile<GoldenSummaryCase>.load("summary", in: GoldenFileTests.folder)
        for golden in file.cases {
            try withBackend(.cpu) {
                AutomaticName.reset()
                let layers = try golden.layers.map(GoldenLayers.layer)
                let input = golden.inputShape.map { [Input(shape: $0)] } ?? []
                let model = try Sequential(input + layers)
                if golden.compiled { try model.compile(optimizer: "adam", loss: "mse") }
                let text = model.summaryText(lineLength: 76)
                #expect(
                    text == golden.text.trimmed,
                    "\(golden.name):\n\(text)\nexpected\n\(golden.text)")
            }
        }
    }
}

extension String {
    /// Without line ends at the end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == "\n" { text.removeLast() }
        return text
    }
}
