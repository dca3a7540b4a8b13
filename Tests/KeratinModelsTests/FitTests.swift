import Keratin
import KeratinCPU
import KeratinCore
import KeratinTensor
import KeratinTestKit
import Testing

@Suite(.serialized) struct FitTests {
    /// A model trained for some epochs from a seed, with its losses and weights.
    private func train(
        on backend: any Backend, epochs: Int = 2
    ) throws -> (losses: [Double], weights: [NDArray]) {
        try withBackend(backend) {
            RandomSeed.set(7)
            let model = try smallNetwork()
            try model.compile(
                optimizer: .adam(), loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
            let (x, y) = try digits(200)
            let history = try model.fit(x, y, batchSize: 32, epochs: epochs, verbose: 0)
            return (history["loss"] ?? [], try model.getWeights())
        }
    }

    @Test func aSeedRepeatsBitForBitWithOneThreadOrTwo() throws {
        let one = try train(on: try CPUBackend(threads: 1))
        let two = try train(on: try CPUBackend(threads: 2))
        let again = try train(on: try CPUBackend(threads: 2))
        #expect(one.losses == two.losses)
        #expect(one.weights == two.weights)
        #expect(two.weights == again.weights)
    }

    @Test(.enabled(if: Backends.hasOpenCL, "no OpenCL runtime is installed"))
    func openCLRepeatsBitForBit() throws {
        let backend = try BackendCatalog.backend(named: "opencl")
        let one = try train(on: backend)
        let two = try train(on: backend)
        #expect(one.losses == two.losses)
        #expect(one.weights == two.weights)
    }

    @Test(.enabled(if: Backends.hasOpenCL, "no OpenCL runtime is installed"))
    func backendsAgreeStepByStep() throws {
        func losses(_ name: String) throws -> [Double] {
            try withBackend(BackendChoice(name)) {
                RandomSeed.set(11)
                let model = try smallNetwork()
                try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy())
                let (x, y) = try digits(32 * Tolerance.backendHistorySteps)
                return try (0..<Tolerance.backendHistorySteps).map { step in
                    let batch = (step * 32)..<((step + 1) * 32)
                    try model.resetMetrics()
                    return try model.trainOnBatch(x[batch], y[batch])["loss"]!
                }
            }
        }
        let comparison = Tolerance.backendHistory.compare(try losses("opencl"), try losses("cpu"))
        #expect(comparison.isWithin, "\(comparison)")
    }

