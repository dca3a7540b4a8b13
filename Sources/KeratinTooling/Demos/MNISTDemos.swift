import Keratin

extension Demo {
    /// Two wide hidden layers on MNIST, as in Keras's `mnist_mlp` example.
    package static let mnistMLP = Demo(
        name: "mnist-mlp", summary: "784-512-512-10 with dropout on MNIST",
        epochs: 20, batchSize: 128, optimizers: [.rmsprop(), .sgd(), .adam()],
        loss: .categoricalCrossentropy(), load: { try mnist(shape: [-1, 784]) },
        makeModel: {
            try Sequential {
                Input(shape: [784])
                Dense(512, activation: .relu)
                Dropout(0.2)
                Dense(512, activation: .relu)
                Dropout(0.2)
                Dense(10, activation: .softmax)
            }
        })

    /// Two convolutions on MNIST, as in Keras's `mnist_cnn` example, with Adam.
    package static let mnistCNN = Demo(
        name: "mnist-cnn", summary: "Keras's mnist_cnn with Adam on MNIST",
        epochs: 12, batchSize: 128, optimizers: [.adam(), .rmsprop(), .sgd()],
        loss: .categoricalCrossentropy(), load: { try mnist(shape: [-1, 28, 28, 1]) },
        makeModel: {
            try Sequential {
                Input(shape: [28, 28, 1])
                Conv2D(32, kernelSize: 3, activation: .relu)
                Conv2D(64, kernelSize: 3, activation: .relu)
                MaxPooling2D(poolSize: 2)
                Dropout(0.25)
                Flatten()
                Dense(128, activation: .relu)
                Dropout(0.5)
                Dense(10, activation: .softmax)
            }
        })

    /// MNIST with pixels 0…1 and one-hot labels.
    private static func mnist(shape: Shape) throws -> Samples {
        let data = try MNIST.load()
        func part(_ x: Tensor, _ y: Tensor) throws -> (x: Tensor, y: Tensor) {
            ((x / 255).reshaped(shape), try toCategorical(y, classCount: 10))
        }
        let test = try part(data.test.x, data.test.y)
        return Samples(
            train: try part(data.train.x, data.train.y), test: test,
            closing: DigitDrawing.examples(of: test))
    }
}
