import Keratin

let title = Input(shape: [20], name: "title", dtype: .int32)
let tags = Input(shape: [12], name: "tags")
let words = LSTM(32)(Embedding(1_000, 16)(title))
let features = Concatenate()([words, Dense(16, activation: .relu)(tags)])
let priority = Dense(1, activation: .sigmoid, name: "priority")(features)
let department = Dense(4, activation: .softmax, name: "department")(features)
let model = try Model(inputs: [title, tags], outputs: [priority, department])

model.summary()
try model.compile(
    optimizer: "adam",
    loss: ["priority": "mean_squared_error", "department": "categorical_crossentropy"],
    metrics: ["department": ["accuracy"]],
    lossWeights: ["priority": 1, "department": 0.2])
let x = [
    "title": Tensor.randomIntegers([512, 20], in: 0..<1_000),
    "tags": Tensor.randomUniform([512, 12]),
]
let y = [
    "priority": Tensor.randomUniform([512, 1]),
    "department": Tensor.randomIntegers([512], in: 0..<4).oneHot(4),
]
try model.fit(x, y, batchSize: 32, epochs: 2, validationSplit: 0.1)
let answers = try model.predict(x)
print(answers["priority"][0..<3], answers[1][0..<3].argmax(axis: -1))

// What a layer sees.
let inside = try Model(inputs: model.inputs, outputs: model.getLayer("concatenate").output)
print(try inside.predict(x).shape)
