import Keratin

// One model, many tasks: weights are frozen and shared, each call has a plan of its own. Beside it, trainings that share nothing.

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

let test = try OpticalDigits.load().test
try train(units: 64).save("digits.keras")
let predictor = try Predictor("digits.keras")

/// The digit that the net sees.
@Sendable func digit(_ index: Int) throws -> Int {
    try predictor.predict(test.x[index..<index + 1]).argmax().item()
}

let right = try await withThrowingTaskGroup(of: Bool.self) { group in
    for request in 0..<1000 {
        group.addTask {
            let index = request % 100
            return try digit(index) == Int(test.y.floats()[index])
        }
    }
    var right = 0
    for try await isRight in group where isRight { right += 1 }
    return right
}
print("\(right) of 1000 answers were right")

// Each in its own task: nothing is shared, nothing is mixed up.
@Sendable func accuracy(units: Int) async throws -> Double {
    try train(units: units).evaluate(test.x, test.y, verbose: 0)["accuracy"]
}
async let small = accuracy(units: 32)
async let large = accuracy(units: 256)
print("accuracy of 32 and 256 units:", try await small, try await large)
