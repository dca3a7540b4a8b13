import Keratin

extension Demo {
    /// A convolutional autoencoder that learns to take noise off digits, as in Keras's example of denoising.
    package static let autoencoder = Demo(
        name: "autoencoder", summary: "a convolutional autoencoder cleans noisy MNIST digits",
        epochs: 3, batchSize: 64, optimizers: [.adam(), .rmsprop()],
        loss: .binaryCrossentropy(), metrics: [.meanAbsoluteError],
        load: {
            let data = try MNIST.load()
            return try noisyDigits(train: data.train.x[0..<12_800], test: data.test.x[0..<1000])
        },
        makeModel: { try cleaner(side: 28) },
        output: .pixels)

    /// - Parameter side: pixels of a picture's side.
    package static func cleaner(side: Int) throws -> Sequential {
        try Sequential {
            Input(shape: [side, side, 1])
            Conv2D(16, kernelSize: 3, padding: .same, activation: .relu)
            MaxPooling2D(poolSize: 2)
            Conv2D(16, kernelSize: 3, padding: .same, activation: .relu)
            MaxPooling2D(poolSize: 2)
            Conv2DTranspose(16, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
            Conv2DTranspose(16, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
            Conv2D(1, kernelSize: 3, padding: .same, activation: .sigmoid)
        }
    }

    /// Pictures with noise, and the same without.
    /// - Parameters:
    ///   - train: [pictures, side, side] of levels 0…255.
    ///   - test: the same.
    package static func noisyDigits(train: Tensor, test: Tensor) throws -> Samples {
        func clean(_ x: Tensor) -> Tensor {
            (x.cast(to: .float32) / 255).expandingDims(axis: -1)
        }
        func noisy(_ x: Tensor, seed: UInt64) -> Tensor {
            let noise = Tensor.randomNormal(x.shape, standardDeviation: 0.4, seed: seed)
            return NDArray(ops.clip(x + noise, 0, 1))
        }
        let (taught, tested) = (clean(train), clean(test))
        let seen = noisy(tested, seed: 2)
        return Samples(
            train: (noisy(taught, seed: 1), taught), test: (seen, tested),
            figures: { trained in
                let noise = try ops.mean(ops.abs(seen - tested)).floats()[0]
                return [
                    Figure("mean error", trained.history["val_mean_absolute_error"]?.last),
                    Figure("error of the noise", Double(noise)),
                ]
            },
            pictures: { trained in
                let rows = [seen, trained.predictions, tested].map { $0[0..<12] }
                return [
                    "history": .drawing(trained.history.svg()),
                    "digits": .photos(ops.concatenate(rows, axis: 0), columns: 12),
                ]
            })
    }
}
