// A lecture on two half moons, the choice of an optimizer, and dropout.
import Keratin

// Two layers bend the line between two half moons; the curves of the training are a picture.
let (x, y) = try makeMoons(1000, noise: 0.05, seed: 0)
let model = Sequential()
try model.add(Dense(4, inputShape: [2], activation: "tanh"))
try model.add(Dense(2, activation: "tanh"))
try model.add(Dense(1, activation: "sigmoid"))
try model.compile(Adam(0.01), "binary_crossentropy", metrics: ["accuracy"])
let history = try model.fit(x, y, verbose: 0, epochs: 100)
try history.plot("history.svg")
// The same in the terminal.
print(history)

// Optimizers by name. Each model needs one of its own, so that closures make them.
let optimizers: [String: @Sendable () -> Optimizer] = [
    "nadam": { Nadam() }, "adam": { Adam() }, "sgd": { SGD() }, "rmsprop": { RMSprop() },
    "adadelta": { Adadelta() }, "adagrad": { Adagrad() },
]
for (name, optimizer) in optimizers.sorted(by: { $0.key < $1.key }) {
    let copy = try cloneModel(model)
    try copy.compile(optimizer(), "binary_crossentropy", metrics: ["accuracy"])
    print(name, try copy.fit(x, y, verbose: 0, epochs: 10)["accuracy"]?.last ?? .nan)
}

// Digits with dropout between the layers: of 60,000 samples 54,000 are trained on, in 422 batches of 128.
let (train, test) = try MNIST.load()
let imageVectorSize = 784
let numClasses = 10
func buildDropoutModel() throws -> Sequential {
    // The first layer is told the shape of a sample.
    try Sequential(
        Dense(units: 32, activation: "sigmoid", inputShape: [imageVectorSize]), Dropout(0.2),
        Dense(units: numClasses, activation: "softmax"))
}
let digits = try buildDropoutModel()
try digits.compile("sgd", "categorical_crossentropy", metrics: ["accuracy"])
try digits.fit(
    train.x.reshaped(-1, 784) / 255, toCategorical(train.y, numClasses), batchSize: 128,
    epochs: 5, validationSplit: 0.1)
print(try digits.evaluate(test.x.reshaped(-1, 784) / 255, toCategorical(test.y, numClasses)))
