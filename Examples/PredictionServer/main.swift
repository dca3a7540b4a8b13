import Keratin

// One model, many tasks: weights are frozen and shared, each task has a plan of its own.
try train(units: 64).save("digits.keras")
let predictor = try Predictor("digits.keras", backend: .cpu)  // Sendable
let pictures = try OpticalDigits.load().test.x
try await withThrowingTaskGroup(of: Int.self) { group in
    for i in 0..<1_000 {
        group.addTask { try predictor.predict(pictures[i % 100][nil]).argmax(axis: -1)[0].item() }
    }
    for try await digit in group { print(digit, terminator: " ") }
}
print()

// Training beside it, each in its own task: nothing is shared, nothing is mixed up.
async let small = accuracy(units: 32)
async let large = accuracy(units: 512)
print(try await small, try await large)

@Sendable func accuracy(units: Int) async throws -> Float {
    let test = try OpticalDigits.load().test
    return try train(units: units).evaluate(test.x, test.y, verbose: 0)["accuracy"]
}

@Sendable func train(units: Int) throws -> Sequential {
    let digits = try OpticalDigits.load()
    let model = try Sequential([
        Input(shape: [8, 8, 1]), Flatten(), Dense(units, activation: .relu),
        Dense(10, activation: .softmax),
    ])
    try model.compile(
        optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
    try model.fit(digits.train.x, digits.train.y, epochs: 5, verbose: 0)
    return model
}
