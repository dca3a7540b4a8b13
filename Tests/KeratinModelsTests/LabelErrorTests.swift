import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

@testable import KeratinModels

/// Labels that a loss does not take: what is said names the loss, and what would fit.
@Suite("Labels that do not fit", .serialized) struct LabelErrorTests {
    /// A classifier of 10 classes.
    private func classifier(_ loss: Loss, _ backend: String = "cpu") throws -> Sequential {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential(
                [Input(shape: [3]), Dense(10, activation: .softmax)], name: "net")
            try model.compile(optimizer: "sgd", loss: loss)
            return model
        }
    }

    private let x = Tensor.randomNormal([40, 3], seed: 1)
    private let numbers = NDArray((0..<40).map { Int32($0 % 10) })

    private func said(_ loss: Loss, _ y: NDArray) -> String {
        words { try classifier(loss).fit(x, y, verbose: 0) }
    }

    private func expect(
        _ text: String, _ parts: String..., location: SourceLocation = #_sourceLocation
    ) {
        for part in parts {
            #expect(text.contains(part), "\(text)", sourceLocation: location)
        }
    }

    @Test("Class numbers where rows are wanted")
    func categorical() {
        for y in [numbers, numbers.reshaped([40, 1])] {
            for loss: Loss in ["categorical_crossentropy", .categoricalFocalCrossentropy()] {
                expect(
                    said(loss, y), loss.name, "sparse_categorical_crossentropy",
                    "toCategorical(y, numClasses: 10)", "(None, 10)")
            }
            expect(
                said("binary_crossentropy", y), "binary_crossentropy", "0 or 1",
                "sparse_categorical_crossentropy", "toCategorical")
        }
        // What is shown are samples, not the sizes of batches.
        expect(
            said("categorical_crossentropy", numbers), "labels (None,) with predictions (None, 10)")
    }

    @Test("Rows where class numbers are wanted")
    func sparse() throws {
        let rows = try toCategorical(numbers, numClasses: 10)
        expect(
            said("sparse_categorical_crossentropy", rows), "sparse_categorical_crossentropy",
            "; use categorical_crossentropy", "argmax(axis: -1)")
        #expect(said("categorical_crossentropy", rows) == "no error")
        #expect(said("sparse_categorical_crossentropy", numbers) == "no error")
        expect(
            said("sparse_categorical_crossentropy", Tensor.zeros([40, 4])), "class numbers (None,)")
    }

    @Test("Shapes that cannot be compared")
    func others() {
        for loss: Loss in ["mse", "mae", .huber(), "poisson", "hinge", .logCosh] {
            expect(
                said(loss, Tensor.zeros([40, 3])), "the loss ", "labels (None, 3)",
                "predictions (None, 10)")
        }
    }

    @Test(
        "A binary cross-entropy behind a softmax is warned of, and is Keras's",
        arguments: Backends.names)
    func softmax(_ backend: String) throws {
        let warnings = WarningCollector()
        try WarningCollector.$current.withValue(warnings) {
            let model = try classifier("binary_crossentropy", backend)
            let y = try toCategorical(numbers, numClasses: 10)
            let loss = try model.evaluate(x, y, verbose: 0)["loss"] as Double
            // As in Keras, of the softmax's inputs: ln(1 + eˣ) − t·x.
            let weights = try model.getWeights()
            let inputs = x.matmul(weights[0]) + weights[1]
            let terms = ops.log1p(inputs.exp()) - y * inputs
            #expect(abs(loss - Double(try terms.mean().item())) < 1e-5)
        }
        expect(
            warnings.texts.joined(), "binary_crossentropy", "softmax", "categorical_crossentropy")
        let alone = WarningCollector()
        try WarningCollector.$current.withValue(alone) {
            let model = try Sequential([Input(shape: [3]), Dense(1, activation: .softmax)])
            try model.compile(optimizer: "sgd", loss: "binary_crossentropy")
            try model.fit(x, numbers .> 4, verbose: 0)
            try model.fit(x, numbers .> 4, verbose: 0)
        }
        #expect(alone.texts.count == 1)
        expect(alone.texts.joined(), "always 1", "sigmoid")
    }

    @Test("No class number: an error before the first step", arguments: Backends.names)
    func range(_ backend: String) throws {
        let model = try classifier("sparse_categorical_crossentropy", backend)
        let before = try model.getWeights()
        func labels(_ wrong: Float) -> NDArray {
            NDArray((0..<40).map { $0 == 33 ? wrong : Float($0 % 10) })
        }
        for (value, text) in [
            (Float(10), "10"), (-1, "-1"), (.nan, "nan"), (.infinity, "inf"), (3e9, "3000000000"),
        ] {
            let y = labels(value)
            let message = "the label \(text) of sample 33 is no class number in 0..<10"
            expect(words { try model.fit(x, y, verbose: 0) }, "net: ", message)
            expect(words { try model.trainOnBatch(x, y) }, message)
            expect(words { _ = try model.evaluate(x, y, verbose: 0) }, message)
            expect(
                words { try model.fit(x, labels(1), verbose: 0, validationData: (x, y)) }, message)
        }
        expect(words { try model.fit(x, numbers + 1, verbose: 0) }, "the label 10 of sample 9")
        #expect(try model.getWeights() == before)
        try model.fit(x, labels(9), verbose: 0)
    }

    @Test("A class that is ignored may have any number", arguments: Backends.names)
    func ignored(_ backend: String) throws {
        let model = try classifier(
            .sparseCategoricalCrossentropy(ignoreClass: -1), backend)
        let y = NDArray((0..<40).map { Int32($0 % 3 == 0 ? -1 : $0 % 10) })
        let history = try model.fit(x, y, verbose: 0)
        #expect(history["loss"]?.allSatisfy(\.isFinite) == true)
        expect(words { try model.fit(x, y * 2, verbose: 0) }, "the label -2", "sample 0")
        try model.fit(x, y.cast(to: .float32), verbose: 0)
    }

    @Test("Metrics, too")
    func metrics() throws {
        let rows = try toCategorical(numbers, numClasses: 10)
        func said(_ loss: Loss, _ metric: Metric, _ y: NDArray) -> String {
            words {
                let model = try classifier(loss)
                try model.compile(optimizer: "sgd", loss: loss, metrics: [metric])
                try model.fit(x, y, verbose: 0)
            }
        }
        expect(
            said("sparse_categorical_crossentropy", "precision", numbers), "metric 'precision'",
            "got (None,) and (None, 10)", "toCategorical(y, numClasses: 10)")
        expect(
            said("sparse_categorical_crossentropy", "categorical_accuracy", numbers),
            "metric 'categorical_accuracy'", "toCategorical(y, numClasses: 10)")
        expect(
            said("categorical_crossentropy", "sparse_categorical_accuracy", rows),
            "metric 'sparse_categorical_accuracy'", "class numbers of shape (None,)",
            "argmax(axis: -1)")
        #expect(said("categorical_crossentropy", "accuracy", rows) == "no error")
        #expect(said("sparse_categorical_crossentropy", "accuracy", numbers) == "no error")
    }

    @Test("Labels that the host has seen cost the device nothing")
    func costs() throws {
        let model = try classifier("sparse_categorical_crossentropy")
        for y in [
            numbers, numbers.reshaped([40, 1]), numbers.cast(to: .float32),
            numbers.cast(to: .uint8),
        ] {
            let function = try model.recordedTrainingStep(x, y)
            #expect(function.status == nil)
        }
    }

    /// A model whose outputs are known only to the device.
    private final class Own: Model, @unchecked Sendable {
        private let layer = Dense(10, activation: "softmax")

        override func call(_ x: Tensor) -> Tensor { layer(x) }
    }

    @Test("What only the device sees is an error, too", arguments: Backends.names)
    func device(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = Own(name: "own")
            try model.compile(optimizer: "sgd", loss: "sparse_categorical_crossentropy")
            for (value, text) in [(Float(10), "the label 10"), (-3, "the label -3"), (.nan, "NaN")]
            {
                let y = NDArray((0..<40).map { $0 == 33 ? value : Float($0 % 10) })
                expect(words { try model.fit(x, y, verbose: 0) }, text, "no class number in 0..<10")
                expect(words { _ = try model.evaluate(x, y, verbose: 0) }, text)
            }
            try model.fit(x, numbers, verbose: 0)
        }
    }

    @Test("Several outputs: the output is named")
    func outputs() throws {
        try withBackend(.cpu) {
            let input = Input(shape: [3])
            let model = try Model(
                inputs: [input],
                outputs: [
                    Dense(2, activation: .softmax, name: "a")(input),
                    Dense(3, activation: .softmax, name: "b")(input),
                ], name: "two")
            try model.compile(optimizer: "sgd", loss: "sparse_categorical_crossentropy")
            expect(
                words {
                    try model.fit([x], [ops.mod(numbers, 2), ops.mod(numbers, 4)], verbose: 0)
                },
                "two, output 'b': the label 3 of sample 3 is no class number in 0..<3")
        }
    }
}
