import Keratin

let (train, test) = try MNIST.load()  // x: uint8 [60000, 28, 28], y: [60000]
let x = train.x.expandingDims(axis: -1) / 255
let model = try Sequential {
    Input(shape: [28, 28, 1])
    Conv2D(32, 3, activation: .relu)
    MaxPooling2D(2)
    Conv2D(64, 3, activation: "relu", padding: "same")
    GlobalAveragePooling2D()
    Dropout(0.5)
    Dense(10, activation: .softmax)
}
model.summary()
try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
let history = try model.fit(x, train.y, batchSize: 128, epochs: 3, validationSplit: 0.1)
print(history["val_accuracy"]!.last!)

let score = try model.evaluate(test.x.expandingDims(axis: -1) / 255, test.y, verbose: 0)
print("loss", score[0], "accuracy", score["accuracy"])
let answers = try model.predict(test.x[0..<8].expandingDims(axis: -1) / 255).argmax(axis: -1)
print(answers, test.y[0..<8], (answers .== test.y[0..<8]).mean())
try model.save("digits.keras")
