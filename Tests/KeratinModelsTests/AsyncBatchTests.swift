import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinModels
import KeratinTensor
import KeratinTestKit
import Testing

@Suite("Batches that come in their own time") struct AsyncBatchTests {
    struct Trouble: Error {}

    private func model() throws -> Sequential {
        RandomSeed.set(4)
        let model = try Sequential([Input(shape: [2]), Dense(3, activation: .tanh), Dense(1)])
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
        return model
    }

    private let x = Tensor((0..<24).map { Float($0) / 24 }, shape: [12, 2])
    private let y = Tensor((0..<12).map { Float($0 % 3) }, shape: [12, 1])

    private func stream(
        _ count: Int, failsAfter: Int = .max
    ) -> AsyncThrowingStream<(Tensor, Tensor), any Error> {
        let (x, y) = (x, y)
        return AsyncThrowingStream { continuation in
            Task {
                for batch in 0..<count {
                    await Task.yield()
                    if batch == failsAfter { return continuation.finish(throwing: Trouble()) }
                    let rows = (4 * batch % 12)..<(4 * batch % 12 + 4)
                    continuation.yield((x[rows], y[rows]))
                }
                continuation.finish()
            }
        }
    }

    @Test("They train as batches of a sequence do") func sameAsSequences() async throws {
        let expected = try withBackend(.cpu) {
            let model = try self.model()
            let history = try model.fit(
                x, y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false)
            return (history["loss"], try model.getWeights()[0].floats())
        }
        let model = try withBackend(.cpu) { try self.model() }
        let history = try await model.fit(
            stream(6), epochs: 2, stepsPerEpoch: 3, verbose: 0,
            callbacks: [EarlyStopping("loss", patience: 5)])
        #expect(history["loss"] == expected.0)
        #expect(try model.getWeights()[0].floats() == expected.1)
    }

    @Test("What the sequence throws ends the training, which keeps what it learnt")
    func failing() async throws {
        let model = try withBackend(.cpu) { try self.model() }
        let before = try model.getWeights()[0].floats()
        await #expect(throws: Trouble.self) {
            try await model.fit(self.stream(6, failsAfter: 2), verbose: 0)
        }
        #expect(try model.getWeights()[0].floats() != before)
        #expect(try model.fit(x, y, verbose: 0).epoch == [0])
    }

    @Test(
        "A cancelled task ends its training, though no batch comes any more",
        .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let model = try withBackend(.cpu) { try self.model() }
        let (x, y) = (x, y)
        let (stream, continuation) = AsyncStream<(Tensor, Tensor)>.makeStream()
        let task = Task {
            try await model.fit(stream, epochs: 3, verbose: 0, callbacks: []).epoch
        }
        continuation.yield((x, y))
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(try await task.value == [])
        #expect(try model.fit(x, y, verbose: 0).epoch == [0])
    }

    @Test("Many batches come through in their order") func order() async throws {
        let feed = AsyncFeed<Int>()
        Task.detached {
            for number in 0..<1000 { await feed.put(number) }
            feed.finish()
        }
        let got = try await onThread {
            var got: [Int] = []
            while let next = try feed.take() { got.append(next) }
            return got
        }
        #expect(got == Array(0..<1000))
    }
}
