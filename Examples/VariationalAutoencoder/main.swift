import Keratin

// A variational autoencoder of handwritten digits: a model with a training step of its own, whose loss needs what happens inside.

final class VariationalAutoencoder: Model, @unchecked Sendable {
    let encoder: Model
    let decoder: Model
    let total = Mean(name: "loss")
    let divergence = Mean(name: "kl_loss")

    init(encoder: Model, decoder: Model) {
        self.encoder = encoder
        self.decoder = decoder
        super.init()
    }

    override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try decoder(sample(encoder.outputs(input)))
    }

    /// A code near the mean that the encoder gives, as far away as its variance says.
    func sample(_ codes: [Tensor]) throws -> Tensor {
        codes[0] + (codes[1] * 0.5).exp() * Tensor.randomNormal(codes[0].shape)
    }

    /// The loss of a batch: how well images come back, and how far codes are from a normal distribution.
    func loss(_ x: Tensor) throws -> Tensor {
        let codes = try encoder.outputs(x)
        let (mean, logVariance) = (codes[0], codes[1])
        let image = try decoder(sample(codes))
        let crossentropy = try Loss.binaryCrossentropy.reduced(by: .none)(x, image)
        let reconstruction = crossentropy.sum(axis: [1, 2]).mean()
        let spread = logVariance + 1 - mean.square() - logVariance.exp()
        let kl = (spread.sum(axis: 1) * -0.5).mean()
        try divergence.update(kl)
        return reconstruction + kl
    }

    override func trainStep(_ batch: Batch) throws -> Logs {
        let (value, gradients) = try valueAndGradient(of: trainableWeights) { try loss(batch.x) }
        try optimizer.apply(gradients, to: trainableWeights)
        try total.update(value)
        return Logs(total, divergence)
    }

    override func testStep(_ batch: Batch) throws -> Logs {
        try total.update(loss(batch.x))
        return Logs(total, divergence)
    }
}

setRandomSeed(1)
let image = Input(shape: [8, 8, 1])
let hidden = Dense(64, activation: .relu)(Flatten()(image))
let encoder = try Model(inputs: image, outputs: [Dense(2)(hidden), Dense(2)(hidden)])
let decoder = try Sequential([
    Input(shape: [2]), Dense(64, activation: .relu), Dense(64, activation: .sigmoid),
    Reshape([8, 8, 1]),
])
let model = VariationalAutoencoder(encoder: encoder, decoder: decoder)
try model.compile(optimizer: .adam(learningRate: 1e-2))
let digits = try OpticalDigits.load()
try model.fit(digits.train.x, batchSize: 128, epochs: 10, validationData: digits.test.x)

// Digits that nobody wrote: decoded from random codes.
let codes = NDArray(Tensor.randomNormal([3, 2], seed: 7))
let images = try decoder.predict(codes).floats()
for row in 0..<8 {
    let line = (0..<3).map { image in
        (0..<8).map { images[image * 64 + row * 8 + $0] > 0.5 ? "██" : "  " }.joined()
    }
    print(line.joined(separator: "    "))
}
