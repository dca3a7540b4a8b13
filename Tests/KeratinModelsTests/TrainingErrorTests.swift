import Foundation
import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

@testable import KeratinModels

/// Mistakes around training: each is an error that says what is wrong, and nothing ends the process.
@Suite("Mistakes around training", .serialized) struct TrainingErrorTests {
    private let x = Tensor.randomNormal([12, 3], seed: 1)
    private let y = Tensor.randomNormal([12, 1], seed: 2)

    private func model(_ optimizer: Optimizer = "sgd", _ backend: String = "cpu") throws
        -> Sequential
    {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential([Input(shape: [3]), Dense(1, name: "last")], name: "net")
            try model.compile(optimizer: optimizer, loss: "mse")
            return model
        }
    }

    private func expect(
        _ text: String, _ parts: String..., location: SourceLocation = #_sourceLocation
    ) {
        for part in parts {
            #expect(text.contains(part), "\(text)", sourceLocation: location)
        }
    }

    // MARK: Losses and weights

    @Test("A loss that no weight has a part in", arguments: Backends.names)
    func noGradient(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try model("sgd", backend)
            try model.compile(optimizer: "sgd", loss: { truth, _ in truth.square() })
            expect(
                words { try model.fit(x, y, verbose: 0) },
                "the loss does not depend on any of the 2",
                "does not use the predictions")
            let rounded = try Sequential([
                Input(shape: [3]), Dense(1), Lambda { x in (x .> 0).cast(to: .float32) },
            ])
            try rounded.compile(optimizer: "sgd", loss: "mse")
            expect(words { try rounded.fit(x, y, verbose: 0) }, "does not depend", "comparison")
            // One of two layers is enough, as in Keras; and a model without weights learns nothing, rightly.
            let half = try Sequential([
                Input(shape: [3]), Dense(2), Lambda { x in (x .> 0).cast(to: .float32) }, Dense(1),
            ])
            try half.compile(optimizer: "sgd", loss: "mse")
            try half.fit(x, y, verbose: 0)
            let none = try Sequential([Input(shape: [3]), Lambda { x in x.sum(axis: -1) }])
            try none.compile(optimizer: "sgd", loss: "mse")
            try none.fit(x, y, verbose: 0)
        }
    }

    private final class Late: Layer {
        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            let factor = try addWeight("factor", shape: [1], initializer: .ones)
            return input * factor
        }
    }

    private final class Early: Layer {
        private var factor: Variable?

        override init(name: String? = nil) {
            super.init(name: name)
            factor = try? addWeight("factor", shape: [1], initializer: .ones)
        }

        override func call(_ input: Tensor) -> Tensor {
            factor.map { input * $0 } ?? input
        }
    }

    @Test("A weight that is made in call")
    func lateWeight() throws {
        try withBackend(.cpu) { () throws in
            expect(
                words { _ = try Sequential([Input(shape: [3]), Late(name: "late")]) },
                "Late 'late'", "'factor'", "build(inputShape:)")
            expect("\(Late(name: "late")(x))", "error: Late 'late'", "in call")
            // Where the layer is made, it is made once.
            let early = Early()
            #expect(try early(x).floats() == x.floats())
            #expect(early.weights.count == 1)
        }
    }

    /// As a user writes it: the weights are nil before `build`.
    private final class Linear: Layer {
        private var kernel: Variable!
        private var bias: Variable!

        override func build(inputShape: [Int?]) throws {
            kernel = try addWeight("kernel", shape: [3, 2], initializer: .ones)
            bias = try addWeight("bias", shape: [2], initializer: .zeros)
        }

        override func call(_ x: Tensor) -> Tensor { x.matmul(kernel) + bias }

        func scaled(_ x: Tensor) -> [Tensor] {
            [x * bias, bias * x, x / bias, bias / x, x - bias, bias - x, bias + x]
        }
    }

    @Test("A weight that is used before it is made")
    func unbuilt() throws {
        try withBackend(.cpu) { () throws in
            let layer = Linear()
            for tensor in [layer.call(x)] + layer.scaled(y) {
                expect("\(tensor)", "error: a weight is used before it is made", "layer(x)")
            }
            #expect(try layer(x).shape == [12, 2])
            #expect(try layer.call(x).floats() == layer(x).floats())
            for tensor in layer.scaled(y) { #expect(tensor.shape == [12, 2]) }
        }
    }

    // MARK: Rates and weights of classes

    @Test("Learning rates that are set to what is none", arguments: [Double.nan, -1, .infinity])
    func rates(_ rate: Double) throws {
        let model = try model(.sgd(learningRate: 0.1))
        let before = try model.getWeights()
        let text = "sgd: the learning rate must be a finite number ≥ 0, and was set to \(rate)"
        model.learningRate = rate
        #expect(words { try model.fit(x, y, verbose: 0) } == text)
        #expect(words { try model.trainOnBatch(x, y) } == text)
        model.optimizer?.learningRate = LearningRate(rate)
        #expect(words { try model.fit(x, y, verbose: 0) } == text)
        #expect(try model.getWeights() == before)
        // It does no harm where nothing is trained.
        _ = try model.evaluate(x, y, verbose: 0)
        model.learningRate = 0.1
        try model.fit(x, y, verbose: 0)
        try withBackend(.cpu) {
            let optimizer = SGD(0.1)
            let weight = try #require(model.trainableWeights.first)
            let gradient = Tensor.zeros(weight.shape)
            optimizer.apply([gradient], to: [weight])
            optimizer.learningRate = LearningRate(rate)
            optimizer.apply([gradient], to: [weight])
            #expect(words { _ = try weight.read() } == text)
        }
    }

    @Test("Schedules that go nowhere")
    func schedules() throws {
        for schedule: LearningRate in [
            .exponentialDecay(0.1, decaySteps: 0, decayRate: 0.5),
            .inverseTimeDecay(0.1, decaySteps: -1, decayRate: 0.5),
            .polynomialDecay(0.1, decaySteps: 0), .cosineDecay(0.1, decaySteps: 0),
        ] {
            expect(
                words { _ = try model(.adam(learningRate: schedule)) }, "adam: ",
                "decaySteps must be positive, got")
        }
        expect(
            words {
                _ = try model(.sgd(learningRate: .cosineDecayRestarts(0.1, firstDecaySteps: 0)))
            },
            "firstDecaySteps must be positive, got 0")
    }

    @Test("Weights of classes", arguments: [Double.nan, -1, .infinity])
    func classWeights(_ weight: Double) throws {
        let model = try model()
        let labels = NDArray((0..<12).map { Float($0 % 2) })
        let text = "net: the weight of class 1 must be a finite number ≥ 0, got \(weight)"
        let weights = [0: 1, 1: weight]
        #expect(
            words { try model.fit(x, labels, verbose: 0, classWeight: weights) } == text)
        #expect(
            words { try model.fit(x, labels, verbose: 0, classWeights: ["last": weights]) } == text)
        #expect(words { try model.trainOnBatch(x, labels, classWeight: weights) } == text)
        try model.fit(x, labels, verbose: 0, classWeight: [0: 0, 1: 2])
    }

    // MARK: Numbers of fit and its kin

    @Test("Sizes of batches, epochs and splits", arguments: Backends.names)
    func sizes(_ backend: String) throws {
        let model = try model("sgd", backend)
        for size in [0, -1, Int.min] {
            for text in [
                words { try model.fit(x, y, batchSize: size, verbose: 0) },
                words { _ = try model.evaluate(x, y, batchSize: size, verbose: 0) },
                words { _ = try model.predict(x, batchSize: size) },
            ] {
                expect(text, "net: batchSize must be positive", "\(size)")
            }
        }
        // A batch of everything.
        #expect(try model.fit(x, y, batchSize: .max, verbose: 0).epoch == [0])
        #expect(try model.evaluate(x, y, batchSize: .max, verbose: 0)["loss"].isFinite)
        #expect(try model.predict(x, batchSize: .max).shape == [12, 1])
        #expect(try model.predict(x, batchSize: .max - 1).shape == [12, 1])
        expect(words { try model.fit(x, y, epochs: -1, verbose: 0) }, "epochs must be ≥ 0", "-1")
        #expect(try model.fit(x, y, epochs: 0, verbose: 0).epoch.isEmpty)
        for split in [Double.nan, 1, -1, 2, .infinity, -.infinity, 1e-300] {
            expect(
                words { try model.fit(x, y, verbose: 0, validationSplit: split) },
                "net: 12 samples cannot be split into training and validation by \(split)")
        }
        try model.fit(x, y, verbose: 0, validationSplit: 0.01)
    }

    @Test("Samples that are not there")
    func samples() throws {
        #expect(try x[5..<900].shape == [7, 3])
        #expect(try x[40..<50].shape == [0, 3])
        expect(words { try x[12].check() }, "index 12", "[12, 3]")
        expect(words { try x[-13].check() }, "index -13")
        expect(words { try x[[0, 99]].floats().count }, "99")
        expect(words { try model().fit(x[40..<50], y[40..<50], verbose: 0) }, "net: x is empty")
        expect(words { _ = try model().predict(x[40..<50]) }, "net: x is empty")
    }

    @Test("Texts that are none")
    func texts() throws {
        let vectorize = TextVectorization(name: "words")
        expect(words { try vectorize.adapt([String]()) }, "words", "no tokens")
        expect(words { try vectorize.adapt(["", " ", "?!"]) }, "no tokens")
        expect(words { try vectorize(["a text"]).check() }, "words", "adapt")
        try vectorize.adapt(["a text"])
        #expect(try vectorize([String]()).shape[0] == 0)
    }

    // MARK: Figures

    @Test("A figure that is not there is NaN, with a word")
    func figures() throws {
        let warnings = WarningCollector()
        try WarningCollector.$current.withValue(warnings) {
            let score = try model().evaluate(x, y, verbose: 0)
            #expect(score["loss"].isFinite && score[0].isFinite)
            #expect((score["los"] as Double).isNaN && (score["los"] as Float).isNaN)
            #expect((score[3] as Double).isNaN && (score[-1] as Float).isNaN)
        }
        #expect(warnings.texts.count == 3)
        expect(warnings.texts[0], "unknown figure 'los'; did you mean 'loss'?", "NaN")
        expect(warnings.texts[1], "no figure 3 among the 1 (loss)")
    }

    // MARK: What programs see

    @Test("Foundation's description is the message")
    func localized() {
        let error: any Error = KeratinError(.invalidArgument, "units must be positive", at: "Dense")
        #expect(error.localizedDescription == "Dense: units must be positive")
        let other: any Error = BackendError.noDevice("there is no GPU")
        #expect(other.localizedDescription == "there is no GPU")
        do {
            try model().fit(x, y, batchSize: 0)
        } catch {
            #expect(error.localizedDescription == "\(error)")
            expect(error.localizedDescription, "batchSize must be positive")
        }
    }
}
