import Keratin
import Testing

/// Layers written by users: forward code only.
struct CustomLayerTests {
    private final class Scale: Layer {
        private var factor: Variable?

        override func build(inputShape: [Int?]) throws {
            factor = try addWeight(name: "factor", shape: [1], initializer: .constant(2))
        }

        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            try input * factor!.read()
        }
    }

    private final class Peeking: Layer {
        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            _ = try input.floats()
            return input
        }
    }

    @Test(arguments: Backends.names)
    func shapeGradientAndTrainingComeByThemselves(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential([Input(shape: [3]), Scale(name: "scale")])
            #expect(model.outputShape == [nil, 3])
            try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
            let x = NDArray([1, 2, 3], shape: [1, 3])
            try model.fit(x, x, verbose: 0)
            // d/df mean (f·x − x)² = 2(f − 1)·mean x² = 28/3 at f = 2.
            let factor = try model.getWeights()[0].floats()[0]
            #expect(abs(factor - (2 - 0.1 * 28 / 3)) < 1e-5)
        }
    }

    @Test func numbersAskedForWhileTracingNameTheLayer() throws {
        do {
            try withBackend(.cpu) {
                _ = try Sequential([Input(shape: [3]), Peeking(name: "peek")])
            }
            Issue.record("no error")
        } catch let error as KeratinError {
            #expect(error.description.contains("Peeking 'peek'"))
        }
    }
}
