// The files of Keras, as lecture notes write and read them: a whole model, weights, architectures as texts.
import Keratin
import KeratinYAML

let x = random.uniform([64, 9], seed: 1)
let y = x.mean(axis: -1, keepDims: true)
var model: Model = try Sequential([
    Input(shape: [9]), Dense(16, activation: "relu"), Dense(1),
])
try model.compile(optimizer: "adam", loss: "mse")
try model.fit(x, y, epochs: 5, verbose: 0)
let expected = try model.predict(x)

// When we are happy with the accuracy we can save the model to a file, and load it again.
try model.save("trained_model.h5")
model = try loadModel("trained_model.h5")
print("trained_model.h5 differs by", try abs(model.predict(x) - expected).max())

// The architecture as a text, and the weights apart.
let jsonString = try model.toJSON()
let yamlString = try model.toYAML()
try model.saveWeights("weights.h5")

model = try modelFromJSON(jsonString)
try model.loadWeights("weights.h5")
print("JSON and weights.h5 differ by", try abs(model.predict(x) - expected).max())
model = try modelFromYAML(yamlString)
try model.loadWeights("weights.h5")
print("YAML and weights.h5 differ by", try abs(model.predict(x) - expected).max())

// What Keras 3 prefers: everything in one file.
try model.save("full_model.keras")
model = try loadModel("full_model.keras")
// Large weights in several files, of at most a hundredth of a gigabyte here.
try model.saveWeights("large.weights.json", maxShardSize: 0.01)
try model.loadWeights("large.weights.json")
print("full_model.keras differs by", try abs(model.predict(x) - expected).max())
