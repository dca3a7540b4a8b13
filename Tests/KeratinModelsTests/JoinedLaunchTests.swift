import Keratin
import KeratinCore
import KeratinOpenCL
import KeratinTooling
import Testing

/// Joined launches of the gpu family: how many there are, and that they change no bit.
@Suite(
    "Joined launches", .serialized,
    .enabled(if: Backends.hasOpenCL, "no OpenCL runtime is installed"))
struct JoinedLaunchTests {
    private func job(_ name: String) throws -> Demo.Job {
        if name == "lstm" {
            return Demo.Job(
                optimizer: .adam(), loss: .binaryCrossentropy(), metrics: [.accuracy],
                x: NDArray([Int32](repeating: 1, count: 32 * 80), shape: [32, 80]),
                y: NDArray([Float](repeating: 1, count: 32), shape: [32, 1])
            ) {
                try Sequential {
                    Input(shape: [80])
                    Embedding(20_000, 128)
                    LSTM(128)
                    Dense(1, activation: .sigmoid)
                }
            }
        }
        let demo = try Demo.named(name)
        let (x, y) = try demo.randomSamples(demo.batchSize)
        return Demo.Job(
            optimizer: demo.optimizers[0], loss: try #require(demo.loss), metrics: demo.metrics,
            x: x, y: y,
            makeModel: demo.makeModel)
    }

    /// What a step takes on a GPU of 132 compute units, where groups cannot wait for each other and where they can.
    @Test(
        arguments: [
            ("moons", 1, 1), ("mnist-mlp", 14, 6), ("mnist-cnn", 26, 20), ("lstm", 20, 20),
        ])
    func launchesOfAStep(_ name: String, _ apart: Int, _ together: Int) throws {
        let job = try job(name)
        for (residents, most) in [(nil, apart), (132, together)] {
            let backend = try CountingBackend(
                OpenCLBackend(
                    driver: OpenCLDriver(), family: .gpu, joinsLaunches: true,
                    residentGroups: residents, computeUnits: 132))
            try withBackend(backend) {
                let launches = try job.model().trainingStep(job.x, job.y).launchCount
                #expect(launches <= most)
            }
        }
    }

    private func gpu(_ joins: Bool) throws -> OpenCLBackend {
        try OpenCLBackend(driver: OpenCLDriver(), family: .gpu, joinsLaunches: joins)
    }

    private func images() throws -> Sequential {
        try Sequential {
            Input(shape: [6, 6, 2])
            Conv2D(4, kernelSize: 3, activation: .relu)
            BatchNormalization()
            MaxPooling2D(poolSize: 2)
            Flatten()
            Dropout(0.25)
            Dense(3, activation: .softmax)
        }
    }

    /// Weights, moving statistics and figures after some steps.
    private func trained(_ name: String, on backend: OpenCLBackend) throws -> [UInt32] {
        try withBackend(backend) {
            RandomSeed.set(5)
            let model: Model
            let (x, y): (NDArray, NDArray)
            if name == "images" {
                model = try images()
                try model.compile(
                    optimizer: .adam(), loss: .sparseCategoricalCrossentropy(),
                    metrics: [.accuracy])
                x = NDArray((0..<8 * 72).map { Float($0 * 37 % 19) * 0.1 }, shape: [8, 6, 6, 2])
                y = NDArray((0..<8).map { Int32($0 % 3) })
            } else {
                let demo = try Demo.named(name)
                model = try demo.makeModel()
                try demo.compile(model, demo.optimizers[0])
                (x, y) = try demo.randomSamples(demo.batchSize)
            }
            var figures = [Double]()
            for _ in 0..<3 { figures.append(try model.trainOnBatch(x, y)["loss"]!) }
            let weights: [Float] = try model.getWeights().flatMap { try $0.floats() }
            return weights.map(\.bitPattern) + figures.map { Float($0).bitPattern }
        }
    }

    @Test(arguments: ["moons", "images"])
    func noBitChanges(_ name: String) throws {
        let apart = try trained(name, on: gpu(false))
        #expect(try trained(name, on: gpu(true)) == apart)
    }

