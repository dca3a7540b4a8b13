import Keratin
import KeratinApplications
import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor

/// Whole trainings and predictions as jobs: what other frameworks are compared on, too (`Benchmarks/peers`).
///
/// Data are random with the real shapes: the arithmetic is the same.
enum ModelJobs {
    /// - Parameter tiny: few samples of small extents, for tests.
    static func all(tiny: Bool = false) -> [Job] {
        [
            moons(tiny), mlp(tiny), cnn(tiny), recurrent("lstm", tiny), recurrent("gru", tiny),
            recurrent("lstm", tiny, predicts: true), recurrent("gru", tiny, predicts: true),
            inference("resnet50", batch: 1, tiny), inference("resnet50", batch: 8, tiny),
            inference("mobilenetv2", batch: 1, tiny), inference("vgg16", batch: 1, tiny),
            resnetTraining(tiny),
        ]
    }

    // MARK: Trainings

    private static func moons(_ tiny: Bool) -> Job {
        training("train/moons", items: tiny ? 64 : 1000, batch: 32, inputs: [2], .yesNo) {
            let model = try Sequential {
                Input(shape: [2])
                Dense(4, activation: .tanh)
                Dense(2, activation: .tanh)
                Dense(1, activation: .sigmoid)
            }
            try model.compile(
                optimizer: .adam(learningRate: 0.01), loss: .binaryCrossentropy(),
                metrics: [.accuracy])
            return model
        }
    }

    private static func mlp(_ tiny: Bool) -> Job {
        let width = tiny ? 16 : 512
        return training(
            "train/mnist-mlp", items: tiny ? 64 : 12_800, batch: tiny ? 32 : 128, inputs: [784],
            .oneHot(10)
        ) {
            let model = try Sequential {
                Input(shape: [784])
                Dense(width, activation: .relu)
                Dropout(0.2)
                Dense(width, activation: .relu)
                Dropout(0.2)
                Dense(10, activation: .softmax)
            }
            try model.compile(
                optimizer: .sgd(), loss: .categoricalCrossentropy(), metrics: [.accuracy])
            return model
        }
    }

    private static func cnn(_ tiny: Bool) -> Job {
        training(
            "train/mnist-cnn", items: tiny ? 16 : 2560, batch: tiny ? 8 : 128,
            inputs: [28, 28, 1], .oneHot(10)
        ) {
            let model = try Sequential {
                Input(shape: [28, 28, 1])
                Conv2D(tiny ? 4 : 32, kernelSize: 3, activation: .relu)
                Conv2D(tiny ? 4 : 64, kernelSize: 3, activation: .relu)
                MaxPooling2D(poolSize: 2)
                Dropout(0.25)
                Flatten()
                Dense(tiny ? 8 : 128, activation: .relu)
                Dropout(0.5)
                Dense(10, activation: .softmax)
            }
            try model.compile(
                optimizer: .adam(), loss: .categoricalCrossentropy(), metrics: [.accuracy])
            return model
        }
    }

    private static func recurrent(_ cell: String, _ tiny: Bool, predicts: Bool = false) -> Job {
        let (steps, words, units) = tiny ? (6, 50, 8) : (80, 20_000, 128)
        return training(
            "\(predicts ? "predict" : "train")/imdb-\(cell)", items: tiny ? 64 : 1280, batch: 32,
            inputs: [steps], .yesNo, words: words, predicts: predicts
        ) {
            let layer: Layer = cell == "lstm" ? LSTM(units) : GRU(units)
            let model = try Sequential {
                Input(shape: [steps])
                Embedding(words, units)
                layer
                Dense(1, activation: .sigmoid)
            }
            try model.compile(
                optimizer: .adam(), loss: .binaryCrossentropy(), metrics: [.accuracy])
            return model
        }
    }

    private static func resnetTraining(_ tiny: Bool) -> Job {
        let (size, batch) = tiny ? (32, 2) : (224, 8)
        return training(
            "train/resnet50", items: batch, batch: batch, inputs: [size, size, 3], .oneHot(1000)
        ) {
            let model = try ResNet50(weights: nil, inputShape: [size, size, 3])
            try model.compile(
                optimizer: .sgd(learningRate: 1e-3, momentum: 0.9),
                loss: .categoricalCrossentropy())
            return model
        }
    }

    private static func inference(_ net: String, batch: Int, _ tiny: Bool) -> Job {
        let size = tiny ? 32 : 224
        return Job(
            name: "infer/\(net)/\(batch)", family: "inference",
            shapes: "\(batch)x\(size)x\(size)x3", items: batch, batch: batch,
            prepare: { _ in
                RandomSeed.set(1)
                let model = try Applications.named(net).init(
                    weights: nil, inputShape: [size, size, 3])
                var data = ModelData(seed: 1)
                let x = try data.pictures([batch, size, size, 3])
                // The first prediction makes the plan.
                return { Double(try model.predict(x, batchSize: batch).floats().max() ?? 0) }
            })
    }

    // MARK: What they share

    enum Labels {
        case yesNo
        case oneHot(Int)
    }

    /// An epoch, or a prediction of as many samples.
    private static func training(
        _ name: String, items: Int, batch: Int, inputs: [Int], _ labels: Labels,
        words: Int? = nil, predicts: Bool = false, model: @escaping () throws -> Model
    ) -> Job {
        Job(
            name: name, family: predicts ? "prediction" : "training",
            shapes: ([batch] + inputs).map(String.init).joined(separator: "x"), items: items,
            batch: batch,
            prepare: { _ in
                RandomSeed.set(1)
                let model = try model()
                var data = ModelData(seed: 1)
                let shape = Shape([items] + inputs)
                let x = try words.map { try data.words(shape, below: $0) } ?? data.pictures(shape)
                let y = try data.labels(labels, items)
                if predicts {
                    return { Double(try model.predict(x, batchSize: batch).floats().max() ?? 0) }
                }
                return {
                    try model.fit(x, y, batchSize: batch, verbose: 0)["loss"]?.last
                }
            })
    }
}

/// Numbers that look random and are the same each time.
struct ModelData {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(limit, 1)))
    }

    /// 0…1.
    mutating func pictures(_ shape: Shape) throws -> NDArray {
        NDArray(
            (0..<shape.count).map { _ in Float(next(below: 1 << 20)) / 1_048_576 }, shape: shape)
    }

    mutating func words(_ shape: Shape, below limit: Int) throws -> NDArray {
        NDArray((0..<shape.count).map { _ in Int32(next(below: limit)) }, shape: shape)
    }

    mutating func labels(_ labels: ModelJobs.Labels, _ count: Int) throws -> NDArray {
        switch labels {
        case .yesNo:
            return NDArray((0..<count).map { _ in Float(next(below: 2)) }, shape: [count, 1])
        case .oneHot(let classes):
            var values = [Float](repeating: 0, count: count * classes)
            for row in 0..<count { values[row * classes + next(below: classes)] = 1 }
            return NDArray(values, shape: [count, classes])
        }
    }
}
