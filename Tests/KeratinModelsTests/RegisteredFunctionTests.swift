import Keratin
import KeratinCore
import Testing

private func twice(_ x: Tensor) -> Tensor { x * 2 }
private func thrice(_ x: Tensor) -> Tensor { x * 3 }
private func farOff(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
    ops.abs(yPred - yTrue).mean(axis: -1)
}
private func bias(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor { (yPred - yTrue).mean(axis: -1) }

/// Functions that were registered are known again wherever they are given by themselves.
@Suite("Registered functions", .serialized) struct RegisteredFunctionTests {
    private let x = Tensor([1.0, 2, 3] as [Float], shape: [3, 1])

    private func model(_ activation: @escaping @Sendable (Tensor) throws -> Tensor) throws
        -> Sequential
    {
        let model = try Sequential([
            Input(shape: [1]), Dense(1, kernelInitializer: .ones), Activation(activation),
        ])
        try model.compile(optimizer: .sgd(), loss: farOff, metrics: ["mae"])
        return model
    }

    @Test("Saved by their names", arguments: Backends.names)
    func files(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            CustomObjects.register("twice", activation: twice)
            let early = try model(twice)
            CustomObjects.register("far_off", loss: farOff)
            for model in [early, try model(twice)] {
                let path = temporaryPath("registered.keras")
                try model.save(path)
                let again = try loadModel(path)
                #expect(try again.predict(x).floats() == [2, 4, 6])
                #expect(
                    try again.evaluate(x, x, verbose: 0)["loss"]
                        == model.evaluate(x, x, verbose: 0)["loss"])
            }
            // Another function, and one that captures something, are not the registered one.
            let other = try model(thrice)
            #expect(throws: KeratinError.self) { try other.save(temporaryPath("other.keras")) }
            let factor = x.count
            let capturing = try model { $0 * factor }
            #expect(throws: KeratinError.self) { try capturing.save(temporaryPath("other.keras")) }
        }
    }

    @Test("A metric has the name that it was registered with", arguments: Backends.names)
    func metrics(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            CustomObjects.register("bias", metric: bias)
            let model = try Sequential([Input(shape: [1]), Dense(1, kernelInitializer: .ones)])
            try model.compile(loss: "mse", metrics: [Metric(bias)])
            #expect(try model.evaluate(x, x + 1, verbose: 0).names.contains("bias"))
        }
    }
}
