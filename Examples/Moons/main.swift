import Keratin

let (x, y) = try makeMoons(1_000, noise: 0.1, seed: 0)
let model = try Sequential {
    Dense(4, activation: .tanh, inputShape: [2])
    Dense(2, activation: .tanh)
    Dense(1, activation: .sigmoid)
}
try model.compile("adam", "binary_crossentropy", ["accuracy"])
let history = try model.fit(x, y, epochs: 100, verbose: 0, validationSplit: 0.2)
try history.plot("history.svg")  // loss and accuracy, training and validation
try plotDecisionBoundary(model, x, y, "moons.svg")
print(history)  // sparklines in the terminal
for (name, optimizer) in [
    "sgd": SGD(0.1), "adam": Adam(0.01), "nadam": Nadam(), "rmsprop": RMSprop(),
] as [String: Optimizer] {
    let copy = try cloneModel(model)
    try copy.compile(optimizer: optimizer, loss: "binary_crossentropy")
    print(name, try copy.fit(x, y, epochs: 20, verbose: 0)["loss"]!.last!)
}
