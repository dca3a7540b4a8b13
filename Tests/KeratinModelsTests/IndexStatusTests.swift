import Keratin
import KeratinCore
import KeratinTensor
import Testing

@testable import KeratinModels

/// An index out of range that only the device sees is an error, wherever it comes from.
@Suite("Indices out of range on the device", .serialized) struct IndexStatusTests {
    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return ""
    }

    /// The embedding stands behind an operation, so that the host does not see its numbers.
    private func network() throws -> Model {
        let input = Input(shape: [3], dtype: .int32)
        let shifted = input.tensor + 2
        let rows = Embedding(6, 2, name: "words")(shifted)
        return try Model(inputs: input, outputs: Dense(1)(Flatten()(rows)))
    }

    @Test("fit, evaluate, predict and a predictor", arguments: Backends.names)
    func steps(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try network()
            try model.compile(optimizer: .sgd(), loss: "mse")
            let y = NDArray([1, 2], shape: [2, 1])
            let good = NDArray([0, 1, 2, 3, -1, -2] as [Int32], shape: [2, 3])
            let high = NDArray([0, 1, 2, 3, 5, 1] as [Int32], shape: [2, 3])
            let low = NDArray([0, 1, 2, 3, -9, 1] as [Int32], shape: [2, 3])
            let predictor = try Predictor(model)
            for _ in 0..<2 {
                #expect(
                    message { try model.fit(high, y, verbose: 0) }.contains(
                        "the index 7 is not in 0..<6"))
                #expect(message { try model.fit(low, y, verbose: 0) }.contains("Embedding 'words'"))
                // What was reported is forgotten.
                try model.fit(good, y, verbose: 0)
                #expect(message { _ = try model.evaluate(high, y, verbose: 0) }.contains("index 7"))
                _ = try model.evaluate(good, y, verbose: 0)
                #expect(
                    message { _ = try model.predict(low) }.contains("the index -7 is not in 0..<6"))
                _ = try model.predict(good)
                #expect(message { _ = try predictor.predict(high) }.contains("Embedding 'words'"))
                _ = try predictor.predict(good)
                #expect(message { try model.trainOnBatch(high, y) }.contains("index 7"))
                try model.trainOnBatch(good, y)
            }
        }
    }

    @Test("At once, compiled, and in gradients", arguments: Backends.names)
    func tensors(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let table = Tensor([1.0, 2, 3, 4], shape: [2, 2])
            let (good, bad) = (Tensor([1, 0] as [Int32]), Tensor([1, 2] as [Int32]))
            #expect(try table.gather(good).floats() == [3, 4, 1, 2])
            #expect(
                message { try table.gather(bad).check() }.contains("the index 2 is not in 0..<2"))
            let pick = compiled { (i: Tensor) in table.gather(i) }
            #expect(try pick(good).floats() == [3, 4, 1, 2])
            #expect(message { _ = try pick(bad) }.contains("the index 2 is not in 0..<2"))
            #expect(try pick(good).floats() == [3, 4, 1, 2])
            let slope = { (i: Tensor) in gradient(at: table) { $0.gather(i).sum() } }
            #expect(try slope(good).floats() == [1, 1, 1, 1])
            #expect(message { try slope(bad).check() }.contains("the index 2"))
        }
    }

    @Test("An embedding whose numbers the host sees costs the device nothing")
    func first() throws {
        try withBackend(.cpu) {
            let model = try Sequential([
                Input(shape: [3]), Embedding(6, 2, name: "words"), Flatten(),
            ])
            let function = try recordPredictStep(
                model, [TensorType([2, 3])], status: DeviceStatus())
            #expect(function.status == nil && function.updates.isEmpty)
            #expect(
                message { _ = try model.predict(NDArray([0, 1, 6], shape: [1, 3])) }.contains(
                    "'words'"))
        }
    }
}