    /// Where the only launch of a step is refused, nothing has happened; there is no state in between.
    @Test func aStepOfOneLaunchIsWholeOrHasNotBeen() throws {
        let faults = FaultInjector()
        let backend = try OpenCLBackend(
            driver: OpenCLDriver(faults: faults), family: .gpu, joinsLaunches: true)
        try withBackend(backend) {
            RandomSeed.set(5)
            let model = try Sequential([Input(shape: [4]), Dense(3)])
            try model.compile(optimizer: .sgd(), loss: .meanSquaredError())
            let x = NDArray((0..<32).map { Float($0 % 7) * 0.25 }, shape: [8, 4])
            let y = NDArray((0..<24).map { Float($0 % 5) }, shape: [8, 3])
            let plan = try model.trainingStep(x, y)
            #expect(plan.launchCount == 1)
            let session = try model.compiledSession()
            // Writes the samples to where the plan reads them.
            try model.trainOnBatch(x, y)
            try backend.synchronize()
            let (start, launches) = (faults.calls, backend.counters.launches)
            try session.run(plan)
            let calls = faults.calls - start
            #expect(backend.counters.launches - launches == 1)
            var refused = 0
            for failing in 0..<calls {
                try backend.synchronize()
                let before = try model.getWeights()
                faults.fail(after: failing)
                let error = #expect(throws: BackendError.self) { try session.run(plan) }
                faults.fail(after: nil)
                guard "\(error as Any)".contains("clEnqueueNDRangeKernel") else { continue }
                refused += 1
                #expect(plan.statesAreWhole)
                #expect(try model.getWeights() == before)
            }
            // A step waits for the staging memory now and then, so that its launch has more than one place among the calls.
            #expect(refused > 0)
        }
    }
}

extension Demo {
    /// A model with data of its shapes.
    fileprivate struct Job {
        let optimizer: Optimizer
        let loss: Loss
        let metrics: [Metric]
        let x: NDArray
        let y: NDArray
        let makeModel: () throws -> Model

        func model() throws -> Model {
            RandomSeed.set(5)
            let model = try makeModel()
            try model.compile(optimizer: optimizer, loss: loss, metrics: metrics)
            return model
        }
    }
}

/// An OpenCL backend that counts the launches of plans, and builds none of their kernels.
private final class CountingBackend: StoringBackend {
    private let base: OpenCLBackend

    init(_ base: OpenCLBackend) { self.base = base }

    var name: String { base.name }
    var device: DeviceInfo { base.device }
    var counters: BackendCounters { base.counters }

    func supports(_ operation: Operation, inputs: [TensorType], results: [TensorType]) -> Bool {
        base.supports(operation, inputs: inputs, results: results)
    }
    func workspaceBytes(_ operation: Operation, inputs: [TensorType], results: [TensorType]) -> Int
    {
        base.workspaceBytes(operation, inputs: inputs, results: results)
    }
    func allocate(byteCount: Int) throws -> any DeviceBuffer {
        try base.allocate(byteCount: byteCount)
    }
    func write(_ bytes: UnsafeRawBufferPointer, to slice: BufferSlice) throws {
        try base.write(bytes, to: slice)
    }
    func read(_ slice: BufferSlice, into bytes: UnsafeMutableRawBufferPointer) throws {
        try base.read(slice, into: bytes)
    }
    func synchronize() throws { try base.synchronize() }

    func makePlan(_ steps: [PlanStep]) throws -> any ExecutablePlan { try base.makePlan(steps) }

    func makePlan(_ computation: [PlanStep], stores: [PlanStep]) throws -> any StoringPlan {
        CountedPlan(launchCount: try base.launchCount(computation, stores: stores))
    }
}

private final class CountedPlan: StoringPlan {
    let launchCount: Int

    init(launchCount: Int) { self.launchCount = launchCount }

    func run() throws { throw BackendError.unsupported("a plan that is only counted") }
    func run(_ storing: () -> Void) throws { try run() }
}
