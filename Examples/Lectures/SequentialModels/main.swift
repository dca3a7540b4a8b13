// A lecture on Sequential models of four inputs: stacks, what they end in, compile, fit, evaluate, predict.
// Its data set of three classes is made here: three clouds of points in four dimensions.
import Keratin

let centers = random.normal([3, 4], seed: 3)
func observations(_ count: Int) throws -> (data: Tensor, labels: Tensor) {
    let classes = Tensor.randomIntegers([count], in: 0..<3)
    let data = ops.take(centers, classes, axis: 0) + random.normal([count, 4]) / 2
    return (data, try toCategorical(classes, 3))
}
let (data, labels) = try observations(150)
let (evalData, evalLabels) = try observations(100)
let (newData, newLabels) = try observations(3)

// Layer by layer …
var model = Sequential()
var layer1 = Dense(5, inputDim: 4)
try model.add(layer1)
var layer2 = Dense(3, activation: "relu")
try model.add(layer2)

// … or all at once.
layer1 = Dense(5, inputDim: 4)
layer2 = Dense(3, activation: "relu")
model = try Sequential([layer1, layer2])

// Two classes: one result, the probability of the second.
model = Sequential()
layer1 = Dense(5, activation: "relu", inputDim: 4)
try model.add(layer1)
layer2 = Dense(1, activation: "sigmoid")
try model.add(layer2)

// Several classes: the probability of each.
model = Sequential()
layer1 = Dense(5, inputDim: 4)
try model.add(layer1)
layer2 = Dense(3, activation: "softmax")
try model.add(layer2)

// Optimizer, loss and metrics by their names.
model = Sequential()
layer1 = Dense(5, activation: "relu", inputDim: 4)
try model.add(layer1)
layer2 = Dense(1, activation: "sigmoid")
try model.add(layer2)
try model.compile("adam", loss: "binary_crossentropy", metrics: ["accuracy"])

// Training: what `fit` returns has the figures of each epoch.
model = Sequential()
layer1 = Dense(200, activation: "relu", inputDim: 4)
try model.add(layer1)
layer2 = Dense(200, activation: "relu")
try model.add(layer2)
let layer3 = Dense(3, activation: "softmax")
try model.add(layer3)
try model.compile("adam", loss: "categorical_crossentropy", metrics: ["accuracy"])
let trainOutput = try model.fit(data, labels, batchSize: 20, epochs: 5)
print(trainOutput.history)

// Evaluation: the loss, then the accuracy.
print(try model.evaluate(evalData, evalLabels))

// Predictions: the probability of each class for three new observations, and what is right.
debugPrint(try model.predict(newData), newLabels.argmax(axis: -1))
