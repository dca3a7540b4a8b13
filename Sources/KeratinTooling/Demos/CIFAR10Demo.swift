import Keratin

extension Demo {
    /// The small convolutional network of Keras's CIFAR-10 example, on colour pictures of ten kinds of things.
    package static let cifar10 = Demo(
        name: "cifar10", summary: "a small convolutional network on CIFAR-10's colour pictures",
        epochs: 3, batchSize: 64, optimizers: [.adam(), .rmsprop(), .sgd(learningRate: 0.01)],
        loss: .sparseCategoricalCrossentropy(),
        load: {
            let data = try CIFAR10.load()
            return try pictures(
                train: (data.train.x, data.train.y), test: (data.test.x, data.test.y))
        },
        makeModel: {
            try Sequential {
                Input(shape: [32, 32, 3])
                Conv2D(32, kernelSize: 3, padding: .same, activation: .relu)
                Conv2D(32, kernelSize: 3, activation: .relu)
                MaxPooling2D(poolSize: 2)
                Dropout(0.25)
                Conv2D(64, kernelSize: 3, padding: .same, activation: .relu)
                Conv2D(64, kernelSize: 3, activation: .relu)
                MaxPooling2D(poolSize: 2)
                Dropout(0.25)
                Flatten()
                Dense(512, activation: .relu)
                Dropout(0.5)
                Dense(10, activation: .softmax)
            }
        })

    /// CIFAR-10's pictures with levels 0…1.
    package static func pictures(
        train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor)
    ) throws -> Samples {
        func scaled(_ x: Tensor) -> Tensor { x.cast(to: .float32) / 255 }
        let tested = (x: scaled(test.x), y: test.y)
        return Samples(
            train: (scaled(train.x), train.y), test: tested,
            closing: { trained in
                let confusion = try ConfusionMatrix(
                    tested.y, trained.predictions, classNames: CIFAR10.classNames)
                return "true classes by row, what they were taken for by column:\n\(confusion)"
            },
            pictures: { trained in
                let confusion = try ConfusionMatrix(
                    tested.y, trained.predictions, classNames: CIFAR10.classNames)
                return [
                    "history": .drawing(trained.history.svg()),
                    "confusion": .drawing(confusion.svg(title: "CIFAR-10, test pictures")),
                    "surest": .photos(try surest(tested.x, trained.predictions, 8), columns: 8),
                ]
            })
    }

    /// A row for each class with the pictures that the model is surest are of it.
    static func surest(_ x: Tensor, _ probabilities: Tensor, _ count: Int) throws -> Tensor {
        let classes = probabilities.shape[1]
        let numbers = try probabilities.floats()
        let places = (0..<classes).flatMap { one in
            (0..<probabilities.shape[0])
                .sorted { numbers[$0 * classes + one] > numbers[$1 * classes + one] }
                .prefix(count)
        }
        return x[places]
    }
}
