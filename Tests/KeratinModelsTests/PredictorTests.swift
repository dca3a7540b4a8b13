import Foundation
import Keratin
import KeratinCore
import Testing

@Suite("Predictors", .serialized) struct PredictorTests {
    private func model() throws -> Sequential {
        let model = try Sequential([
            Input(shape: [8, 8, 1]), Conv2D(4, kernelSize: 3, activation: .relu),
            BatchNormalization(), Flatten(), Dense(10, activation: .softmax),
        ])
        try model.compile(
            optimizer: .adam(learningRate: 0.01), loss: "sparse_categorical_crossentropy")
        return model
    }

    @Test("Weights stay what they were, while the model trains on", arguments: Backends.names)
    func frozen(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (x, y) = try digits(64)
            let model = try model()
            try model.fit(x, y, verbose: 0)
            let before = try model.predict(x)
            let predictor = try Predictor(model)
            try model.fit(x, y, verbose: 0)
            #expect(try model.predict(x) != before)
            #expect(try predictor.predict(x) == before)
            // Other sizes are recorded now, and still read the copies.
            let few = try predictor.predict(x[0..<5])
            for (a, b) in zip(try few.floats(), try before.floats()) { #expect(abs(a - b) < 1e-6) }
            #expect(throws: KeratinError.self) {
                try predictor.predict(NDArray([1, 2], shape: [1, 2]))
            }
            #expect(throws: KeratinError.self) { try predictor.predict(x, batchSize: 0) }
        }
    }

    @Test("Many tasks at a time get what each gets alone", arguments: Backends.names)
    func tasks(_ backend: String) async throws {
        let (x, _) = try digits(64)
        let model = try withBackend(BackendChoice(backend)) { try self.model() }
        let predictor = try Predictor(model)
        let alone = try (0..<64).map { try predictor.predict(x[$0..<$0 + 1 + $0 % 3]) }
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var wrong = 0
                    for turn in 0..<40 {
                        let i = (task * 17 + turn) % 62
                        let got = try predictor.predict(x[i..<i + 1 + i % 3])
                        if got != alone[i] { wrong += 1 }
                    }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test("From a file", arguments: Backends.names)
    func file(_ backend: String) throws {
        let path =
            FileManager.default.temporaryDirectory.path + "/keratin-predictor-\(getpid()).keras"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (x, _) = try digits(8)
        let model = try withBackend(BackendChoice(backend)) { try self.model() }
        try model.save(path)
        let predictor = try Predictor(path, backend: BackendChoice(backend))
        #expect(predictor.backendName == backend)
        #expect(try predictor.predict(x) == model.predict(x))
        #expect(throws: KeratinError.self) { try Predictor("/nowhere.keras") }
    }

    @Test("What cannot be frozen is refused")
    func refused() throws {
        try withBackend(.cpu) {
            #expect(throws: KeratinError.self) { try Predictor(Sequential([Dense(1)])) }
            let stateful = try Sequential([
                Input(shape: [4, 1], batchSize: 2), LSTM(3, stateful: true),
            ])
            #expect(throws: KeratinError.self) { try Predictor(stateful) }
            let model = try Sequential([Input(shape: [2]), Dense(2)])
            let predictor = try Predictor(model)
            try model.add(Dense(1))
            let error = #expect(throws: KeratinError.self) {
                try predictor.predict(NDArray([1, 2], shape: [1, 2]))
            }
            #expect(error.map { "\($0)" }?.contains("make a new one") == true)
        }
    }
}
