import Keratin
import KeratinCore
import KeratinLayers
import KeratinModels

/// The same work at many sizes: time per item should grow as the work does, without cliffs.
enum ScalingJobs {
    /// One curve: a size that grows and the job of each.
    struct Curve {
        /// "batch", "width", "length"
        let axis: String
        let name: String
        let jobs: [Job]
    }

    static func all(tiny: Bool = false) -> [Curve] {
        [
            curve("batch", "predict/mnist-mlp", batches(tiny)) { mlp($0, predicts: true, tiny) },
            curve("batch", "train/mnist-mlp", batches(tiny)) { mlp($0, predicts: false, tiny) },
            curve("batch", "predict/mnist-cnn", batches(tiny)) { cnn($0, predicts: true, tiny) },
            curve("batch", "train/mnist-cnn", batches(tiny)) { cnn($0, predicts: false, tiny) },
            curve("width", "train/dense", widths(tiny)) { dense($0, tiny) },
            curve("length", "predict/lstm", lengths(tiny)) { sequence($0, predicts: true, tiny) },
            curve("length", "train/lstm", lengths(tiny)) { sequence($0, predicts: false, tiny) },
        ]
    }

    // Beside powers of two what is a little more or less, which should cost a little more or less.
    static func batches(_ tiny: Bool) -> [Int] {
        tiny
            ? [1, 2, 10, 11]
            : [1, 2, 4, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 256, 257, 500, 512]
    }
    static func widths(_ tiny: Bool) -> [Int] {
        tiny ? [8, 16, 17] : [16, 32, 33, 64, 65, 128, 129, 256, 257, 500, 512, 1000, 1024, 2048]
    }
    static func lengths(_ tiny: Bool) -> [Int] {
        tiny ? [2, 4] : [8, 16, 32, 33, 64, 65, 80, 128, 129, 256, 500, 512]
    }

    private static func curve(
        _ axis: String, _ name: String, _ sizes: [Int], _ job: (Int) -> Job
    ) -> Curve {
        Curve(
            axis: axis, name: name,
            jobs: sizes.map { size in
                var job = job(size)
                job.size = size
                return job
            })
    }

    private static func mlp(_ batch: Int, predicts: Bool, _ tiny: Bool) -> Job {
        let width = tiny ? 16 : 512
        return job(
            "batch", "mnist-mlp", batch, batch: batch, inputs: [784], predicts: predicts,
            tiny: tiny
        ) {
            try Sequential {
                Input(shape: [784])
                Dense(width, activation: .relu)
                Dense(width, activation: .relu)
                Dense(10, activation: .softmax)
            }
        }
    }

    private static func cnn(_ batch: Int, predicts: Bool, _ tiny: Bool) -> Job {
        job(
            "batch", "mnist-cnn", batch, batch: batch, inputs: [28, 28, 1], predicts: predicts,
            tiny: tiny
        ) {
            try Sequential {
                Input(shape: [28, 28, 1])
                Conv2D(tiny ? 3 : 32, kernelSize: 3, activation: .relu)
                Conv2D(tiny ? 3 : 64, kernelSize: 3, activation: .relu)
                MaxPooling2D(poolSize: 2)
                Flatten()
                Dense(tiny ? 8 : 128, activation: .relu)
                Dense(10, activation: .softmax)
            }
        }
    }

    private static func dense(_ width: Int, _ tiny: Bool) -> Job {
        let batch = tiny ? 4 : 128
        return job(
            "width", "dense", width, batch: batch, inputs: [width], predicts: false, tiny: tiny
        ) {
            try Sequential {
                Input(shape: [width])
                Dense(width, activation: .relu)
                Dense(width, activation: .relu)
                Dense(10, activation: .softmax)
            }
        }
    }

    private static func sequence(_ length: Int, predicts: Bool, _ tiny: Bool) -> Job {
        let (batch, units) = tiny ? (4, 8) : (32, 128)
        return job(
            "length", "lstm", length, batch: batch, inputs: [length, units], predicts: predicts,
            tiny: tiny
        ) {
            try Sequential {
                Input(shape: [length, units])
                LSTM(units)
                Dense(10, activation: .softmax)
            }
        }
    }

    /// Some batches of training or prediction.
    private static func job(
        _ axis: String, _ name: String, _ size: Int, batch: Int, inputs: [Int], predicts: Bool,
        tiny: Bool, _ model: @escaping () throws -> Sequential
    ) -> Job {
        // Whole batches, so many that what fit does once is no matter.
        let items = batch * (tiny ? 2 : max(4, 64 / batch))
        return Job(
            name: "\(axis)/\(predicts ? "predict" : "train")/\(name)/\(size)", family: axis,
            shapes: ([batch] + inputs).map(String.init).joined(separator: "x"), items: items,
            batch: batch,
            prepare: { _ in
                RandomSeed.set(1)
                let model = try model()
                try model.compile(optimizer: .sgd(), loss: .categoricalCrossentropy())
                var data = ModelData(seed: 1)
                let x = try data.pictures(Shape([items] + inputs))
                let y = try data.labels(.oneHot(10), items)
                if predicts {
                    return { Double(try model.predict(x, batchSize: batch).floats().max() ?? 0) }
                }
                return { try model.fit(x, y, batchSize: batch, verbose: 0)["loss"]?.last }
            })
    }
}
