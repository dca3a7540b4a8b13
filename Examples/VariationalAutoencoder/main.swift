import Keratin

final class VariationalAutoencoder: Model, @unchecked Sendable {  // a model with a step of its own
    let encoder: Model, decoder: Model
    let total = Mean(name: "loss"), divergence = Mean(name: "kl_loss")

    init(encoder: Model, decoder: Model) {
        self.encoder = encoder
        self.decoder = decoder
        super.init()
    }

    override func call(_ x: Tensor) -> Tensor { decoder(sample(encoder(x))) }

    func sample(_ codes: Tensor) -> Tensor {
        codes[0] + ops.exp(0.5 * codes[1]) * random.normal(codes[0].shape)
    }

    override func trainStep(_ batch: Batch) throws -> Logs {
        let (loss, gradients) = try valueAndGradient(of: trainableWeights) {
            let codes = encoder(batch.x)
            let mean = codes[0]
            let logVariance = codes[1]
            let reconstruction = ops.sum(
                BinaryCrossentropy(reduction: .none)(batch.x, decoder(sample(codes))), axis: [1, 2]
            ).mean()
            let kl = (-0.5 * (1 + logVariance - mean ** 2 - ops.exp(logVariance))).sum(axis: 1)
                .mean()
            divergence.update(kl)
            return reconstruction + kl
        }
        optimizer.apply(gradients, to: trainableWeights)
        total.update(loss)
        return logs(total, divergence)
    }
}

let image = Input(shape: [28, 28, 1])
let hidden = Dense(256, activation: .relu)(Flatten()(image))
let encoder = try Model(inputs: image, outputs: [Dense(2)(hidden), Dense(2)(hidden)])
let decoder = try Sequential([
    Input(shape: [2]), Dense(256, activation: .relu), Dense(784, activation: .sigmoid),
    Reshape([28, 28, 1]),
])
let model = VariationalAutoencoder(encoder: encoder, decoder: decoder)
try model.compile(optimizer: Adam(1e-3))
let (train, _) = try MNIST.load()
try model.fit(train.x.expandingDims(axis: -1) / 255, epochs: 3, batchSize: 128)

// Digits that nobody wrote: decoded from random codes.
for image in try decoder.predict(Tensor.randomNormal([3, 2], seed: 7)) {
    for row in image[0..., 0..., 0] {
        print(try row.floats().map { $0 > 0.5 ? "#" : "." }.joined())
    }
}
