import Keratin

// What `fit` does, by hand: the twin of a loop with GradientTape. Without `compiled` everything is computed at once.

setRandomSeed(1)
let digits = try OpticalDigits.load()
let (train, test) = (digits.train, digits.test)
let model = try Sequential([
    Input(shape: [8, 8, 1]), Flatten(), Dense(64, activation: .relu), Dropout(0.2), Dense(10),
])
let optimizer = SGD(learningRate: 0.1, momentum: 0.9)
let loss = SparseCategoricalCrossentropy(fromLogits: true)
let accuracy = SparseCategoricalAccuracy()
let batchSize = 64

for epoch in 1...TrainingLimits.epochs(5) {
    accuracy.reset()
    let order = Array(0..<train.x.shape[0]).shuffled()
    for step in 0..<TrainingLimits.steps(train.x.shape[0] / batchSize) {
        let batch = Array(order[step * batchSize..<(step + 1) * batchSize])
        let (x, y) = (Tensor(train.x[batch]), Tensor(train.y[batch]))
        let (value, gradients) = try valueAndGradient(of: model.trainableWeights) {
            let logits = model(x, training: true)
            try accuracy.update(y, logits)
            return try loss(y, logits)
        }
        try optimizer.apply(gradients.map { $0.clipped(-1, 1) }, to: model.trainableWeights)
        if try value.item().isNaN { print("the loss became NaN") }
    }
    print("epoch", epoch, "accuracy", try accuracy.result())
}

let right = (model(test.x).argmax(axis: -1) .== test.y).mean()
print("test accuracy", try right.item())
