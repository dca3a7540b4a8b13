import Keratin
import Testing

/// What users write themselves and give to layers and `compile`, with the public surface alone: each part is one of Keras's, written
/// out, and trains to the same history.
@Suite("Own parts of a model") struct OwnPartsTests {
    /// Gradient descent, written out.
    private struct Descent: UpdateRule {
        let name = "descent"
        let slots = [OptimizerSlot("velocity")]

        func update(
            _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
        ) throws -> (weights: Tensor, slots: [Tensor]) {
            let velocity = try slots[0] * 0.9 - gradient * step.learningRate()
            return (weights + velocity, [velocity])
        }
    }

    private func history(
        _ backend: String, _ optimizer: Optimizer, _ loss: Loss, _ metric: Metric,
        _ regularizer: Regularizer, _ constraint: Constraint, _ initializer: Initializer,
        _ activation: ActivationFunction
    ) throws -> [[Double]] {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential([
                Input(shape: [3]),
                Dense(
                    4, activation: activation, kernelInitializer: initializer,
                    kernelRegularizer: regularizer, kernelConstraint: constraint),
                Dense(1, kernelInitializer: initializer),
            ])
            try model.compile(optimizer: optimizer, loss: loss, metrics: [metric])
            let x = NDArray((0..<60).map { Float(($0 * 7) % 13) / 6 - 1 }, shape: [20, 3])
            let y = NDArray((0..<20).map { Float($0 % 5) / 5 }, shape: [20, 1])
            let history = try model.fit(
                x, y, batchSize: 8, epochs: 4, verbose: 0, shuffle: false)
            return history.keys.sorted().compactMap { history[$0] }
        }
    }

    @Test("Written out, they train as those that come with Keras", arguments: Backends.names)
    func same(_ backend: String) throws {
        let expected = try history(
            backend,
            .sgd(
                learningRate: .inverseTimeDecay(
                    0.1, decaySteps: 2, decayRate: 0.5), momentum: 0.9),
            "mean_squared_error", "mean_absolute_error", .l2(0.02), .maxNorm(0.8), .constant(0.3),
            .tanh)
        let own = try history(
            backend,
            Optimizer(
                Descent(),
                learningRate: LearningRate(schedule: "slower") { step in
                    0.1 / (1 + 0.5 * Double(step) / 2)
                }),
            Loss("squares") { yTrue, yPred in (yTrue - yPred).square().mean(axes: [-1]) },
            Metric("my_distance") { yTrue, yPred in (yTrue - yPred).abs().mean(axes: [-1]) },
            Regularizer("squares") { weight in weight.square().sum() * 0.02 },
            Constraint("short") { weight in
                let norms = weight.square().sum(axes: [0], keepDimensions: true).sqrt()
                return weight * (norms.clipped(0, 0.8) / (norms + 1e-7))
            },
            Initializer("thirds") { shape, _ in [Float](repeating: 0.3, count: shape.count) },
            ActivationFunction("hyperbolic") { x in
                let power = (x * 2).exp()
                return (power - 1) / (power + 1)
            })
        #expect(own.count == 2 && expected.count == 2)
        for (mine, theirs) in zip(Array(own.joined()), Array(expected.joined())) {
            #expect(abs(mine - theirs) < 1e-5 * max(1, abs(theirs)), "\(mine) \(theirs)")
        }
    }
}
