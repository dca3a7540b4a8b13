import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinModels
import KeratinTensor
import KeratinTestKit
import Testing

@Suite("Callbacks") struct CallbackTests {
    struct Trouble: Error {}

    private func model(_ metrics: [String] = []) throws -> Sequential {
        RandomSeed.set(4)
        let model = try Sequential([Input(shape: [2]), Dense(3, activation: .tanh), Dense(1)])
        try model.compile(
            optimizer: .sgd(learningRate: 0.1), loss: "mse", metrics: metrics.map { $0 })
        return model
    }

    private let x = Tensor((0..<24).map { Float($0) / 24 }, shape: [12, 2])
    private let y = Tensor((0..<12).map { Float($0 % 3) }, shape: [12, 1])

    @Test("Before a run a callback has a model that does nothing, and no parameters")
    func before() throws {
        let callback = Callback()
        #expect(callback.params.isEmpty)
        callback.model.stopTraining = true
        #expect(callback.model.learningRate == nil)
    }

    @Test("Callbacks know the model and the run", arguments: Backends.names)
    func parameters(backend: String) throws {
        final class Look: Callback {
            var seen: [[String: Int]] = []
            override func onTrainBegin(logs: Logs) { seen.append(params) }
            override func onTestBegin(logs: Logs) { seen.append(params) }
        }
        try withBackend(BackendChoice(backend)) {
            let (look, model) = (Look(), try model())
            try model.fit(x, y, batchSize: 5, epochs: 2, verbose: 0, callbacks: [look])
            #expect(look.model === model)
            #expect(look.seen == [["epochs": 2, "verbose": 0, "steps": 3]])
            _ = try model.evaluate(x, y, batchSize: 4, verbose: 0, callbacks: [look])
            #expect(look.seen.last == ["verbose": 0, "steps": 3])
        }
    }

    @Test("Figures are those of their step, whenever they are read", arguments: Backends.names)
    func lateReading(backend: String) throws {
        final class Keep: Callback {
            var kept: [Logs] = []
            var read: [Double] = []
            let reads: Bool
            init(reads: Bool) { self.reads = reads }
            override func onTrainBatchEnd(_ batch: Int, logs: Logs) {
                if reads { read.append(logs["loss"] ?? .nan) } else { kept.append(logs) }
            }
        }
        try withBackend(BackendChoice(backend)) {
            let (now, later) = (Keep(reads: true), Keep(reads: false))
            try model().fit(x, y, batchSize: 4, verbose: 0, callbacks: [now], shuffle: false)
            try model().fit(x, y, batchSize: 4, verbose: 0, callbacks: [later], shuffle: false)
            #expect(now.read.count == 3)
            #expect(later.kept.map { $0["loss"] ?? .nan } == now.read)
            #expect(Set(now.read).count == 3)
        }
    }

    @Test("Figures that are kept outlive the training") func keptLonger() throws {
        final class Keep: Callback {
            var kept: Logs = [:]
            override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
                kept = logs
                if batch == 1 { throw Trouble() }
            }
        }
        try withBackend(.cpu) {
            let (keep, model) = (Keep(), try model())
            #expect(throws: Trouble.self) {
                try model.fit(x, y, batchSize: 4, verbose: 0, callbacks: [keep], shuffle: false)
            }
            try model.compile(optimizer: "sgd", loss: "mse")
            // The training that they were of is gone, and nobody read them in time.
            #expect(keep.kept["loss"] == nil)