    @Test(arguments: Backends.names)
    func aStepReplaysWithoutRetracingAllocatingOrWaiting(_ name: String) throws {
        let backend = try BackendCatalog.backend(named: name)
        try withBackend(backend) {
            let model = try smallNetwork()
            try model.compile(
                optimizer: .adam(), loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
            let (x, y) = try digits(32)
            let plan = try model.trainingStep(x, y)
            let session = try model.compiledSession()
            try session.run(plan)
            try backend.synchronize()
            let plans = Plan.count
            let counters = backend.counters
            for _ in 0..<10 {
                let before = (
                    counters.allocations, counters.waits, counters.plans, counters.launches
                )
                try session.run(plan)
                #expect(counters.allocations == before.0)
                #expect(counters.waits == before.1)
                #expect(counters.plans == before.2)
                #expect(counters.launches - before.3 == plan.launchCount)
                // Outside of what is counted: staging memory is bounded.
                try backend.synchronize()
            }
            #expect(Plan.count == plans)
        }
    }

    @Test func launchesOfAStepDoNotGrow() throws {
        try withBackend(.cpu) {
            let model = try smallNetwork()
            try model.compile(
                optimizer: .adam(), loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
            let (x, y) = try digits(32)
            #expect(try model.trainingStep(x, y).launchCount <= 31)
        }
    }

    @Test func epochsReuseTheirPlans() throws {
        try withBackend(.cpu) {
            let model = try smallNetwork()
            try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy")
            let (x, y) = try digits(70)
            try model.fit(x, y, batchSize: 32, epochs: 1, verbose: 0)
            let plans = Plan.count
            try model.fit(x, y, batchSize: 32, epochs: 3, verbose: 0)
            // Full batches and the last one of six samples were planned in the first epoch.
            #expect(Plan.count == plans)
        }
    }

    @Test func aCapturedVariableIsNotTakenForConstant() throws {
        final class Box: @unchecked Sendable { var factor = 1.0 }
        let box = Box()
        try withBackend(.cpu) {
            let model = try Sequential([Input(shape: [2]), Dense(1, kernelInitializer: .ones)])
            let loss = Loss("scaled") { _, yPred in (yPred * box.factor).sum(axes: [-1]) }
            try model.compile(optimizer: .sgd(learningRate: 0), loss: loss)
            let x = NDArray([1, 2], shape: [1, 2])
            let y = NDArray([0], shape: [1, 1])
            #expect(try model.fit(x, y, verbose: 0)["loss"] == [3])
            box.factor = 2
            #expect(try model.fit(x, y, verbose: 0)["loss"] == [6])
        }
    }

    @Test func theLearningRateMayChangeWithoutANewPlan() throws {
        try withBackend(.cpu) {
            let model = try Sequential([
                Input(shape: [1]), Dense(1, useBias: false, kernelInitializer: .ones),
            ])
            try model.compile(
                optimizer: .sgd(learningRate: 0.5),
                loss: Loss("sum") { _, p in p.sum(axes: [-1]) })
            let x = NDArray([1], shape: [1, 1])
            try model.fit(x, x, verbose: 0)
            #expect(try model.getWeights()[0].floats() == [0.5])
            let plans = Plan.count
            model.learningRate = 0.25
            try model.fit(x, x, verbose: 0)
            #expect(try model.getWeights()[0].floats() == [0.25])
            #expect(Plan.count == plans)
        }
    }

    @Test func aFrozenLayerKeepsItsWeights() throws {
        try withBackend(.cpu) {
            let frozen = Dense(3, activation: .tanh)
            let model = try Sequential([Input(shape: [2]), frozen, Dense(1)])
            frozen.trainable = false
            try model.compile(optimizer: "sgd", loss: "mse")
            let before = try model.getWeights()
            let x = NDArray([1, 2, 3, 4], shape: [2, 2])
            try model.fit(x, NDArray([1, 0], shape: [2, 1]), verbose: 0)
            let after = try model.getWeights()
            #expect(before[0] == after[0])
            #expect(before[1] == after[1])
            #expect(before[2] != after[2])
        }
    }

    @Test func aModelMovesToAnotherBackend() throws {
        try #require(Backends.hasOpenCL)
        let (x, y) = try digits(64)
        let model = try withBackend(.cpu) { try smallNetwork() }
        try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy())
        try withBackend(.cpu) { _ = try model.fit(x, y, verbose: 0) }
        let expected = try withBackend(.cpu) { try model.predict(x) }
        #expect(throws: KeratinError.self) { try withBackend(.opencl) { _ = try model.predict(x) } }
        try model.move(to: .opencl)
        let moved = try withBackend(.opencl) { try model.predict(x) }
        let comparison = Tolerance.kernel.compare(
            try moved.floats().map(Double.init), try expected.floats().map(Double.init))
        #expect(comparison.isWithin, "\(comparison)")
        try withBackend(.opencl) { _ = try model.fit(x, y, verbose: 0) }
    }

    @Test func predictionsDoNotDependOnTheBatchSize() throws {
        try withBackend(.cpu) {
            let model = try smallNetwork()
            let (x, _) = try digits(37)
            let one = try model.predict(x, batchSize: 37)
            #expect(one.shape == [37, 10])
            for size in [1, 5, 32, 64] {
                let comparison = Tolerance.kernel.compare(
                    try model.predict(x, batchSize: size).floats().map(Double.init),
                    try one.floats().map(Double.init))
                #expect(comparison.isWithin, "batch size \(size): \(comparison)")
            }
        }
    }

    @Test func validationTakesTheLastSamplesUnshuffled() throws {
        try withBackend(.cpu) {
            let model = try smallNetwork()
            try model.compile(
                optimizer: .sgd(learningRate: 0), loss: .sparseCategoricalCrossentropy(),
                metrics: ["acc"])
            let (x, y) = try digits(100)
            let history = try model.fit(x, y, epochs: 1, verbose: 0, validationSplit: 0.25)
            #expect(history.keys == ["acc", "loss", "val_acc", "val_loss"])
            let last = try model.evaluate(x[75..<100], y[75..<100], verbose: 0)
            #expect(abs(history["val_loss"]![0] - last["loss"]!) < 1e-6)
            #expect(history["val_acc"]![0] == last["acc"]!)
        }
    }
}
