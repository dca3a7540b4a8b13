import Keratin
import KeratinCore
import KeratinLayers
import KeratinTestKit
import KeratinTooling
import Testing

/// The demos of text and series: their models as Keras counts them, a few steps, and what they show.
@Suite("Demos of text and series", .serialized) struct SequenceDemoTests {
    @Test(
        "Shapes and weights",
        arguments: [
            ("imdb-lstm", [nil, 1], 2_691_713), ("imdb-bilstm", [nil, 1], 2_658_945),
            ("shakespeare", [nil, 100, 65], 268_161), ("airline", [nil, 1], 4_385),
        ] as [(String, [Int?], Int)])
    func models(_ name: String, _ shape: [Int?], _ weights: Int) throws {
        try withBackend(.cpu) {
            let model = try Demo.named(name).makeModel()
            #expect(model.outputShape == shape)
            #expect(model.parameterCount == weights)
        }
    }

    @Test(
        "First steps on both backends",
        .enabled(if: Backends.hasOpenCL, "no OpenCL runtime is installed"),
        arguments: ["imdb-lstm", "imdb-bilstm", "shakespeare", "airline"])
    func steps(_ name: String) throws {
        let demo = try Demo.named(name)
        func losses(_ backend: String) throws -> [Double] {
            try withBackend(BackendChoice(backend)) {
                RandomSeed.set(42)
                let model = try demo.makeModel()
                try demo.compile(model, demo.optimizers[0])
                // The same samples again and again, so that the loss soon depends on every mask and weight.
                let samples = try demo.randomSamples(8)
                return try (0..<20).map { _ in
                    try model.resetMetrics()
                    return try model.trainOnBatch(samples.x, samples.y)["loss"]
                }
            }
        }
        let (opencl, cpu) = (try losses("opencl"), try losses("cpu"))
        #expect(cpu.allSatisfy { $0.isFinite })
        #expect(cpu[19] < cpu[0])
        let comparison = Tolerance.backendHistory.compare(opencl, cpu)
        #expect(comparison.isWithin, "\(comparison)")
    }

    @Test("Something is done after each epoch") func afterEpoch() throws {
        try withBackend(.cpu) {
            let (x, y) = try makeMoons(samples: 64, seed: 1)
            let model = try Demo.moons.makeModel()
            try model.compile(optimizer: "sgd", loss: "mse")
            var biases: [[Float]] = []
            let keeper = LambdaCallback(onEpochEnd: { [unowned model] _, _ in
                biases.append(try model.getWeights()[1].floats())
            })
            try model.fit(x, y, epochs: 3, verbose: 0, callbacks: [keeper])
            #expect(Set(biases).count == 3)
            #expect(biases.last == (try model.getWeights()[1].floats()))
        }
    }

    // MARK: Characters

    private func characterModel(_ steps: Int, _ batch: Int?, stateful: Bool) throws -> Sequential {
        try Sequential {
            Input(shape: [steps], batchSize: batch, dtype: .int32)
            Embedding(4, 8, embeddingsInitializer: "glorot_normal")
            GRU(16, returnSequences: true, stateful: stateful)
            Dense(4, activation: .softmax)
        }
    }