            let other = Keep()
            let again = try self.model()
            #expect(throws: Trouble.self) {
                try again.fit(x, y, batchSize: 4, verbose: 0, callbacks: [other], shuffle: false)
            }
            try again.trainOnBatch(x, y)
            let read = try #require(other.kept["loss"])
            final class Read: Callback {
                var losses: [Double] = []
                override func onTrainBatchEnd(_ batch: Int, logs: Logs) {
                    losses.append(logs["loss"] ?? .nan)
                }
            }
            let direct = Read()
            try self.model().fit(
                x, y, batchSize: 4, verbose: 0, callbacks: [direct], shuffle: false)
            #expect(read == direct.losses[1])
        }
    }

    @Test("Figures of a step stay what they were when a callback evaluates")
    func evaluationWithin() throws {
        final class Evaluate: Callback {
            let data: (Tensor, Tensor)
            var losses: [Double] = []
            init(_ x: Tensor, _ y: Tensor) { data = (x, y) }
            override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
                losses.append(try model.evaluate(data.0, data.1, verbose: 0)["loss"])
            }
        }
        final class After: Callback {
            var losses: [Double] = []
            override func onTrainBatchEnd(_ batch: Int, logs: Logs) {
                losses.append(logs["loss"] ?? .nan)
            }
        }
        try withBackend(.cpu) {
            let (evaluate, after, alone) = (Evaluate(x, y), After(), After())
            try model().fit(
                x, y, batchSize: 12, verbose: 0, callbacks: [evaluate, after], shuffle: false)
            try model().fit(x, y, batchSize: 12, verbose: 0, callbacks: [alone], shuffle: false)
            #expect(after.losses == alone.losses)
            #expect(evaluate.losses != alone.losses)
        }
    }

    @Test("What a callback adds later ones see, and the history") func additions() throws {
        final class Add: Callback {
            override func onEpochEnd(_ epoch: Int, logs: Logs) { logs["extra"] = Double(epoch) }
        }
        final class See: Callback {
            var seen: [String] = []
            override func onEpochEnd(_ epoch: Int, logs: Logs) { seen += logs.keys }
        }
        try withBackend(.cpu) {
            let see = See()
            let history = try model().fit(x, y, epochs: 2, verbose: 0, callbacks: [Add(), see])
            #expect(history["extra"] == [0, 1])
            #expect(see.seen == ["loss", "extra", "loss", "extra"])
        }
    }

    @Test(
        "An error that a callback throws ends fit, and the model goes on", arguments: Backends.names
    )
    func throwing(backend: String) throws {
        final class Throw: Callback {
            override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
                if batch == 1 { throw Trouble() }
            }
        }
        try withBackend(BackendChoice(backend)) {
            let model = try model()
            #expect(throws: Trouble.self) {
                try model.fit(x, y, batchSize: 4, verbose: 0, callbacks: [Throw()])
            }
            let history = try model.fit(x, y, batchSize: 4, verbose: 0)
            #expect(history.epoch == [0])
        }
    }

    @Test("The next step sees weights that a callback sets, and the learning rate")
    func changes() throws {
        final class Set: Callback {
            override func onTrainBatchBegin(_ batch: Int, logs: Logs) throws {
                try model.setWeights(try model.getWeights().map { $0 * 0 })
                model.learningRate = 0
            }
        }
        try withBackend(.cpu) {
            let model = try model()
            try model.fit(x, y, verbose: 0, callbacks: [Set()])
            #expect(try model.getWeights().allSatisfy { try $0.floats().allSatisfy { $0 == 0 } })
        }
    }

    @Test("Nothing is read of steps where nobody asks", arguments: Backends.names)
    func quiet(backend: String) throws {
        final class Quiet: Callback {
            override func onTrainBatchEnd(_ batch: Int, logs: Logs) {}
        }
        try withBackend(BackendChoice(backend)) {
            let model = try model(["mae"])
            let session = try model.compiledSession()
            try model.fit(x, y, batchSize: 2, verbose: 0)
            let plain = session.readings
            try model.fit(
                x, y, batchSize: 2, verbose: 0,
                callbacks: [Quiet(), EarlyStopping(monitor: "loss")])
            #expect(session.readings - plain == plain)
            #expect(plain == 1)
        }
    }

    @Test("Averages of the weights are evaluated, the weights are trained on")
    func averages() throws {
        final class Look: Callback {
            var weights: [[Float]] = []
            override func onTestBegin(logs: Logs) throws {
                weights.append(try model.getWeights()[0].floats())
            }
            override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
                weights.append(try model.getWeights()[0].floats())
            }
        }
        try withBackend(.cpu) {
            let model = try model()
            try model.compile(optimizer: SGD(0.1, useEMA: true, emaMomentum: 0.5), loss: "mse")
            let (look, plain) = (Look(), Look())
            try model.fit(
                x, y, batchSize: 4, epochs: 2, verbose: 0, callbacks: [SwapEMAWeights(), look],
                validationData: (x, y), shuffle: false)
            let other = try self.model()
            try other.compile(optimizer: SGD(0.1, useEMA: true, emaMomentum: 0.5), loss: "mse")
            try other.fit(
                x, y, batchSize: 4, epochs: 2, verbose: 0, callbacks: [plain],
                validationData: (x, y), shuffle: false)
            // Evaluated with the averages, trained on as without the callback.
            #expect(look.weights[0] != look.weights[1])
            #expect(look.weights[1] == plain.weights[1])
            #expect(look.weights[3] == plain.weights[3])
            #expect(try model.getWeights()[0].floats() == look.weights[2])

            let none = try self.model()
            let error = try #require(throws: KeratinError.self) {
                try none.fit(
                    x, y, verbose: 0, callbacks: [SwapEMAWeights()], validationData: (x, y))
            }
            #expect(error.message.contains("useEMA"))
        }
    }

    @Test("What is better must be known or said") func directions() throws {
        try withBackend(.cpu) {
            let model = try model()
            try model.compile(
                optimizer: "sgd", loss: "mse",
                metrics: [Metric("distance") { $0 - $1 }, RootMeanSquaredError(name: "rmse")])
            let error = try #require(throws: KeratinError.self) {
                try model.fit(
                    x, y, verbose: 0, callbacks: [EarlyStopping(monitor: "distance")])
            }
            #expect(error.message.contains("mode"))
            try model.fit(x, y, verbose: 0, callbacks: [EarlyStopping(monitor: "rmse")])
            try model.fit(
                x, y, verbose: 0, callbacks: [EarlyStopping(monitor: "distance", mode: "max")])
        }
    }

    @Test("Numbers that no callback takes") func badNumbers() throws {
        try withBackend(.cpu) {
            let model = try model()
            func message(_ callback: Callback) throws -> String {
                try #require(throws: KeratinError.self) {
                    try model.fit(x, y, verbose: 0, callbacks: [callback])
                }.message
            }
            #expect(try message(ReduceLROnPlateau(factor: 1)).contains("less than 1"))
            #expect(try message(LearningRateScheduler { _ in -.infinity }).contains("finite"))
            try model.compile(
                optimizer: .sgd(
                    learningRate: .exponentialDecay(0.1, decaySteps: 10, decayRate: 0.9)),
                loss: "mse")
            #expect(try message(LearningRateScheduler { _ in 1 }).contains("schedule"))
            for (steps, name) in [(0, "stepsPerEpoch"), (-3, "stepsPerEpoch")] {
                let error = try #require(throws: KeratinError.self) {
                    try model.fit(x, y, verbose: 0, stepsPerEpoch: steps)
                }
                #expect(error.message.contains(name))
            }
        }
    }

    @Test("A list of callbacks in a loop of one's own") func ownLoop() throws {
        let model = try model()
        let list = CallbackList(
            [EarlyStopping(monitor: "loss", patience: 1)], addHistory: true, model: model,
            params: ["epochs": 4])
        try list.onTrainBegin()
        for (epoch, loss) in [3.0, 2, 2, 1].enumerated() where !model.stopTraining {
            try list.onEpochBegin(epoch)
            try list.onEpochEnd(epoch, logs: ["loss": loss])
        }
        try list.onTrainEnd()
        #expect(list.history?["loss"] == [3, 2, 2])
    }
}
