import Keratin

extension Demo {
    /// A small convolutional network on the 8x8 digits that are part of the product.
    ///
    /// Its functions are smooth. With relu a rounding difference between backends sooner or later
    /// flips a choice, and the losses of single steps drift apart although both are right.
    package static let digitsCNN = Demo(
        name: "digits-cnn",
        summary: "a convolutional network on 8×8 handwritten digits (in the product, no download)",
        epochs: 20, batchSize: 64, optimizers: [.adam(), .rmsprop(), .sgd(learningRate: 0.05)],
        loss: .sparseCategoricalCrossentropy(),
        load: {
            let digits = try OpticalDigits.load()
            let test = (digits.test.x, digits.test.y)
            return Samples(
                train: (digits.train.x, digits.train.y), test: test,
                closing: DigitDrawing.examples(of: test))
        },
        makeModel: {
            try Sequential {
                Input(shape: [8, 8, 1])
                Conv2D(32, kernelSize: 3, padding: .same, activation: .silu)
                Conv2D(64, kernelSize: 3, padding: .same, activation: .silu)
                MaxPooling2D(poolSize: 2)
                Dropout(0.25)
                Flatten()
                Dense(128, activation: .silu)
                Dropout(0.5)
                Dense(10, activation: .softmax)
            }
        })
}
