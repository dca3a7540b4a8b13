import Keratin

/// A job that shows the engine at work: a model, data, and how to train it.
struct Demo: Sendable {
    let name: String
    let summary: String
    let epochs: Int
    let batchSize: Int
    /// The optimizers that it may be run with; the first is its own.
    let optimizers: [Optimizer]
    let loss: Loss
    let load: @Sendable () throws -> Samples
    let makeModel: @Sendable () throws -> Sequential
    /// Whether predictions are digits to draw.
    var drawsDigits = false

    /// What is trained on and what is tested on.
    struct Samples {
        var train: (x: NDArray, y: NDArray)
        var test: (x: NDArray, y: NDArray)
    }

    static let all = [digitsCNN, mnistMLP, mnistCNN, moons]

    static func named(_ name: String) throws -> Demo {
        if let demo = all.first(where: { $0.name == name }) { return demo }
        throw unknownName(name, among: all.map(\.name), what: "demo")
    }
}
