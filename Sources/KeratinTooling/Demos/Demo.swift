import Keratin

/// A job that shows the engine at work: a model, data, and how to train it.
package struct Demo: Sendable {
    package let name: String
    package let summary: String
    package let epochs: Int
    package let batchSize: Int
    /// The optimizers that it may be run with; the first is its own.
    package let optimizers: [Optimizer]
    package let loss: Loss
    package let load: @Sendable () throws -> Samples
    package let makeModel: @Sendable () throws -> Sequential
    /// Whether predictions are digits to draw.
    package var drawsDigits = false

    /// What is trained on and what is tested on.
    package struct Samples {
        package var train: (x: NDArray, y: NDArray)
        package var test: (x: NDArray, y: NDArray)
    }

    package static let all = [digitsCNN, mnistMLP, mnistCNN, moons]

    package static func named(_ name: String) throws -> Demo {
        if let demo = all.first(where: { $0.name == name }) { return demo }
        throw unknownName(name, among: all.map(\.name), what: "demo")
    }

    /// Numbers with the shapes of the demo's data: the arithmetic of a step does not depend on them.
    package func randomSamples(_ count: Int) throws -> (x: NDArray, y: NDArray) {
        let model = try makeModel()
        guard let inputs = model.inputShape?.dropFirst(), let outputs = model.outputShape?.last
        else {
            throw KeratinError(.invalidState, "the demo's model needs an Input", at: name)
        }
        let sample = inputs.map { $0 ?? 1 }
        let x = (0..<(count * sample.reduce(1, *))).map { Float($0 * 7919 % 1000) / 1000 }
        let classes = outputs ?? 1
        let labels = try NDArray((0..<count).map { Float($0 * 31 % Swift.max(classes, 2)) })
        let y: NDArray
        switch loss.name {
        case "categorical_crossentropy": y = try toCategorical(labels, classCount: classes)
        case "sparse_categorical_crossentropy": y = labels
        default: y = try labels.reshaped([count, 1])
        }
        return (try NDArray(x, shape: Shape([count] + sample)), y)
    }
}