    @Test("Reading by characters is reading at once", arguments: Backends.names)
    func reading(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(7)
            let whole = try characterModel(5, nil, stateful: false)
            let single = try characterModel(1, 1, stateful: true)
            try single.setWeights(whole.getWeights())
            let text: [Int32] = [1, 0, 3, 3, 2]
            let atOnce = try whole.predict(NDArray(text, shape: [1, 5])).floats()
            let oneByOne = try text.flatMap {
                try single.predict(NDArray([$0], shape: [1, 1]), batchSize: 1).floats()
            }
            let comparison = Tolerance.backendHistory.compare(
                oneByOne.map(Double.init), atOnce.map(Double.init))
            #expect(comparison.isWithin, "\(comparison)")
        }
    }

    @Test("A model that learned a pattern writes it", arguments: Backends.names)
    func writing(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(7)
            let text = String(repeating: "abcd", count: 64)
            let vocabulary = try CharacterVocabulary(text)
            let (x, y) = try Demo.windows(try vocabulary.encode(text)[...], 5)
            #expect(x.shape == [51, 5])
            #expect(try x.floats()[1...].prefix(4) == y.floats().prefix(4))
            let model = try characterModel(5, nil, stateful: false)
            try model.compile(
                optimizer: .adam(learningRate: 0.02), loss: "sparse_categorical_crossentropy")
            try model.fit(x, y, batchSize: 8, epochs: 12, verbose: 0)
            let reader = try characterModel(1, 1, stateful: true)
            try reader.setWeights(model.getWeights())
            let writer = TextWriter(model: reader, vocabulary: vocabulary)
            func write(_ temperature: Double, _ seed: UInt64) throws -> String {
                try writer.text(after: "ab", count: 12, temperature: temperature, seed: seed)
            }
            #expect(try write(0.1, 1) == "cdabcdabcdab")
            // Almost every character is as likely as any other.
            #expect(try write(1000, 1) == write(1000, 1))
            #expect(try write(1000, 1) != write(1000, 2))
            #expect(throws: KeratinError.self) { try write(0, 1) }
            #expect(throws: KeratinError.self) {
                try writer.text(after: "x", count: 1, temperature: 1, seed: 1)
            }
        }
    }

    // MARK: Series

    @Test("Windows and errors of a forecast") func forecasts() throws {
        let series = (0..<40).map { Float(100 + $0) }
        let samples = try Demo.forecasts(series, months: series.map { "\($0)" })
        #expect(samples.train.x.shape == [14, 12, 1])
        #expect(samples.test.x.shape == [14, 12, 1])
        #expect(try samples.train.y.floats()[0] == 12 / 39 as Float)
        #expect(try samples.train.x.floats()[0..<3] == [0, 1 / 39, 2 / 39])
        #expect(try samples.test.y.floats().last == 1)
        #expect(throws: KeratinError.self) {
            try Demo.forecasts([Float](repeating: 1, count: 40), months: [])
        }
        #expect(throws: KeratinError.self) { try Demo.forecasts([1, 2, 3], months: []) }
        try withBackend(.cpu) {
            // A model that always says 0, so 100.
            let model = try Demo.airline.makeModel()
            try model.setWeights(
                model.weights.map {
                    NDArray([Float](repeating: 0, count: $0.count), shape: $0.shape)
                })
            let trained = Demo.Trained(
                model: model, history: History(), predictions: try model.predict(samples.test.x))
            let figures = try samples.figures(trained)
            func error(_ part: Range<Int>) -> Double {
                let squares = part.map { Double($0 * $0) }
                return (squares.reduce(0, +) / Double(part.count)).squareRoot()
            }
            #expect(abs(figures[0].value - error(12..<26)) < 1e-4)
            #expect(abs(figures[1].value - error(26..<40)) < 1e-4)
            let chart = try #require(try samples.closing?(trained))
            #expect(chart.contains("139 ┤"))
            #expect(chart.contains("· truth   o forecast"))
        }
    }

    @Test("A chart joins what is joined") func chart() {
        let chart = LineChart(width: 13, height: 4).draw(
            [
                .init("line", ".", isJoined: true, [0, 3, 3, nil, 0]),
                .init("points", "x", isJoined: false, [nil, 0, 3, 2, .nan]),
            ], labels: ["a", "b", "c", "d", "e"], border: (3, "d"))
        #expect(
            chart.split(separator: "\n").map { $0.filter { $0 != " " } } == [
                "3┤.x┆", "│.x", "1┤.┆", "0┤.x.", "ade", ".linexpoints",
            ])
        let alone = LineChart(width: 13, height: 4).draw(
            [.init("none", ".", isJoined: true, [nil, nil])], labels: ["a", "b"], border: (0, ""))
        #expect(alone.isEmpty)
    }
}
