import Keratin

// A generator against a discriminator. Two models share their layers: the discriminator alone, and the generator with the
// discriminator behind it. Each part has an optimizer of its own.

final class Adversaries: Model, @unchecked Sendable {
    let generator: Model
    let discriminator: Model
    /// Noise to a verdict: the layers of both.
    let combined: Model
    let generatorOptimizer = Adam(1e-3, beta1: 0.5)
    let discriminatorOptimizer = Adam(1e-3, beta1: 0.5)
    let generatorLoss = Mean(name: "generator_loss")
    let discriminatorLoss = Mean(name: "discriminator_loss")
    private let loss = Loss.binaryCrossentropy(fromLogits: true)

    init(generator: Model, discriminator: Model, noise: Int) throws {
        self.generator = generator
        self.discriminator = discriminator
        let input = Input(shape: [noise])
        combined = try Model(inputs: input, outputs: discriminator(generator(input)))
        super.init()
    }

    override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        discriminator(input, training: training)
    }

    override func trainStep(_ batch: Batch) throws -> Logs {
        let noise = Tensor.randomNormal([batch.count, 16])
        let ones = Tensor(repeating: 1, shape: [batch.count, 1])
        let zeros = Tensor(repeating: 0, shape: [batch.count, 1])

        // The discriminator learns to tell real digits from made ones; labels a bit below 1 keep it humble.
        let fake = generator(noise, training: true)
        let (verdict, slopes) = try valueAndGradient(of: discriminator.trainableWeights) {
            loss(ones * 0.9, discriminator(batch.x, training: true))
                + loss(zeros, discriminator(fake, training: true))
        }
        discriminatorOptimizer.apply(slopes, to: discriminator.trainableWeights)
        discriminatorLoss.update(verdict)

        // The generator learns to be taken for real.
        let (deceit, directions) = try valueAndGradient(of: generator.trainableWeights) {
            loss(ones, combined(noise, training: true))
        }
        generatorOptimizer.apply(directions, to: generator.trainableWeights)
        generatorLoss.update(deceit)
        return Logs(generatorLoss, discriminatorLoss)
    }
}

setRandomSeed(1)
let generator = try Sequential([
    Input(shape: [16]), Dense(64, activation: .relu), BatchNormalization(),
    Dense(64, activation: .sigmoid), Reshape([8, 8, 1]),
])
let discriminator = try Sequential([
    Input(shape: [8, 8, 1]), Conv2D(16, 3, strides: 2, padding: .same),
    LeakyReLU(0.2), Flatten(), Dropout(0.3), Dense(1),
])
let model = try Adversaries(generator: generator, discriminator: discriminator, noise: 16)
try model.compile()
let zeros = try OpticalDigits.load().train
try model.fit(zeros.x[zeros.y .== 0], batchSize: 32, epochs: 30, verbose: 2)

let noise = NDArray(Tensor.randomNormal([3, 16], seed: 7))
let images = try generator.predict(noise).floats()
for row in 0..<8 {
    let line = (0..<3).map { image in
        (0..<8).map { images[image * 64 + row * 8 + $0] > 0.5 ? "██" : "  " }.joined()
    }
    print(line.joined(separator: "    "))
}
