import Keratin

extension Demo {
    /// A net that knows the pictures of ImageNet learns to tell cats from dogs.
    package static let transfer = Demo.transfer(weights: .imagenet)

    /// A frozen MobileNetV2 with a new head, and then its last layers with it.
    ///
    /// - Parameters:
    ///   - folder: a folder of pictures for each class; nil: CIFAR-10's cats and dogs.
    ///   - weights: of the base.
    package static func transfer(
        folder: String? = nil, weights: PretrainedWeights?, side: Int = 96, alpha: Double = 0.35
    ) -> Demo {
        Demo(
            name: "transfer",
            summary: "MobileNetV2 with a new head learns to tell photos of a folder",
            epochs: 3, batchSize: 32, optimizers: [.adam(), .rmsprop()],
            loss: .sparseCategoricalCrossentropy(),
            load: {
                guard let folder else { return try catsAndDogs() }
                return try photos(folder, side: side)
            },
            makeModel: { try head(classes: classes(folder), side, alpha, weights) },
            fineTuning: FineTuning(epochs: 2, optimizer: .adam(learningRate: 1e-5)) { model in
                guard let base = model.layers.first(where: { $0 is MobileNetV2 }) as? MobileNetV2
                else { return }
                base.trainable = true
                for layer in base.layers.dropLast(30) { layer.trainable = false }
            })
    }

    private static func classes(_ folder: String?) throws -> Int {
        guard let folder else { return 2 }
        return try imageDatasetFromDirectory(folder, verbose: false).classNames.count
    }

    private static func head(
        classes: Int, _ side: Int, _ alpha: Double, _ weights: PretrainedWeights?
    ) throws -> Model {
        let base = try MobileNetV2(
            inputShape: [side, side, 3], alpha: alpha, includeTop: false, weights: weights,
            pooling: .avg)
        base.trainable = false
        let image = Input(shape: [side, side, 3])
        let turned = RandomFlip("horizontal")(image)
        let features = base(MobileNetV2.preprocessInput(turned), training: false)
        let kept = Dropout(0.2)(features)
        return try Model(
            inputs: image, outputs: Dense(classes, activation: .softmax)(kept), name: "transfer")
    }

    /// The photos of a folder, a fifth of them to test on.
    private static func photos(_ folder: String, side: Int) throws -> Samples {
        let found = try imageDatasetFromDirectory(
            folder, imageSize: [side, side], validationSplit: 0.2, seed: 1, verbose: false)
        guard found.classNames.count > 1 else {
            throw KeratinError(
                .invalidData,
                "photos lie in a folder for each class, and there is one only: \(found.classNames.first ?? "none")",
                at: folder)
        }
        func all(_ batches: Dataset<(Tensor, Tensor)>) throws -> (x: Tensor, y: Tensor) {
            var (x, y) = ([Tensor](), [Tensor]())
            for (images, labels) in batches {
                // Throws what is wrong with a file.
                x.append(NDArray(images))
                y.append(NDArray(labels))
            }
            return (
                NDArray(ops.concatenate(x, axis: 0)),
                NDArray(ops.concatenate(y, axis: 0))
            )
        }
        return samples(
            train: try all(found.training), test: try all(found.validation),
            classNames: found.classNames)
    }

    /// CIFAR-10's pictures 3 and 5, enlarged.
    private static func catsAndDogs() throws -> Samples {
        let data = try CIFAR10.load()
        return try catsAndDogs(
            train: (data.train.x, data.train.y), test: (data.test.x, data.test.y), side: 96)
    }

    /// - Parameters:
    ///   - train: CIFAR-10's pictures and labels, of which the first 1,000 cats and dogs are taken.
    ///   - test: the same, of which 200 are taken.
    package static func catsAndDogs(
        train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor), side: Int
    ) throws -> Samples {
        func some(_ part: (x: Tensor, y: Tensor), _ count: Int) throws -> (x: Tensor, y: Tensor) {
            let labels = try part.y.array(of: Int.self)
            let places = Array(
                labels.indices.filter { labels[$0] == 3 || labels[$0] == 5 }.prefix(count))
            let images = part.x[places].cast(to: .float32)
            return (
                NDArray(ops.image.resize(images, [side, side])),
                Tensor(places.map { Int32(labels[$0] == 3 ? 0 : 1) }, shape: [places.count])
            )
        }
        return samples(
            train: try some(train, 1000), test: try some(test, 200), classNames: ["cat", "dog"])
    }

    private static func samples(
        train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor), classNames: [String]
    ) -> Samples {
        Samples(
            train: train, test: test,
            closing: { trained in
                let confusion = try ConfusionMatrix(
                    test.y, trained.predictions, classNames: classNames)
                return "true classes by row, what they were taken for by column:\n\(confusion)"
            },
            pictures: { trained in
                let confusion = try ConfusionMatrix(
                    test.y, trained.predictions, classNames: classNames)
                let count = Swift.min(10, test.x.shape[0])
                return [
                    "history": .drawing(trained.history.svg(title: "fine-tuning")),
                    "confusion": .drawing(confusion.svg(title: "photos to test on")),
                    "surest": .photos(
                        try surest(test.x / 255, trained.predictions, count), columns: count),
                ]
            })
    }
}
