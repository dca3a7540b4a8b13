// A lecture on the way of a model: made, trained, tested, kept in a file, and asked about new data.
// Its data are made here: nine numbers, and a tenth that follows from them.
import Keratin

func samples(_ count: Int) -> (data: Tensor, expectedOutput: Tensor) {
    let x = random.uniform([count, 9])
    return (x, (x[..., 0..<4].sum(axis: 1) + x[..., 4] * x[..., 5]).expandingDims(axis: -1))
}
let (trainingData, expectedOutput) = samples(1_000)
let (testingData, expectedTestOutput) = samples(200)
let (newData, newOutput) = samples(3)

// A model of one layer: how its errors are measured, and how it learns.
var model = Sequential()
try model.add(Dense(1, inputDim: 9))
try model.compile(loss: "mean_squared_error", optimizer: "adam")

// Training: progress is shown.
try model.fit(trainingData, expectedOutput)

// Testing, and a file that another program can use.
let errorRate = try model.evaluate(testingData, expectedTestOutput)
// Not there yet: `trained_model.h5`, whole models in HDF5. A .keras file holds the same.
try model.save("trained_model.keras")

// The other program.
let loaded = try loadModel("trained_model.keras")
print("error", errorRate[0], try loaded.predict(newData), "expected", newOutput)

// A deeper stack.
model = Sequential()
try model.add(Dense(32, inputDim: 9))
try model.add(Dense(128))
try model.add(Dense(1))
try model.compile(optimizer: "adam", loss: "mse")
// What the lecture leaves out: this stack trains, too.
try model.fit(trainingData, expectedOutput, epochs: 20, verbose: 2)
print("deeper", try model.evaluate(testingData, expectedTestOutput, verbose: 0))

// An activation function by its name, in place of the last layer.
try model.pop()
let numberOfNeurons = 64
try model.add(Dense(numberOfNeurons, activation: "relu"))
// Left out again: with it the stack bends, and finds the product that is in the data.
try model.add(Dense(1))
try model.compile(optimizer: "adam", loss: "mse")
try model.fit(trainingData, expectedOutput, epochs: 20, verbose: 2)
print("with relu", try model.evaluate(testingData, expectedTestOutput, verbose: 0))

// Other layers: of pictures, and of sequences.
print(Conv2D(16, 3)(random.uniform([1, 28, 28, 1])).shape)
print(LSTM(32)(random.uniform([1, 10, 8])).shape)
