import Keratin

// What `fit` does, by hand: the twin of a loop with GradientTape.
let (train, test) = try OpticalDigits.load()
let model = try Sequential([
    Input(shape: [8, 8, 1]), Flatten(), Dense(64, activation: .relu), Dropout(0.2), Dense(10),
])
let optimizer = SGD(learningRate: 0.1, momentum: 0.9)
let loss = SparseCategoricalCrossentropy(fromLogits: true)
let accuracy = SparseCategoricalAccuracy()

for epoch in 1...5 {
    accuracy.reset()
    for (x, y) in Dataset(train.x, train.y).shuffled(seed: epoch).batched(64) {
        let (value, gradients) = try valueAndGradient(of: model.trainableWeights) {
            let logits = model(x, training: true)
            accuracy.update(y, logits)
            return loss(y, logits)
        }
        optimizer.apply(gradients.map { $0.clipped(-1, 1) }, to: model.trainableWeights)
        if try value.item().isNaN {
            print("the loss became NaN")
            break
        }
    }
    print("epoch", epoch, "accuracy", accuracy.result())
}
print((model(test.x).argmax(axis: -1) .== test.y).mean())
