import Keratin
import Testing

@Suite("Steps whose numbers can be read")
struct RunEagerlyTests {
    /// Keeps what a step's tensors held while it was recorded.
    private final class Watched: Model, @unchecked Sendable {
        let hidden = Dense(8, activation: .tanh)
        let dropout = Dropout(0.5)
        let last = Dense(1)
        var seen: [Float] = []
        var results: [[Float]] = []

        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            let x = dropout(hidden(input), training: training)
            let result = last(x)
            if !training, result.hasNumbers { results.append(try result.floats()) }
            return result
        }

        override func trainStep(_ batch: Batch) throws -> Logs {
            let (loss, gradients) = try valueAndGradient(of: trainableWeights) {
                try computeLoss(batch, [self(batch.x, training: true)])
            }
            seen.append(try loss.item())
            // A decision by a number.
            let factor: Double = try loss.item() > 0.5 ? 0.5 : 1
            optimizer.apply(gradients.map { $0 * factor }, to: trainableWeights)
            return ["loss": loss]
        }
    }

    private let x: NDArray
    private let y: NDArray

    init() throws {
        x = NDArray((0..<48).map { Float(($0 * 7) % 11) / 11 }, shape: [16, 3])
        y = NDArray((0..<16).map { Float($0 % 3) - 1 }, shape: [16, 1])
    }

    @Test(
        "A step reads the very numbers that it reports, random ones too", arguments: Backends.names)
    func numbersOfSteps(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(5)
            let model = Watched()
            try model.compile(
                optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError, runEagerly: true)
            #expect(model.runEagerly)
            var reported: [Double] = []
            for step in 0..<4 {
                let part = (step * 4)..<(step * 4 + 4)
                reported.append(try model.trainOnBatch(x[part], y[part])["loss"]!)
            }
            // The first recording is made twice where it lays out the optimizer's state.
            #expect(model.seen.suffix(4).map(Double.init) == reported)
            #expect(Set(reported).count == 4)
        }
    }

    /// Doubles its input where the batch's first number is positive.
    private final class Deciding: Layer {
        override func call(_ x: Tensor, training: Bool) throws -> Tensor {
            guard x.hasNumbers, try x.floats()[0] > 0 else { return x }
            return x * 2
        }
    }

    @Test("What was decided by numbers ends with the batch", arguments: Backends.names)
    func decisions(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential([Input(shape: [1]), Deciding()])
            try model.compile(
                loss: Loss("first") { _, predicted in predicted.sum(axes: [-1]) },
                runEagerly: true)
            let positive = NDArray([3, 3], shape: [2, 1])
            let negative = NDArray([-3, -3], shape: [2, 1])
            func loss(_ x: NDArray) throws -> Double? {
                try model.resetMetrics()
                return try model.testOnBatch(x, x)["loss"]
            }
            #expect(try loss(positive) == 6)
            #expect(try loss(negative) == -3)
            #expect(try loss(positive) == 6)
            #expect(try model.predict(positive).floats() == [6, 6])
            #expect(try model.predict(negative).floats() == [-3, -3])
            model.runEagerly = false
            #expect(try loss(positive) == 3)
            #expect(try model.predict(positive).floats() == [3, 3])
        }
    }

    @Test("Layers of a prediction read theirs, for each batch", arguments: Backends.names)
    func numbersOfPredictions(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = Watched()
            try model.compile(loss: .meanSquaredError)
            let expected = try model.predict(x, batchSize: 5).floats()
            #expect(model.results.isEmpty)
            model.runEagerly = true
            #expect(try model.predict(x, batchSize: 5).floats() == expected)
            #expect(model.results.map(\.count) == [5, 5, 5, 1])
            #expect(model.results.flatMap { $0 } == expected)
            model.results = []
            _ = try model.evaluate(x, y, batchSize: 8, verbose: 0)
            #expect(model.results.flatMap { $0 }.count == 16)
            model.runEagerly = false
            #expect(try model.predict(x, batchSize: 5).floats() == expected)
        }
    }

    @Test("Histories are those of planned steps", arguments: Backends.names)
    func histories(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func history(eagerly: Bool) throws -> [Double]? {
                RandomSeed.set(3)
                let model = try smallNetwork()
                try model.compile(
                    optimizer: .adam(), loss: "sparse_categorical_crossentropy",
                    metrics: [.accuracy],
                    runEagerly: eagerly)
                let (x, y) = try digits(64)
                return try model.fit(x, y, batchSize: 32, epochs: 2, verbose: 0)["loss"]
            }
            let eager = try history(eagerly: true)
            #expect(try history(eagerly: false) == eager)
        }
    }

    @Test("Without it, the error names it")
    func plannedSteps() throws {
        let model = Watched()
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError)
        #expect(
            words { try model.fit(x, y, verbose: 0) }.contains("runEagerly: true"))
    }

    @Test("Files keep the setting")
    func files() throws {
        let model = try Sequential {
            Input(shape: [2])
            Dense(1)
        }
        try model.compile(loss: .meanSquaredError, runEagerly: true)
        let copy = try modelFromJSON(model.toJSON())
        #expect((copy as? Sequential)?.runEagerly == true)
    }

    @Test("Figures have names, and can be asked for", arguments: Backends.names)
    func figures(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let input = Input(shape: [3])
            let a = Dense(1, name: "a")(input)
            let b = Dense(1, name: "b")(input)
            let model = try Model(inputs: input, outputs: [a, b])
            #expect(model.metricsNames.isEmpty)
            try model.compile(
                loss: ["a": .meanSquaredError, "b": .meanAbsoluteError],
                metrics: ["a": [.meanAbsoluteError]])
            #expect(
                model.metricsNames == ["loss", "a_loss", "b_loss", "a_mean_absolute_error"])
            let labels = ["a": y, "b": y]
            let logs = try model.trainOnBatch(x, labels)
            #expect(try model.getMetricsResult() == logs)
            try model.resetMetrics()
            #expect(try model.getMetricsResult()["loss"] == 0)
            #expect(
                words { _ = try Sequential {}.getMetricsResult() }.contains("not compiled"))
        }
    }
}
