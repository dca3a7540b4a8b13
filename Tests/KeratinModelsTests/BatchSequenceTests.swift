import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinModels
import KeratinTensor
import KeratinTestKit
import Testing

@Suite("Batches from sequences") struct BatchSequenceTests {
    private func model(_ layers: Int = 1) throws -> Sequential {
        RandomSeed.set(4)
        let model = try Sequential([Dense(3, activation: .tanh), Dense(1)])
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse", metrics: ["mae"])
        return model
    }

    private let x = Tensor((0..<24).map { Float($0) / 24 }, shape: [12, 2])
    private let y = Tensor((0..<12).map { Float($0 % 3) }, shape: [12, 1])

    @Test("They train, evaluate and predict as arrays do", arguments: Backends.names)
    func asArrays(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let a = try model()
            let fromArrays = try a.fit(
                x, y, batchSize: 5, epochs: 3, verbose: 0, validationData: (x, y), shuffle: false)
            let b = try model()
            let batches = Dataset(x, y).batched(5)
            let fromBatches = try b.fit(batches, epochs: 3, verbose: 0, validationData: batches)
            for key in fromArrays.keys { #expect(fromBatches[key] == fromArrays[key], "\(key)") }
            for (one, other) in zip(try a.getWeights(), try b.getWeights()) {
                #expect(try one.floats() == other.floats())
            }
            #expect(
                try b.evaluate(batches, verbose: 0)["loss"]
                    == a.evaluate(x, y, batchSize: 5, verbose: 0)["loss"])
            #expect(try b.predict(batches).floats() == a.predict(x, batchSize: 5).floats())
            #expect(try b.predict(Dataset(x).batched(5), steps: 1).shape == [5, 1])
        }
    }

    @Test("A generator that ends ends the training, and keeps what was learnt")
    func endingGenerator() throws {
        try withBackend(.cpu) {
            var left = 4
            let generator = AnyIterator<(Tensor, Tensor)> {
                left -= 1
                return left >= 0 ? (self.x, self.y) : nil
            }
            let history = try model().fit(generator, epochs: 5, verbose: 0)
            #expect(history.epoch == [0])
            let none = AnyIterator<(Tensor, Tensor)> { nil }
            let error = try #require(throws: KeratinError.self) {
                try self.model().fit(none, verbose: 0)
            }
            #expect(error.message.contains("no batch"))
        }
    }

    @Test("Steps of an epoch go on in the sequence, and begin anew at its end")
    func stepsPerEpoch() throws {
        struct Counted: Sequence {
            let walks: Counter
            let batch: (Tensor, Tensor)
            func makeIterator() -> AnyIterator<(Tensor, Tensor)> {
                walks.walks += 1
                var left = 5
                return AnyIterator {
                    left -= 1
                    return left >= 0 ? batch : nil
                }
            }
        }
        final class Counter { var walks = 0 }
        try withBackend(.cpu) {
            let counter = Counter()
            let history = try model().fit(
                Counted(walks: counter, batch: (x, y)), epochs: 4, stepsPerEpoch: 2, verbose: 0)
            // 2 + 2 + 1 (the data ended) + 2.
            #expect(history.epoch == [0, 1, 2, 3])
            #expect(counter.walks == 2)
        }
    }

    @Test("Batches of other shapes, errors in elements, and mistakes") func mistakes() throws {
        try withBackend(.cpu) {
            func message(_ batches: [(Tensor, Tensor)]) throws -> String {
                try #require(throws: KeratinError.self) {
                    try model().fit(batches, verbose: 0)
                }.description
            }
            let wide = Tensor.ones([4, 3])
            #expect(try message([(x, y), (wide, y[0..<4])]).contains("[4, 3]"))
            #expect(try message([(x, y[0..<3])]).contains("12 samples"))
            #expect(try message([(x + wide, y)]).contains("[12, 2]"))
            #expect(try message([]).contains("no batch"))
            #expect(throws: KeratinError.self) {
                try self.model().fit([(self.x, self.y)], epochs: 2, stepsPerEpoch: 0, verbose: 0)
            }
            // The number of samples may differ from batch to batch.
            let history = try model().fit(
                [(x, y), (x[0..<5], y[0..<5]), (x[0..<1], y[0..<1])], verbose: 0)
            #expect(history["loss"]?.count == 1)
        }
    }

    @Test("Weights of samples come with the batches", arguments: Backends.names)
    func weights(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let weight = Tensor((0..<12).map { Float($0) / 6 })
            let expected = try model().fit(
                x, y, batchSize: 4, verbose: 0, shuffle: false, sampleWeight: weight)
            let got = try model().fit(Dataset(x, y, weight).batched(4), verbose: 0)
            #expect(got["loss"] == expected["loss"])
        }
    }

    @Test("Steps of arrays: an epoch of so many, the next goes on") func arraySteps() throws {
        try withBackend(.cpu) {
            final class Count: Callback {
                var steps = 0
                override func onTrainBatchEnd(_ batch: Int, logs: Logs) { steps += 1 }
            }
            let count = Count()
            let history = try model().fit(
                x, y, batchSize: 4, epochs: 3, verbose: 0, callbacks: [count], stepsPerEpoch: 2)
            // Three batches: the second epoch has the third alone.
            #expect(count.steps == 5)
            #expect(history.epoch == [0, 1, 2])
        }
    }
}
