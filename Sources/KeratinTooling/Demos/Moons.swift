import Keratin

extension Demo {
    /// A network of 25 weights on two half circles: what a step costs besides arithmetic.
    package static let moons = Demo(
        name: "moons", summary: "4-2-1 on two interleaved half circles",
        epochs: 100, batchSize: 32,
        optimizers: [.adam(learningRate: 0.01), .sgd(learningRate: 0.1), .rmsprop()],
        loss: .binaryCrossentropy(),
        load: {
            let train = try makeMoons(samples: 1000, noise: 0.1, seed: 1)
            let test = try makeMoons(samples: 500, noise: 0.1, seed: 2)
            return Samples(
                train: train, test: test,
                pictures: { trained in
                    [
                        "history": .drawing(trained.history.svg()),
                        "boundary": .drawing(
                            try decisionBoundarySVG(trained.model, test.x, test.y)),
                    ]
                })
        },
        makeModel: {
            try Sequential {
                Input(shape: [2])
                Dense(4, activation: .tanh)
                Dense(2, activation: .tanh)
                Dense(1, activation: .sigmoid)
            }
        })
}
