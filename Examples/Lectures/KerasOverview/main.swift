// A lecture that goes once round Keras: digits, reviews of films, graphs of layers, files.
import Keratin

// The smallest program: data, model, layers, compile, fit. The lecture leaves out that pictures are made flat and bright
// at most 1, and that ten classes need ten results.
let ((images, labels), (testImages, testLabels)) = try MNIST.load()
let (x, xVal) = (images.reshaped(-1, 784) / 255, testImages.reshaped(-1, 784) / 255)
let (y, yVal) = (try toCategorical(labels), try toCategorical(testLabels))
var model = Sequential()
try model.add(Dense(256, activation: "sigmoid", inputShape: [784]))
try model.add(Dense(10, activation: "softmax"))
try model.compile(loss: "categorical_crossentropy", optimizer: SGD(), metrics: ["accuracy"])
try model.fit(x, y, batchSize: 128, epochs: 10, validationData: (xVal, yVal))
// (Keratin is a line in Package.swift; there is nothing else to install.)

// What a layer tells of itself.
let first = model.layers[0]
print(first.input.shape, first.output.shape, try first.getConfig()["units"] ?? .null)
try first.setWeights(try first.getWeights())

// A loss as a member, which the compiler checks, or as a string, whose typing errors `compile` throws.
try model.compile(loss: .meanSquaredError, optimizer: "sgd")
try model.compile(loss: "mean_squared_error", optimizer: "sgd")

// An optimizer with arguments, or as a string with its defaults. The decay of old is a schedule of the learning rate.
let sgd = SGD(learningRate: .legacyDecay(0.01, decay: 1e-6), momentum: 0.9)
try model.compile(loss: "categorical_crossentropy", optimizer: sgd)
try model.compile(loss: "categorical_crossentropy", optimizer: "sgd")

// Fit, evaluate, predict.
try model.fit(x, y, batchSize: 32, epochs: 10, validationData: (xVal, yVal))
print(try model.evaluate(xVal, yVal, batchSize: 32))
print(try model.predict(xVal, batchSize: 32)[0..<8].argmax(axis: -1), testLabels[0..<8])

// A dense layer, all that matters written out.
let dense = Dense(
    512, activation: nil, useBias: true, kernelInitializer: "glorot_uniform",
    biasInitializer: "zeros")

// Two hidden layers with dropout.
let (batchSize, numClasses, epochs) = (128, 10, 20)
var ((xTrain, yTrain), (xTest, yTest)) = try MNIST.load()

xTrain = xTrain.reshaped(60000, 784)
xTest = xTest.reshaped(10000, 784)
xTrain = xTrain.astype("float32")
xTest = xTest.astype("float32")
xTrain /= 255
xTest /= 255
yTrain = try toCategorical(yTrain, numClasses)
yTest = try toCategorical(yTest, numClasses)

model = Sequential()
try model.add(Dense(512, activation: "relu", inputShape: [784]))
try model.add(Dropout(0.2))
try model.add(Dense(512, activation: "relu"))
try model.add(Dropout(0.2))
try model.add(Dense(numClasses, activation: "softmax"))
model.summary()
try model.compile(loss: "categorical_crossentropy", optimizer: "sgd", metrics: ["accuracy"])
try model.fit(
    xTrain, yTrain, batchSize: batchSize, epochs: epochs, validationData: (xTest, yTest))
var score = try model.evaluate(xTest, yTest, verbose: 0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])

// A recurrent layer, all that matters written out.
let lstm = LSTM(
    128, activation: "tanh", recurrentActivation: "hard_sigmoid",
    recurrentInitializer: "orthogonal", recurrentRegularizer: nil, dropout: 0.0,
    recurrentDropout: 0.0, returnSequences: false)
// An embedding makes a vector of each whole number.
let embedding = Embedding(
    inputDim: 20, outputDim: 2, embeddingsInitializer: "uniform", maskZero: false)
print(embedding(Tensor([3, 12])))

// Reviews of films, good or bad: an embedding of the last 80 words, read by an LSTM.
let maxFeatures = 20000
let maxlen = 80
let ((trainReviews, trainGood), (testReviews, testGood)) = try IMDB.load(numWords: maxFeatures)
let reviews = try padSequences(trainReviews, maxlen: maxlen)
let otherReviews = try padSequences(testReviews, maxlen: maxlen)
model = Sequential()
try model.add(Embedding(maxFeatures, 128))
try model.add(LSTM(128, dropout: 0.2, recurrentDropout: 0.2))
try model.add(Dense(1, activation: "sigmoid"))
try model.compile(loss: "binary_crossentropy", optimizer: "sgd", metrics: ["accuracy"])
try model.fit(
    reviews, trainGood, batchSize: 32, epochs: 15, validationData: (otherReviews, testGood))
score = try model.evaluate(otherReviews, testGood, batchSize: 32)

// A graph of layers: each is called on what another gives.
let inputs = Input(shape: [784])
var h = Dense(512, activation: "relu")(inputs)
h = Dense(512, activation: "relu")(h)
let predictions = Dense(numClasses, activation: "softmax")(h)
var graph = try Model(inputs: inputs, outputs: predictions)
try graph.compile(optimizer: "sgd", loss: "categorical_crossentropy", metrics: ["accuracy"])
try graph.fit(xTrain, yTrain, batchSize: batchSize, epochs: 2)
let before = try graph.predict(xTest[0..<100])

// The architecture as JSON (`import KeratinYAML` adds `toYAML()`), and the weights in a file of their own.
let jsonString = try graph.toJSON()
try graph.saveWeights("model.weights.h5")
graph = try modelFromJSON(jsonString)
try graph.loadWeights("model.weights.h5")
// Not there yet: whole models in HDF5 (`full_model.h5`). A .keras file holds the same: architecture, weights, training.
try graph.save("full_model.keras")
graph = try loadModel("full_model.keras")
print("as before:", try graph.predict(xTest[0..<100]) == before)
