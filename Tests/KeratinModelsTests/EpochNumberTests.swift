import Keratin
import KeratinCore
import Testing

/// Training that goes on at an epoch, and validation after some epochs.
@Suite("Numbers of epochs", .serialized) struct EpochNumberTests {
    private let x = Tensor([1.0, 2, 3, 4] as [Float], shape: [4, 1])

    private func model() throws -> Sequential {
        let model = try Sequential([Input(shape: [1]), Dense(1, kernelInitializer: .ones)])
        try model.compile(optimizer: .sgd(learningRate: 0.01), loss: "mse")
        return model
    }

    @Test(arguments: Backends.names) func goesOn(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (whole, parts) = (try model(), try model())
            let all = try whole.fit(x, x * 2, epochs: 5, verbose: 0, shuffle: false)
            let first = try parts.fit(x, x * 2, epochs: 2, verbose: 0, shuffle: false)
            let rest = try parts.fit(
                x, x * 2, epochs: 5, verbose: 0, shuffle: false, initialEpoch: 2)
            #expect(first.epoch == [0, 1] && rest.epoch == [2, 3, 4])
            #expect(try #require(first["loss"]) + #require(rest["loss"]) == all["loss"])
            #expect(try parts.fit(x, x, epochs: 2, verbose: 0, initialEpoch: 2).epoch == [])
            let some = try parts.fit(
                x, x, epochs: 5, verbose: 0, validationData: (x, x), validationFreq: 2)
            #expect(some["val_loss"]?.count == 2 && some["loss"]?.count == 5)
        }
    }

    @Test func mistakes() throws {
        try withBackend(.cpu) {
            let model = try model()
            for (initial, frequency) in [(-1, 1), (0, 0)] {
                #expect(throws: KeratinError.self) {
                    try model.fit(
                        x, x, verbose: 0, initialEpoch: initial, validationFreq: frequency)
                }
            }
        }
    }
}
