import Keratin
import KeratinModels
import Synchronization
import Testing

@Suite("A training that is told to stop")
struct StoppedTrainingTests {
    private func model() throws -> Sequential {
        RandomSeed.set(3)
        let model = try Sequential([Input(shape: [2]), Dense(1)])
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
        return model
    }

    private let x = NDArray((0..<16).map { Float($0) / 16 }, shape: [8, 2])
    private let y = NDArray((0..<8).map { Float($0 % 2) }, shape: [8, 1])

    /// Stops when it has been asked so often.
    private func fit(stoppingAfter limit: Int, epochs: Int = 5) throws -> (Model, History) {
        let model = try model()
        let asked = Mutex(0)
        model.breaksOff = {
            asked.withLock {
                $0 += 1
                return $0 >= limit
            }
        }
        let history = try model.fit(
            x, y, batchSize: 2, epochs: epochs, verbose: 0, shuffle: false)
        return (model, history)
    }

    @Test("It ends behind the step; an epoch that is broken off is no epoch of the history")
    func middle() throws {
        // Four steps and the end of an epoch ask five times; the seventh is the second step of the second epoch.
        let (stopped, history) = try fit(stoppingAfter: 7)
        #expect(history.epoch == [0])
        #expect(history["loss"]?.count == 1)
        let other = try model()
        try other.fit(x, y, batchSize: 2, epochs: 1, verbose: 0, shuffle: false)
        for step in 0..<2 {
            let samples = (2 * step)..<(2 * step + 2)
            _ = try other.trainOnBatch(x[samples], y[samples])
        }
        #expect(try stopped.getWeights() == other.getWeights())
    }

    @Test("At the end of an epoch the epoch counts")
    func end() throws {
        let (_, history) = try fit(stoppingAfter: 5)
        #expect(history.epoch == [0])
        let (_, never) = try fit(stoppingAfter: .max, epochs: 2)
        #expect(never.epoch == [0, 1])
    }

    @Test("A cancelled task ends its training behind the step, and the model stays whole")
    func cancelled() async throws {
        let model = try model()
        let (x, y) = (x, y)
        let history = try await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try model.fit(x, y, batchSize: 2, epochs: 5, verbose: 0, shuffle: false)
        }.value
        #expect(history.epoch.isEmpty)
        let other = try self.model()
        _ = try other.trainOnBatch(x[0..<2], y[0..<2])
        #expect(try model.getWeights() == other.getWeights())
        try model.fit(x, y, batchSize: 2, epochs: 1, verbose: 0)
    }
}
