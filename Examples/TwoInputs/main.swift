// A ticket has a title and tags; the model says how urgent it is and which department it is for.
import Keratin

let title = Input(shape: [20], dtype: .int32, name: "title")
let tags = Input(shape: [12], name: "tags")
let words = LSTM(32)(Embedding(1_000, 16)(title))
let features = Concatenate(name: "features")([words, Dense(16, activation: .relu)(tags)])
let priority = Dense(1, activation: .sigmoid, name: "priority")(features)
let department = Dense(4, activation: .softmax, name: "department")(features)
let model = try Model(inputs: [title, tags], outputs: [priority, department])

model.summary()
try model.compile(
    optimizer: "adam",
    loss: ["priority": "mean_squared_error", "department": "categorical_crossentropy"],
    metrics: ["department": ["accuracy"]],
    lossWeights: ["priority": 1, "department": 0.2])

// Tickets that are drawn: what the third tag says decides how urgent they are, the first word who answers.
let count = 512
let numbers = random.randint([count, 20], minval: 0, maxval: 1_000)
let x = ["title": NDArray(numbers), "tags": NDArray(random.uniform([count, 12]))]
let urgency = try NDArray(Tensor(x["tags"]!.floats(), shape: [count, 12])[0..., 2..<3])
let group = ops.floorDivide(numbers[0..., 0], 250)
let y = ["priority": urgency, "department": NDArray(ops.oneHot(group, 4))]
try model.fit(x, y, batchSize: 32, epochs: 2, validationSplit: 0.1)

let answers = try model.predictAll(x)
print("urgency", try answers[0][0..<3].floats())
print("department", try answers[1][0..<3].argmax(axis: -1).int32s())

// What a layer in the middle sees.
let inside = try Model(inputs: model.inputs, outputs: model.getLayer("features").output)
print("features", try inside.predict(x).shape)
