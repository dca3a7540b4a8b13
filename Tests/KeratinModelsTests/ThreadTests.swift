import Foundation
import Keratin
import Testing

/// Many tasks at a time: each use is right, bit for bit, or refused by the compiler. No unsafe code here.
@Suite("Threads", .serialized)
struct ThreadTests {
    /// Runs; a sanitizer takes its time, so there are fewer under one (`KERATIN_THREAD_RUNS`).
    private static let runs =
        ProcessInfo.processInfo.environment["KERATIN_THREAD_RUNS"].flatMap { Int($0) } ?? 100
    private static let tasks = 8

    /// Runs `job` in several tasks at a time and gives their results.
    private func concurrently<Result: Sendable>(
        _ count: Int = tasks, _ job: @escaping @Sendable (Int) throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for index in 0..<count { group.addTask { (index, try job(index)) } }
            var results: [(Int, Result)] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func data(_ task: Int) throws -> (x: NDArray, y: NDArray) {
        let x = (0..<48 * 8).map { Float(($0 * 37 + task * 11) % 101) / 50 - 1 }
        let y = (0..<48).map { Float(($0 + task) % 7) / 7 }
        return (NDArray(x, shape: [48, 8]), NDArray(y, shape: [48, 1]))
    }

    /// Makes, trains, saves, loads, asks and computes; everything that came out.
    private static func life(_ task: Int, _ backend: String) throws -> [Float] {
        try withBackend(BackendChoice(backend)) {
            try RandomSeed.with(UInt64(task)) {
                let (x, y) = try data(task)
                let model = try Sequential([
                    Input(shape: [8]), Dense(16, activation: .tanh), Dropout(0.2),
                    Dense(1, kernelRegularizer: .l2(0.01)),
                ])
                try model.compile(
                    optimizer: .adam(learningRate: 0.01), loss: "mse", metrics: ["mae"])
                let history = try model.fit(x, y, batchSize: 16, epochs: 3, verbose: 0)
                let path =
                    FileManager.default.temporaryDirectory.path
                    + "/keratin-threads-\(getpid())-\(backend)-\(task).keras"
                defer { try? FileManager.default.removeItem(atPath: path) }
                try model.save(path)
                let loaded = try loadModel(path)
                try loaded.fit(x, y, batchSize: 16, epochs: 1, verbose: 0)
                let a = try Tensor(x[0..<8].floats(), shape: [8, 8])
                let products = try a.matmul(a).tanh().sum(axes: [0]).floats()
                let figures = try loaded.evaluate(x, y, verbose: 0)
                return try history["loss"]!.map { Float($0) } + model.predict(x).floats()
                    + loaded.predict(x).floats() + products
                    + figures.sorted { $0.key < $1.key }.map { Float($0.value) }
            }
        }
    }

    @Test("Models of their own do what they do alone", arguments: Backends.names)
    func independentModels(_ backend: String) async throws {
        let alone = try (0..<Self.tasks).map { try Self.life($0, backend) }
        for run in 0..<Self.runs {
            let together = try await concurrently { try Self.life($0, backend) }
            let wrong = (0..<Self.tasks).filter { together[$0] != alone[$0] }
            #expect(wrong.isEmpty, "run \(run), tasks \(wrong)")
            if !wrong.isEmpty { break }
        }
    }

    @Test("One model answers many tasks", arguments: Backends.names)
    func sharedModel(_ backend: String) async throws {
        try await check(backend, rounds: 40)
    }

    private func check(_ backend: String, rounds: Int) async throws {
        let model = try withBackend(BackendChoice(backend)) {
            try Sequential([Input(shape: [8]), Dense(16, activation: "relu"), Dense(2)])
        }
        let inputs = try (0..<Self.tasks).map { task in
            // Batches of several sizes have plans of their own.
            try Self.data(task).x[0..<(1 + task * 5)]
        }
        let alone = try inputs.map { try model.predict($0) }
        let wrong = try await concurrently { task in
            try (0..<rounds).times { _ in try model.predict(inputs[task]) != alone[task] }
        }
        #expect(wrong.allSatisfy { $0 == 0 }, "\(wrong)")
    }

    @Test("Tensor arithmetic", arguments: Backends.names)
    func tensors(_ backend: String) async throws {
        let wrong = try await concurrently { task in
            try withBackend(BackendChoice(backend)) {
                let a = Tensor(
                    (0..<4096).map { Float(($0 * (task + 1)) % 31) / 31 }, shape: [64, 64])
                let want = try a.matmul(a).floats()
                return try (0..<30).times { _ in try a.matmul(a).floats() != want }
            }
        }
        #expect(wrong.allSatisfy { $0 == 0 }, "\(wrong)")
    }

    @Test("Predictions during a training are those of some step", arguments: Backends.names)
    func predictionDuringTraining(_ backend: String) async throws {
        let (x, y) = try Self.data(1)
        func make() throws -> Sequential {
            try withBackend(BackendChoice(backend)) {
                let model = try Sequential([
                    Input(shape: [8]),
                    Dense(16, activation: .tanh, kernelInitializer: .constant(0.05)),
                    Dense(1, kernelInitializer: .constant(0.1)),
                ])
                try model.compile(optimizer: .sgd(learningRate: 0.05), loss: "mse")
                return model
            }
        }
        let steps = 60
        // Each step's prediction, from a model that takes them one by one.
        let slow = try make()
        var known: Set<[Float]> = [try slow.predict(x, batchSize: 48).floats()]
        for _ in 0..<steps {
            try slow.trainOnBatch(x, y)
            known.insert(try slow.predict(x, batchSize: 48).floats())
        }
        let possible = known
        let model = try make()
        let wrong = try await concurrently(4) { task in
            if task == 0 {
                try model.fit(x, y, batchSize: 48, epochs: steps, verbose: 0, shuffle: false)
                return 0
            }
            return try (0..<steps).times { _ in
                !possible.contains(try model.predict(x, batchSize: 48).floats())
            }
        }
        #expect(wrong.allSatisfy { $0 == 0 }, "\(wrong)")
        #expect(try model.predict(x) == slow.predict(x))
    }

    @Test("Two trainings of one model run one after the other", arguments: Backends.names)
    func twoTrainings(_ backend: String) async throws {
        let (x, y) = try Self.data(2)
        func make() throws -> Sequential {
            try withBackend(BackendChoice(backend)) {
                let model = try Sequential([
                    Input(shape: [8]), Dense(4, kernelInitializer: .constant(0.05)),
                    Dense(1, kernelInitializer: .constant(0.1)),
                ])
                try model.compile(optimizer: .adam(learningRate: 0.01), loss: "mse")
                return model
            }
        }
        let (alone, shared) = (try make(), try make())
        for _ in 0..<4 { try alone.fit(x, y, epochs: 3, verbose: 0, shuffle: false) }
        _ = try await concurrently(4) { _ in
            try shared.fit(x, y, epochs: 3, verbose: 0, shuffle: false)
        }
        #expect(try shared.predict(x) == alone.predict(x))
    }
}

extension Sequence {
    /// How often a condition holds.
    fileprivate func times(_ holds: (Element) throws -> Bool) rethrows -> Int {
        try reduce(0) { try $0 + (holds($1) ? 1 : 0) }
    }
}
