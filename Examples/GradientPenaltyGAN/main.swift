import Keratin

// A generator against a critic whose slope is held near 1: the loss contains a gradient, so training takes gradients of gradients.
// The loop is written by hand; `compiled` records its step once, so that it runs as fast as `fit`.

setRandomSeed(1)
let generator = try Sequential([
    Input(shape: [16]), Dense(2 * 2 * 16, activation: .relu), Reshape([2, 2, 16]),
    Conv2DTranspose(8, 4, strides: 2, padding: .same, activation: .relu),
    Conv2DTranspose(1, 4, strides: 2, padding: .same, activation: .sigmoid),
])
let critic = try Sequential([
    Input(shape: [8, 8, 1]), Conv2D(8, 3, strides: 2, padding: .same),
    LeakyReLU(0.2), Conv2D(16, 3, strides: 2, padding: .same),
    LeakyReLU(0.2), Flatten(), Dense(1),
])
let criticOptimizer = Adam(1e-3, beta1: 0.5)
let generatorOptimizer = Adam(1e-3, beta1: 0.5)

func step(_ real: Tensor) throws -> (critic: Tensor, generator: Tensor) {
    let count = real.shape[0]
    let (criticLoss, criticGradients) = try valueAndGradient(of: critic.trainableWeights) {
        let fake = generator(Tensor.randomNormal([count, 16]), training: true)
        let mix = Tensor.randomUniform([count, 1, 1, 1])
        let between = mix * real + (1 - mix) * fake
        let slope = try gradient(at: between) { critic($0, training: true).sum() }
        let norm = (slope.square().sum(axis: [1, 2, 3]) + 1e-12).sqrt()
        let penalty = (norm - 1).square().mean() * 10
        return critic(fake).mean() - critic(real).mean() + penalty
    }
    try criticOptimizer.apply(criticGradients, to: critic.trainableWeights)

    let (generatorLoss, generatorGradients) = try valueAndGradient(of: generator.trainableWeights) {
        let fake = generator(Tensor.randomNormal([count, 16]), training: true)
        return -critic(fake).mean()
    }
    try generatorOptimizer.apply(generatorGradients, to: generator.trainableWeights)
    return (criticLoss, generatorLoss)
}

let compiledStep = compiled(step)
let digits = try OpticalDigits.load().train.x
let batchSize = 64
for epoch in 1...TrainingLimits.epochs(5) {
    var last: (critic: Tensor, generator: Tensor)?
    for index in 0..<TrainingLimits.steps(digits.count / batchSize) {
        let batch = digits[index * batchSize..<(index + 1) * batchSize]
        last = try compiledStep(Tensor(batch))
    }
    if let last {
        print(
            "epoch", epoch, "critic", try last.critic.item(), "generator", try last.generator.item()
        )
    }
}
print("steps of the critic:", criticOptimizer.iterations)
