import Keratin
import KeratinCore
import Testing

@testable import KeratinModels

/// Steps of users: models that override `trainStep` and its kin, forward only.
@Suite("Own training steps", .serialized) struct OwnStepTests {
    /// The built-in step, written out.
    final class Written: Model, @unchecked Sendable {
        let hidden = Dense(8, activation: .tanh, kernelInitializer: .constant(0.1), name: "hidden")
        let last = Dense(1, kernelInitializer: .constant(0.2), name: "last")
        var recordings = 0
        let seen = Mean(name: "seen")

        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            last(hidden(input))
        }

        override func trainStep(_ batch: Batch) throws -> Logs {
            recordings += 1
            var outputs: [Tensor] = []
            let (_, gradients) = try valueAndGradient(of: trainableWeights) {
                outputs = [self(batch.x, training: true)]
                return try computeLoss(batch, outputs)
            }
            optimizer.apply(gradients, to: trainableWeights)
            seen.update(batch.x)
            return try computeMetrics(batch, outputs)
        }
    }

    /// The same model with the step that comes with it.
    final class Plain: Model, @unchecked Sendable {
        let hidden = Dense(8, activation: .tanh, kernelInitializer: .constant(0.1), name: "hidden")
        let last = Dense(1, kernelInitializer: .constant(0.2), name: "last")

        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            last(hidden(input))
        }
    }

    private func data() throws -> (x: NDArray, y: NDArray) {
        let x: [Float] = (0..<40 * 3).map { (index: Int) in Float((index * 37) % 101) / 50 - 1 }
        let y = (0..<40).map { Float($0 % 7) / 7 }
        return (NDArray(x, shape: [40, 3]), NDArray(y, shape: [40, 1]))
    }

    @Test("A step written out trains as the built-in one does", arguments: Backends.names)
    func same(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (x, y) = try data()
            let optimizers: [Optimizer] = [
                .sgd(learningRate: 0.1, momentum: 0.9), .adam(learningRate: 0.01),
            ]
            for optimizer in optimizers {
                let (written, plain) = (Written(), Plain())
                for model in [written, plain] {
                    try model.compile(optimizer: optimizer, loss: "mse", metrics: ["mae"])
                }
                let history = try written.fit(
                    x, y, batchSize: 16, epochs: 3, verbose: 0, validationData: (x, y),
                    shuffle: false)
                let expected = try plain.fit(
                    x, y, batchSize: 16, epochs: 3, verbose: 0, validationData: (x, y),
                    shuffle: false)
                for key in ["loss", "mae", "val_loss", "val_mae"] {
                    #expect(history[key] == expected[key], "\(key) \(optimizer.name)")
                }
                #expect(history.keys == ["loss", "mae", "seen", "val_loss", "val_mae", "val_seen"])
                // Reset each epoch: the mean of x, each time.
                let mean = Double(try x.floats().reduce(0, +)) / Double(try x.floats().count)
                #expect(history["seen"]!.allSatisfy { abs($0 - mean) < 1e-6 })
                #expect(try written.getWeights() == plain.getWeights())
                // Two sizes of batches; the first is recorded again, since the optimizer laid out its weights meanwhile.
                #expect(written.recordings == 3)
                #expect(try written.optimizer?.iterations == 9)
            }
        }
    }

    @Test("A step of one's own over an embedding keeps Keras's sparse gradients")
    func embedding() throws {
        final class Words: Model, @unchecked Sendable {
            let table = Embedding(5, 2, embeddingsInitializer: .constant(0.5))
            let last = Dense(1, kernelInitializer: .constant(0.2))
            let isOwn: Bool
            init(isOwn: Bool) {
                self.isOwn = isOwn
                super.init()
            }
            override func call(_ input: Tensor, training: Bool) throws -> Tensor {
                last(table(input).sum(axes: [1]))
            }
            override func trainStep(_ batch: Batch) throws -> Logs {
                guard isOwn else { return try super.trainStep(batch) }
                let (loss, gradients) = try valueAndGradient(of: trainableWeights) {
                    try computeLoss(batch, [self(batch.x, training: true)])
                }
                optimizer.apply(gradients, to: trainableWeights)
                return ["loss": loss]
            }
        }
        try withBackend(.cpu) {
            let x = NDArray([1, 1, 2, 1, 3, 4, 0, 0] as [Int32], shape: [2, 4])
            let y = NDArray([1, 2], shape: [2, 1])
            let weights = try [true, false].map { isOwn in
                let model = Words(isOwn: isOwn)
                try model.compile(optimizer: .adagrad(learningRate: 0.1), loss: "mse")
                try model.fit(x, y, epochs: 3, verbose: 0)
                return try model.getWeights()
            }
            #expect(weights[0] == weights[1])
        }
    }

    @Test("Losses and metrics that layers add", arguments: Backends.names)
    func added(_ backend: String) throws {
        final class Watched: Layer {
            override func call(_ input: Tensor, training: Bool) throws -> Tensor {
                try addLoss(input.square().mean() * 0.5)
                try addMetric(input.abs(), name: "size")
                return input
            }
        }
        try withBackend(BackendChoice(backend)) {
            let x = NDArray([1, -1, 2, -2], shape: [4, 1])
            let model = try Sequential([Input(shape: [1]), Watched()])
            try model.compile(optimizer: .sgd())
            // No labels: the loss is what the layer adds.
            let history = try model.fit(x, batchSize: 2, epochs: 2, verbose: 0, shuffle: false)
            #expect(history["loss"]!.map { abs($0 - 1.25) < 1e-6 } == [true, true])
            #expect(history["size"] == [1.5, 1.5])
            #expect(try model.evaluate(x, verbose: 0)["size"] == 1.5)
            _ = try model.predict(x)
            #expect(try model.evaluate(x, verbose: 0) == ["loss": 1.25, "size": 1.5])
        }
    }

    @Test("Own test and predict steps")
    func others() throws {
        final class Odd: Model, @unchecked Sendable {
            let last = Dense(1, kernelInitializer: .constant(2))
            override func call(_ input: Tensor, training: Bool) throws -> Tensor { last(input) }
            override func testStep(_ batch: Batch) throws -> Logs {
                ["largest": self(batch.x).max()]
            }
            override func predictStep(_ batch: Batch) throws -> [Tensor] {
                [self(batch.x) * 10]
            }
        }
        try withBackend(.cpu) {
            let model = Odd()
            let x = NDArray([1, 2, 3], shape: [3, 1])
            try model.compile(optimizer: .sgd(), loss: "mse")
            #expect(try model.evaluate(x, verbose: 0) == ["largest": 6])
            #expect(try model.predict(x).floats() == [20, 40, 60])
        }
    }

    @Test("What is wrong is said")
    func errors() throws {
        final class Wide: Model, @unchecked Sendable {
            let last = Dense(2)
            override func call(_ input: Tensor, training: Bool) throws -> Tensor { last(input) }
            override func trainStep(_ batch: Batch) throws -> Logs {
                ["all": self(batch.x)]
            }
        }
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        try withBackend(.cpu) {
            let (x, y) = try data()
            let wide = Wide()
            #expect(message { try wide.fit(x, verbose: 0) }.contains("not compiled"))
            try wide.compile(optimizer: .sgd())
            #expect(message { try wide.fit(x, verbose: 0) }.contains("'all' of shape"))
            let plain = Plain()
            try plain.compile(optimizer: .sgd())
            #expect(message { try plain.fit(x, verbose: 0) }.contains("nothing to make small"))
            try plain.compile(optimizer: .sgd(), loss: "mse")
            #expect(message { try plain.fit(x, verbose: 0) }.contains("no labels"))
            try plain.fit(x, y, verbose: 0)
            #expect(message { _ = try plain.trainStep(Batch([])) }.contains("which record them"))
            let optimizer = Optimizer.sgd()
            let weights = plain.trainableWeights
            let zeros = weights.map { Tensor(repeating: 0, shape: $0.shape) }
            // Steps do not throw: the weights tell, once, and stay as they were.
            func told(_ step: () -> Void) -> String {
                step()
                let told = message { _ = try weights.map { try $0.read() } }
                #expect(message { _ = try weights.map { try $0.read() } } == "")
                return told
            }
            #expect(told { optimizer.apply([zeros[0]], to: weights) }.contains("1 gradients"))
            #expect(
                told { optimizer.apply([zeros[1]], to: [weights[0]]) }.contains("the weight"))
            optimizer.apply([zeros[0]], to: [weights[0]])
            #expect(
                told { optimizer.apply([zeros[1]], to: [weights[1]]) }.contains(
                    "not among the 1 weights"))
            let mean = try Metric(.mean)
            mean.update(zeros[0], zeros[0])
            #expect(message { _ = try mean.results() }.contains("takes values"))
            #expect(mean.result().error != nil)
            mean.reset()
            #expect(try mean.results() == [0])
        }
    }

    @Test("Weights of classes for an output by name", arguments: Backends.names)
    func classWeights(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func make() throws -> Model {
                let input = Input(shape: [2])
                let model = try Model(
                    inputs: input,
                    outputs: [
                        Dense(1, kernelInitializer: .constant(0.3), name: "a")(input),
                        Dense(1, kernelInitializer: .constant(0.1), name: "b")(input),
                    ])
                try model.compile(optimizer: .sgd(), loss: ["a": "mse", "b": "mse"])
                return model
            }
            let x = NDArray([1, 2, 3, 4, 5, 6], shape: [3, 2])
            let labels = ["a": NDArray([0, 1, 2]), "b": NDArray([1, 0, 1])]
            let (byClass, bySample) = (try make(), try make())
            let first = try byClass.fit(
                x, labels, verbose: 0, shuffle: false, classWeights: ["b": [1: 3, 0: 0.5]])
            let second = try bySample.fit(
                x, labels, verbose: 0, shuffle: false,
                sampleWeight: ["a": NDArray([1, 1, 1]), "b": NDArray([3, 0.5, 3])])
            #expect(first.history == second.history)
            #expect(try byClass.getWeights() == bySample.getWeights())
            #expect(throws: KeratinError.self) {
                try byClass.fit(x, labels, verbose: 0, classWeights: ["c": [0: 1]])
            }
        }
    }

    @Test("The process's limits hold for epochs and steps")
    func limits() throws {
        try withBackend(.cpu) {
            defer { (TrainingLimits.maxEpochs, TrainingLimits.maxStepsPerEpoch) = (nil, nil) }
            let (x, y) = try data()
            let model = Plain()
            try model.compile(optimizer: .sgd(), loss: "mse")
            (TrainingLimits.maxEpochs, TrainingLimits.maxStepsPerEpoch) = (2, 3)
            #expect(try model.fit(x, y, batchSize: 4, epochs: 5, verbose: 0).epoch == [0, 1])
            #expect(model.optimizer?.iterations == 6)
            #expect(try model.predict(x, batchSize: 4).count == 12)
            #expect(TrainingLimits.epochs(1) == 1)
        }
    }
}
