import Keratin

let table = try Table(csv: "houses.csv")  // columns by name; numbers, labels, missing values
let x = table[["rooms", "age", "distance"]].tensor().float32
let y = table["price"].tensor().float32

func makeModel() throws -> Sequential {
    let normalize = Normalization()
    try normalize.adapt(x)
    let model = try Sequential([
        normalize, Dense(64, activation: .relu), Dense(64, activation: .relu), Dense(1),
    ])
    try model.compile(optimizer: RMSprop(learningRate: 1e-3), loss: "mse", metrics: ["mae"])
    return model
}

var errors: [Float] = []
let fold = x.shape[0] / 4
for k in 0..<4 {  // cross-validation
    let held = k * fold..<(k + 1) * fold
    let trainX = ops.concatenate([x[0..<held.lowerBound], x[held.upperBound...]], axis: 0)
    let trainY = ops.concatenate([y[0..<held.lowerBound], y[held.upperBound...]], axis: 0)
    let model = try makeModel()
    try model.fit(trainX, trainY, batchSize: 16, epochs: 50, verbose: 0)
    errors.append(try model.evaluate(x[held], y[held], verbose: 0)["mae"])
}
print("mean absolute error", errors.reduce(0, +) / 4)
