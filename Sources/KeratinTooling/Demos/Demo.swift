import Keratin
import KeratinCore

/// A job that shows the engine at work: a model, data, and how to train it.
package struct Demo: Sendable {
    package let name: String
    package let summary: String
    package let epochs: Int
    package let batchSize: Int
    /// The optimizers that it may be run with; the first is its own.
    package let optimizers: [Optimizer]
    /// nil: the model trains by a step of its own.
    package let loss: Loss?
    package var metrics: [Metric] = [.accuracy]
    package let load: @Sendable () throws -> Samples
    package let makeModel: @Sendable () throws -> Model
    /// What follows once it is trained so far.
    package var fineTuning: FineTuning?
    /// How many words or characters there are, if inputs are the numbers of such.
    package var vocabularySize: Int?
    package var output = Output.classes

    /// What predictions are.
    package enum Output: Sendable {
        /// Probabilities of classes along the last axis; of a single one, that of "yes".
        case classes
        /// Levels of pixels, 0…1.
        case pixels
        /// Numbers that estimate something.
        case numbers
    }

    /// What is trained on and what is tested on, and what there is to tell about a model of it.
    package struct Samples {
        package var train: (x: NDArray, y: NDArray)
        package var test: (x: NDArray, y: NDArray)
        /// What a trained model makes of the test samples.
        package var predict: (Model, NDArray) throws -> NDArray = {
            try $0.predict($1, batchSize: 256)
        }
        /// What a trained model is judged by.
        package var figures: (Trained) throws -> [Figure] = { [$0.testAccuracy] }
        /// A text by or about the model after each epoch.
        package var afterEpoch: ((Model) throws -> String)?
        /// Something to look at once the model is trained.
        package var closing: ((Trained) throws -> String)?
        /// Pictures of a trained model, by what they show.
        package var pictures: (Trained) throws -> [String: Picture] = {
            ["history": .drawing($0.history.svg())]
        }
    }

    package enum Picture {
        /// The text of an SVG picture.
        case drawing(String)
        /// Pictures [pictures, height, width, channels] of levels 0…1, so many in a row.
        case photos(Tensor, columns: Int)
    }

    /// A second part of a training, at the end of which other layers learn.
    package struct FineTuning: Sendable {
        package let epochs: Int
        package let optimizer: Optimizer
        /// Says which layers learn.
        package let prepare: @Sendable (Model) throws -> Void
    }

    /// A model at the end of its training.
    package struct Trained {
        package let model: Model
        package let history: History
        /// What it predicts for the test samples.
        package let predictions: NDArray

        package init(model: Model, history: History, predictions: NDArray) {
            self.model = model
            self.history = history
            self.predictions = predictions
        }

        var testAccuracy: Figure { Figure("test accuracy", history["val_accuracy"]?.last) }
    }

    /// A number with a name, such as "test accuracy".
    package struct Figure: Sendable {
        package let name: String
        package let value: Double

        init(_ name: String, _ value: Double?) {
            self.name = name
            self.value = value ?? .nan
        }
    }

    package static let all = [
        digitsCNN, mnistMLP, mnistCNN, moons, imdbLSTM, imdbBiLSTM, shakespeare, airline,
        cifar10, autoencoder, gan, transfer,
    ]

    package static func named(_ name: String) throws -> Demo {
        if let demo = all.first(where: { $0.name == name }) { return demo }
        throw unknownName(name, among: all.map(\.name), what: "demo")
    }

    /// Compiles a model of the demo.
    package func compile(_ model: Model, _ optimizer: Optimizer) throws {
        guard let loss else { return try model.compile(optimizer: optimizer) }
        try model.compile(optimizer: optimizer, loss: loss, metrics: metrics)
    }

    /// Numbers with the shapes of the demo's data: the arithmetic of a step does not depend on them.
    package func randomSamples(_ count: Int) throws -> (x: NDArray, y: NDArray) {
        let model = try makeModel()
        guard let inputs = model.inputShape?.dropFirst(), let outputs = model.outputShape else {
            throw KeratinError(.invalidState, "the demo's model needs an Input", at: name)
        }
        let shape = [count] + inputs.map { $0 ?? 1 }
        let numbers = 0..<shape.reduce(1, *)
        let x =
            vocabularySize.map { size in
                NDArray(numbers.map { Int32($0 * 7919 % size) }, shape: Shape(shape))
            } ?? NDArray(numbers.map { Float($0 * 7919 % 1000) / 1000 }, shape: Shape(shape))
        let classes = outputs.last.flatMap { $0 } ?? 1
        let places = [count] + outputs.dropFirst().dropLast().map { $0 ?? 1 }
        let labels = NDArray(
            (0..<places.reduce(1, *)).map { Float($0 * 31 % Swift.max(classes, 2)) },
            shape: Shape(places))
        let y: NDArray
        switch loss?.name {
        case "categorical_crossentropy": y = try toCategorical(labels, classCount: classes)
        case "sparse_categorical_crossentropy": y = labels
        default: y = labels.reshaped(Shape(places + [1]))
        }
        return (x, y)
    }
}

extension Demo.Output {
    /// The class of each row of probabilities: the largest one's place, or whether a single one exceeds one half.
    package static func classes(_ probabilities: Tensor) throws -> [Int] {
        let width = probabilities.shape.dimensions.last ?? 1
        let values = try probabilities.floats()
        return stride(from: 0, to: values.count, by: Swift.max(width, 1)).map { start in
            if width == 1 { return values[start] > 0.5 ? 1 : 0 }
            let row = values[start..<(start + width)]
            return (row.indices.max { row[$0] < row[$1] } ?? start) - start
        }
    }

    /// The part of the predictions that are the same: of the same class, numbers within 1 % of each other, levels within a tenth.
    package func agreement(_ a: Tensor, _ b: Tensor) throws -> Double {
        let same: [Bool]
        switch self {
        case .classes: same = zip(try Self.classes(a), try Self.classes(b)).map { $0 == $1 }
        case .pixels: same = zip(try a.floats(), try b.floats()).map { abs($0 - $1) <= 0.1 }
        case .numbers:
            same = zip(try a.floats(), try b.floats()).map {
                abs($0 - $1) <= 0.01 * Swift.max(abs($0), abs($1))
            }
        }
        return Double(same.filter { $0 }.count) / Double(Swift.max(same.count, 1))
    }
}
