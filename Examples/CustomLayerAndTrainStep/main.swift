import Keratin

// A layer, a loss, a metric, an initializer, a schedule and a training step of one's own, all of them forward code.

/// A dense layer that learns how much of its input to pass on (a highway).
final class Highway: Layer {
    private var kernel: Variable?
    private var gate: Variable?

    override func build(inputShape: [Int?]) throws {
        guard let last = inputShape.last, let width = last else {
            throw KeratinError(.shapeMismatch, "needs a known last extent")
        }
        kernel = try addWeight(name: "kernel", shape: [width, width], initializer: .glorotUniform)
        gate = try addWeight(name: "gate", shape: [width], initializer: evenly)
    }

    override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let kernel, let gate else { return input }
        let open = try gate.read().sigmoid()
        try addMetric(open, name: "open_gates")
        return try open * input.matmul(kernel.read()).relu() + (1 - open) * input
    }
}

let evenly = Initializer("evenly") { shape, _ in
    (0..<shape.count).map { Float($0) / Float(shape.count) - 0.5 }
}
let logCosh = Loss("own_log_cosh") { truth, prediction in
    let error = prediction - truth
    return (error + (error * -2).softplus()).mean(axis: -1)
}
let withinTenth = Metric("within_tenth") { truth, prediction in
    ((prediction - truth).abs() .< 0.1).float32
}
let warmUp = LearningRate(schedule: "warm_up") { step in 0.01 * min(1, Double(step + 1) / 20) }

/// A model that trains on each batch and on a noisy copy of it, and shortens its gradients.
final class Steady: Model, @unchecked Sendable {
    let layersInside: [Layer] = [Dense(16), Highway(), Highway(), Dense(1)]

    override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        layersInside.reduce(input) { $1($0, training: training) }
    }

    override func trainStep(_ batch: Batch) throws -> Logs {
        var outputs: [Tensor] = []
        let (_, gradients) = try valueAndGradient(of: trainableWeights) {
            outputs = [self(batch.x, training: true)]
            let noisy = batch.x + Tensor.randomNormal(batch.x.shape, standardDeviation: 0.01)
            let drift = (self(noisy, training: true) - outputs[0]).square().mean()
            return try computeLoss(batch, outputs) + drift
        }
        optimizer.apply(gradients.map { $0.clipped(-1, 1) }, to: trainableWeights)
        return try computeMetrics(batch, outputs)
    }
}

setRandomSeed(1)
let x = Tensor.randomUniform([512, 4], low: -1, seed: 1)
let y = x.sum(axis: -1, keepDims: true)
let model = Steady()
try model.compile(
    optimizer: .adam(learningRate: warmUp), loss: logCosh, metrics: [withinTenth])
let history = try model.fit(x, y, epochs: 20, verbose: 2, validationSplit: 0.25)
print("keys:", history.keys.joined(separator: " "))
print("a new sample:", try model.predict([[0.1, 0.2, 0.3, 0.4]] as Tensor).floats())
