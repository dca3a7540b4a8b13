import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinModels
import KeratinTensor
import Testing

/// Optimizers against real Keras, on every backend: weights and the optimizer's own variables over twenty steps on
/// fixed gradients.
@Suite("Keras optimizers", .serialized) struct GoldenOptimizerTests {
    static func cases() throws -> [GoldenOptimizerStepsCase] {
        try GoldenFile.load("optimizers", in: GoldenFileTests.folder).cases
    }

    /// Σ w·x, whose gradient with respect to w is x: the golden gradient.
    private final class Weights: Layer {
        var golden: GoldenOptimizerStepsCase?
        private var variables: [Variable] = []

        override func build(inputShape: [Int?]) throws {
            guard let golden else { return }
            for (index, initial) in golden.initial.enumerated() {
                let constraint = golden.constraints[index]
                variables.append(
                    try addWeight(
                        name: golden.names[index], shape: Shape(initial.shape),
                        initializer: .zeros,
                        constraint: constraint == .null ? nil : Constraint.deserialize(constraint)))
            }
        }

        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            let flat = Tensor.concatenate(
                try variables.map { try $0.read().reshaped([$0.count]) }, axis: 0)
            return input * flat
        }
    }

    private func model(_ golden: GoldenOptimizerStepsCase) throws -> Sequential {
        let layer = Weights(name: "weights")
        layer.golden = golden
        let model = try Sequential([Input(shape: [golden.gradients.shape[1]]), layer])
        let optimizer = try Optimizer.deserialize(golden.optimizer)
        optimizer.options.excludeFromWeightDecay = golden.excludeFromWeightDecay ?? []
        try model.compile(
            optimizer: optimizer, loss: Loss("sum") { _, p in p.sum(axes: [-1]) })
        try model.setWeights(try golden.initial.map { try $0.array() })
        return model
    }

    private func step(
        _ model: Sequential, _ golden: GoldenOptimizerStepsCase, _ index: Int
    ) throws {
        let x = try golden.gradients.array()[index..<(index + 1)]
        try model.trainOnBatch(x, NDArray([0], shape: [1, 1]))
    }

    private func expectState(
        _ model: Sequential, _ snapshot: GoldenOptimizerStepsCase.Snapshot, _ name: String
    ) throws {
        for (index, expected) in snapshot.weights.enumerated() {
            expect(
                try model.getWeights()[index].floats(), expected,
                "\(name): weight \(index) after step \(snapshot.step)")
        }
        let variables = try #require(model.training).optimizer.getVariables()
        #expect(variables.count == snapshot.variables.count, "\(name)")
        for (variable, expected) in zip(variables, snapshot.variables) {
            #expect(variable.shape == Shape(expected.tensor.shape), "\(name): \(expected.name)")
            let isInteger = if case .float32 = variable.values { false } else { true }
            #expect(isInteger == (expected.tensor.dtype == "int32"), "\(name): \(expected.name)")
            expect(
                variable.values.floats, expected.tensor,
                "\(name): \(expected.name) after step \(snapshot.step)")
        }
    }

    @Test("Twenty steps on fixed gradients", arguments: Backends.names)
    func steps(backend: String) throws {
        for golden in Backends.share(of: try Self.cases(), backend) {
            try withBackend(BackendChoice(backend)) {
                let model = try model(golden)
                var snapshots = golden.snapshots[...]
                // The optimizer's variables are there before the first step.
                let session = try #require(model.training)
                _ = try session.optimizer.prepare(model.trainableWeights, on: Context.backend)
                for index in 0..<20 {
                    if let snapshot = snapshots.first, snapshot.step == index {
                        try expectState(model, snapshot, golden.name)
                        snapshots.removeFirst()
                    }
                    try step(model, golden, index)
                }
                try expectState(model, try #require(snapshots.first), golden.name)
            }
        }
    }

    @Test("Variables go to another model, which goes on", arguments: Backends.names)
    func resume(backend: String) throws {
        for golden in Backends.share(of: try Self.cases(), backend) {
            try withBackend(BackendChoice(backend)) {
                let (first, second) = (try model(golden), try model(golden))
                for index in 0..<7 { try step(first, golden, index) }
                try second.setWeights(try first.getWeights())
                let session = try #require(second.training)
                _ = try session.optimizer.prepare(second.trainableWeights, on: Context.backend)
                let variables = try #require(first.training).optimizer.getVariables()
                try session.optimizer.setVariables(variables)
                for index in 7..<20 { try step(second, golden, index) }
                try expectState(second, try #require(golden.snapshots.last), golden.name)

                // What does not fit is refused, and nothing is stored.
                #expect(throws: KeratinError.self) {
                    try session.optimizer.setVariables(Array(variables.dropLast()))
                }
                var wrong = variables
                wrong[wrong.count - 1].shape = [7, 7]
                #expect(throws: KeratinError.self) { try session.optimizer.setVariables(wrong) }
                try expectState(second, try #require(golden.snapshots.last), golden.name)
            }
        }
    }

    @Test("What is read is written again, and names stand for defaults")
    func configurations() throws {
        for golden in try Self.cases() {
            let written = try Optimizer.deserialize(golden.optimizer).serialized()
            #expect(written.canonical == golden.optimizer.canonical, "\(golden.name)")
        }
        for name in ["adam", "Adam", "RMSprop", "rmsprop", "AdamW", "adamw", "lamb", "SGD"] {
            let written = try Optimizer(stringLiteral: name).serialized()
            guard case .string(let className)? = written["class_name"] else {
                Issue.record("\(name) has no class")
                continue
            }
            #expect(className.lowercased() == name.lowercased())
        }
        #expect(throws: KeratinError.self) { try Optimizer.deserialize("LossScaleOptimizer") }
        #expect(throws: KeratinError.self) { try Optimizer.deserialize("adma") }
        #expect(throws: KeratinError.self) {
            try Optimizer.adam(
                learningRate: LearningRate(schedule: "mine") { _ in 0.1 }
            ).serialized()
        }
    }

    @Test("Arguments outside their ranges are errors")
    func errors() throws {
        let wrong: [Optimizer] = [
            .sgd(momentum: 2), .sgd(momentum: -0.1), .lion(beta1: 0), .lion(beta1: 1.5),
            .ftrl(learningRatePower: 1), .ftrl(l1RegularizationStrength: -1),
            .sgd(learningRate: .exponentialDecay(0.1, decaySteps: 0, decayRate: 0.5)),
            .sgd(learningRate: .cosineDecay(0.1, decaySteps: -3)),
            .sgd(learningRate: .cosineDecayRestarts(0.1, firstDecaySteps: 0)),
            .sgd(options: OptimizerOptions(clipnorm: 1, clipvalue: 1)),
            .sgd(options: OptimizerOptions(gradientAccumulationSteps: 1)),
            .sgd(options: OptimizerOptions(useEMA: true, emaMomentum: 2)),
            .sgd(learningRate: .piecewiseConstantDecay(boundaries: [1], values: [1])),
        ]
        for optimizer in wrong {
            #expect(throws: KeratinError.self) { try optimizer.resolvedRule() }
        }
        // With these Keras trains, whatever comes of it.
        let warned: [(String, Optimizer)] = [
            ("learningRate", .sgd(learningRate: -1)),
            ("learningRate", .adam(learningRate: LearningRate(.nan))),
            (
                "learningRate",
                .sgd(learningRate: .exponentialDecay(-0.1, decaySteps: 2, decayRate: 0.5))
            ),
            ("momentum", .sgd(momentum: .nan)), ("beta1", .adam(beta1: 1.5)),
            ("beta2", .adam(beta2: -0.1)), ("epsilon", .adam(epsilon: -1e-7)),
            ("rho", .rmsprop(rho: .nan)), ("rho", .adadelta(rho: 1.5)),
            ("momentum", .rmsprop(momentum: 1.5)), ("beta1", .lion(beta1: .nan)),
            ("clipnorm", .sgd(options: OptimizerOptions(clipnorm: -1))),
            ("clipvalue", .sgd(options: OptimizerOptions(clipvalue: .nan))),
            ("weightDecay", .sgd(options: OptimizerOptions(weightDecay: -0.1))),
            ("initialAccumulatorValue", .adagrad(initialAccumulatorValue: .nan)),
        ]
        for (word, optimizer) in warned {
            let warnings = WarningCollector()
            try WarningCollector.$current.withValue(warnings) { _ = try optimizer.resolvedRule() }
            #expect(
                warnings.texts.count == 1 && warnings.texts[0].contains(word), "\(warnings.texts)")
        }
        let quiet = WarningCollector()
        try WarningCollector.$current.withValue(quiet) {
            for optimizer: Optimizer in [.sgd(learningRate: 0), .adam(), .lion(), .ftrl()] {
                _ = try optimizer.resolvedRule()
            }
        }
        #expect(quiet.texts.isEmpty)
        let model = try Sequential([Input(shape: [2]), Dense(1)])
        try model.compile(optimizer: "adam", loss: "mse")
        #expect(throws: KeratinError.self) {
            try #require(model.training).optimizer.getVariables()
        }
    }

    @Test("The average replaces the weights at the end of fit", arguments: Backends.names)
    func average(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential([Input(shape: [2]), Dense(1, useBias: false)])
            let options = OptimizerOptions(useEMA: true, emaMomentum: 0.5)
            try model.compile(optimizer: .sgd(learningRate: 0.1, options: options), loss: "mse")
            let x = NDArray([1, 2, 3, 4, 5, 6], shape: [3, 2])
            let y = NDArray([1, 0, 2], shape: [3, 1])
            try model.fit(x, y, batchSize: 1, epochs: 2, verbose: 0, shuffle: false)
            let average = try #require(model.training).optimizer.getVariables()[2]
            #expect(try model.getWeights()[0].floats() == average.values.floats)
        }
    }

    @Test("Rules that treat all numbers alike cost one launch; others a few a weight")
    func launches() throws {
        let x = NDArray([Float](repeating: 1, count: 8 * 5), shape: [8, 5])
        let y = NDArray([Float](repeating: 0, count: 8 * 2), shape: [8, 2])
        func count(_ optimizer: Optimizer) throws -> Int {
            let layers = [Input(shape: [5]), Dense(7), Dense(6), Dense(2)]
            let model = try Sequential(layers)
            try model.compile(optimizer: optimizer, loss: "mse")
            return try model.trainingStep(x, y).launchCount
        }
        try withBackend(.cpu) {
            let sgd = try count(.sgd())
            let flat: [Optimizer] = [
                .adam(), .adamW(), .nadam(), .adamax(), .adagrad(), .adadelta(), .ftrl(), .lion(),
                .rmsprop(momentum: 0.9, centered: true),
                .adam(options: OptimizerOptions(clipvalue: 1, useEMA: true)),
            ]
            for optimizer in flat { #expect(try count(optimizer) == sgd, "\(optimizer.name)") }
            // Three kernels and three biases.
            let shaped: [(Optimizer, Int)] = [(.lamb(), 8), (.adafactor(), 12), (.muon(), 16)]
            for (optimizer, perWeight) in shaped {
                #expect(try count(optimizer) <= sgd + 6 * perWeight, "\(optimizer.name)")
            }
        }
    }
}
