import Keratin

let tower = try Sequential {  // one set of weights, used twice
    Input(shape: [28, 28, 1])
    Conv2D(32, 3, activation: .relu)
    MaxPooling2D(2)
    Flatten()
    Dense(64)
}
let left = Input(shape: [28, 28, 1])
let right = Input(shape: [28, 28, 1])
let distance = ops.sqrt(ops.sum((tower(left) - tower(right)) ** 2, axis: -1, keepDims: true) + 1e-7)
let model = try Model(inputs: [left, right], outputs: distance)

try model.compile(
    optimizer: "adam",
    loss: { same, distance in
        (same * distance ** 2 + (1 - same) * ops.maximum(1 - distance, 0) ** 2).mean(axis: -1)
    })
let (train, _) = try OpticalDigits.load(shape: [28, 28, 1])
let other = train.x.shuffled(seed: 1)
let same = (train.y .== train.y.shuffled(seed: 1)).float32
try model.fit([train.x, other], same, epochs: 2)
tower.trainable = false
print(try tower.predict(train.x[0..<2]))
