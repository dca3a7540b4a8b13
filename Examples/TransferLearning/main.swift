// A net that has learned the digits 0 to 4 learns 5 to 9 from a few pictures: its features stay, only a new head is trained.
import Keratin

/// The digits of some classes, counted from the first of them.
func digits(_ part: Samples, _ classes: Range<Int>, most: Int = .max) throws -> (
    x: NDArray, y: NDArray
) {
    let labels = try part.y.floats().map { Int($0) }
    let chosen = labels.indices.filter { classes.contains(labels[$0]) }.prefix(most)
    let places = Tensor(chosen.map { Int32($0) }, shape: [chosen.count])
    let x = try ops.take(Tensor(part.x.floats(), shape: part.x.shape), places, axis: 0)
    return (NDArray(x), NDArray(chosen.map { Int32(labels[$0] - classes.lowerBound) }))
}

let data = try OpticalDigits.load()
let base = try Sequential(
    [
        Input(shape: [8, 8, 1]), Conv2D(32, 3, activation: .relu),
        Conv2D(64, 3, activation: .relu), GlobalMaxPooling2D(),
    ], name: "base")

// What is learned from many pictures.
let image = Input(shape: [8, 8, 1])
let known = try Model(inputs: image, outputs: Dense(5, activation: .softmax)(base(image)))
try known.compile(optimizer: "adam", loss: .sparseCategoricalCrossentropy, metrics: ["accuracy"])
let many = try digits(data.train, 0..<5)
try known.fit(many.x, many.y, epochs: 4)

// The same features, frozen, below a new head.
base.trainable = false
let other = Input(shape: [8, 8, 1])
let model = try Model(inputs: other, outputs: Dense(5, activation: .softmax)(base(other)))
try model.compile(
    optimizer: .adam(learningRate: 0.01), loss: .sparseCategoricalCrossentropy,
    metrics: ["accuracy"])
print("trained are \(model.trainableWeights.count) of \(model.weights.count) weights")
let few = try digits(data.train, 5..<10, most: 200)
let test = try digits(data.test, 5..<10)
try model.fit(few.x, few.y, epochs: 20, verbose: 2)
print("head alone:", try model.evaluate(test.x, test.y, verbose: 0))

// Fine-tuning: everything moves, in small steps.
base.trainable = true
try model.compile(
    optimizer: .adam(learningRate: 1e-4), loss: .sparseCategoricalCrossentropy,
    metrics: ["accuracy"])
try model.fit(few.x, few.y, epochs: 5, verbose: 2)
print("fine-tuned:", try model.evaluate(test.x, test.y, verbose: 0))
