import Keratin

// A generator against a critic, with a penalty on the critic's gradient: gradients of gradients.
let generator = try Sequential([
    Input(shape: [64]), Dense(7 * 7 * 64, activation: .relu), Reshape([7, 7, 64]),
    Conv2DTranspose(32, 4, strides: 2, padding: .same, activation: .relu),
    Conv2DTranspose(1, 4, strides: 2, padding: .same, activation: .sigmoid),
])
let critic = try Sequential([
    Input(shape: [28, 28, 1]), Conv2D(32, 5, strides: 2, padding: .same), LeakyReLU(0.2),
    Conv2D(64, 5, strides: 2, padding: .same), LeakyReLU(0.2), Flatten(), Dense(1),
])
let criticOptimizer = Adam(1e-4, beta1: 0.5)
let generatorOptimizer = Adam(1e-4, beta1: 0.5)

func step(_ real: Tensor) throws -> (critic: Tensor, generator: Tensor) {
    let (criticLoss, criticGradients) = try valueAndGradient(of: critic.trainableWeights) {
        let fake = generator(random.normal([real.shape[0], 64]), training: true)
        let mix = random.uniform([real.shape[0], 1, 1, 1])
        let between = mix * real + (1 - mix) * fake
        let slope = gradient(at: between) { critic($0, training: true).sum() }
        let norm = ops.sqrt(ops.sum(slope ** 2, axis: [1, 2, 3]) + 1e-12)
        return critic(fake).mean() - critic(real).mean() + 10 * ((norm - 1) ** 2).mean()
    }
    criticOptimizer.apply(criticGradients, to: critic.trainableWeights)
    let (generatorLoss, generatorGradients) = try valueAndGradient(of: generator.trainableWeights) {
        -critic(generator(random.normal([real.shape[0], 64]), training: true)).mean()
    }
    generatorOptimizer.apply(generatorGradients, to: generator.trainableWeights)
    return (criticLoss, generatorLoss)
}

let compiledStep = compiled(step)  // recorded once, as fast as `fit`
let (train, _) = try MNIST.load()
for epoch in 1...2 {
    for batch in Dataset(train.x.expandingDims(axis: -1) / 255).shuffled(seed: 1).batched(64) {
        let losses = try compiledStep(batch)
        print("epoch", epoch, "critic", losses.critic, "generator", losses.generator)
    }
    try generator.predict(Tensor.randomNormal([16, 64], seed: 7)).save("epoch-\(epoch).npy")
}
