import Keratin

extension Demo {
    /// A generator learns to draw digits that a discriminator takes for real ones.
    package static let gan = Demo(
        name: "gan", summary: "a generator learns to draw MNIST digits against a discriminator",
        epochs: 6, batchSize: 64, optimizers: [.adam(learningRate: 1e-3, beta1: 0.5)], loss: nil,
        metrics: [],
        load: { try forgedDigits(try MNIST.load().train.x[0..<12_800]) },
        makeModel: { try DigitForger(side: 28) },
        output: .pixels)

    /// - Parameter real: [pictures, side, side] of levels 0…255.
    package static func forgedDigits(_ real: Tensor) throws -> Samples {
        let x = (real.cast(to: .float32) / 255).expandingDims(axis: -1)
        // What the pictures of all epochs are made of.
        let noise = NDArray(Tensor.randomNormal([12, DigitForger.noise], seed: 7))
        let progress = Progress()
        return Samples(
            train: (x, Tensor.zeros([x.shape[0], 1])), test: (noise, Tensor.zeros([12, 1])),
            predict: { model, noise in try DigitForger.pictures(of: noise, by: model) },
            figures: { trained in
                ["generator_loss", "discriminator_loss"].map {
                    Figure($0.replacing("_", with: " "), trained.history[$0]?.last)
                }
            },
            afterEpoch: { model in
                try progress.append(DigitForger.pictures(of: noise, by: model), of: model)
                return "a row of pictures after epoch \(progress.count)"
            },
            pictures: { trained in
                [
                    "history": .drawing(trained.history.svg()),
                    "epochs": .photos(try progress.rows(), columns: 12),
                ]
            })
    }

    /// The pictures of each epoch.
    private final class Progress {
        private var made = [Tensor]()
        private weak var model: Model?

        var count: Int { made.count }

        func append(_ pictures: Tensor, of model: Model) throws {
            // Another backend trains a model of its own.
            if self.model !== model { (self.model, made) = (model, []) }
            made.append(pictures)
        }

        func rows() throws -> Tensor { ops.concatenate(made, axis: 0) }
    }
}

/// A generator of pictures and a discriminator that tells them from real ones, each trained against the other (Goodfellow et al., 2014).
/// What it is called with are pictures, for a verdict on them.
package final class DigitForger: Model, @unchecked Sendable {
    package static let noise = 32

    package let generator: Model
    package let discriminator: Model
    private let discriminatorOptimizer = Adam(2e-4, beta1: 0.5)
    private let generatorLoss = Mean(name: "generator_loss")
    private let discriminatorLoss = Mean(name: "discriminator_loss")
    private let loss = Loss.binaryCrossentropy(fromLogits: true)

    /// - Parameter side: pixels of a picture's side, a multiple of 4.
    package init(side: Int) throws {
        let quarter = side / 4
        generator = try Sequential([
            Input(shape: [Self.noise]), Dense(quarter * quarter * 32), BatchNormalization(),
            ReLU(), Reshape([quarter, quarter, 32]),
            Conv2DTranspose(16, 4, strides: 2, padding: .same), BatchNormalization(), ReLU(),
            Conv2DTranspose(1, 4, strides: 2, padding: .same, activation: .sigmoid),
        ])
        discriminator = try Sequential([
            Input(shape: [side, side, 1]), Conv2D(16, 4, strides: 2, padding: .same),
            LeakyReLU(0.2), Conv2D(32, 4, strides: 2, padding: .same), LeakyReLU(0.2), Flatten(),
            Dropout(0.3), Dense(1),
        ])
        super.init()
    }

    package override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        discriminator(input, training: training)
    }

    /// What the generator makes of noise [pictures, `noise`].
    static func pictures(of noise: Tensor, by model: Model) throws -> Tensor {
        guard let forger = model as? DigitForger else {
            throw KeratinError(.invalidState, "\(model.name) draws no digits", at: "gan")
        }
        return try forger.generator.predict(noise)
    }

    package override func trainStep(_ batch: Batch) throws -> Logs {
        let noise = Tensor.randomNormal([batch.count, Self.noise])
        let ones = Tensor(repeating: 1, shape: [batch.count, 1])
        let zeros = Tensor(repeating: 0, shape: [batch.count, 1])

        // Labels a bit below 1 keep the discriminator from being too sure.
        let fake = generator(noise, training: true)
        let (verdict, slopes) = try valueAndGradient(of: discriminator.trainableWeights) {
            loss(ones * 0.9, discriminator(batch.x, training: true))
                + loss(zeros, discriminator(fake, training: true))
        }
        discriminatorOptimizer.apply(slopes, to: discriminator.trainableWeights)
        discriminatorLoss.update(verdict)

        let (deceit, directions) = try valueAndGradient(of: generator.trainableWeights) {
            loss(ones, discriminator(generator(noise, training: true), training: true))
        }
        optimizer?.apply(directions, to: generator.trainableWeights)
        generatorLoss.update(deceit)
        return Logs(generatorLoss, discriminatorLoss)
    }
}
