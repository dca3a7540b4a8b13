import Foundation
import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// What `evaluate` and `fit` report of losses and metrics, by Keras's rules.
@Suite("Figures of losses and metrics", .serialized) struct LossFigureTests {
    private func identity(_ columns: Int, _ loss: Loss, _ metrics: [Metric]) throws -> Sequential {
        let model = try Sequential([Input(shape: [columns]), Identity()])
        try model.compile(loss: loss, metrics: metrics)
        return model
    }

    /// A dense layer without a bias whose kernel is [1, −1, 0.5].
    private func dense(_ loss: Loss, regularizer: Regularizer? = nil) throws -> Sequential {
        let model = try Sequential([
            Input(shape: [3]), Dense(1, useBias: false, kernelRegularizer: regularizer),
        ])
        try model.setWeights([NDArray([1, -1, 0.5], shape: [3, 1])])
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: loss)
        return model
    }

    private let x: [Float] = [1, 2, 3, 0, 1, 0, -1, 1, 2, 1, 0, 0, 2, 2, -1]
    private let y: [Float] = [1, 0, 2, -1, 0.5]

    @Test(
        "A loss that is not reduced reports its mean and follows its sum", arguments: Backends.names
    )
    func unreduced(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (x, y) = (NDArray(x, shape: [5, 3]), NDArray(y, shape: [5, 1]))
            for name in ["mse", "mae", "huber", "log_cosh"] {
                let loss = try Loss.deserialize(.string(name))
                let (one, mean, sum) = (
                    try dense(loss.reduced(by: .none)), try dense(loss),
                    try dense(loss.reduced(by: .sum))
                )
                #expect(
                    abs(
                        try one.evaluate(x, y, verbose: 0)["loss"]!
                            - mean.evaluate(x, y, verbose: 0)["loss"]!) < 1e-6, "\(name)")
                for model in [one, sum] {
                    try model.fit(x, y, batchSize: 2, epochs: 2, verbose: 0, shuffle: false)
                }
                for (a, b) in zip(
                    try one.getWeights()[0].floats(), try sum.getWeights()[0].floats())
                {
                    #expect(abs(a - b) < 1e-5, "\(name): \(a), \(b)")
                }
            }
        }
    }

    @Test("Unreduced losses with weights, several axes and penalties")
    func unreducedMore() throws {
        try withBackend(.cpu) {
            let (x, y) = (NDArray(x, shape: [5, 3]), NDArray(y, shape: [5, 1]))
            // Predictions are 0.5, −1, −1, 1, −0.5.
            let squares: [Double] = [0.25, 1, 9, 4, 1]
            let weights: [Float] = [0, 1, 2, 0.5, 1]
            let weighted = zip(squares, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / 5
            let model = try dense(.meanSquaredError.reduced(by: .none))
            #expect(abs(try model.evaluate(x, y, verbose: 0)["loss"]! - 15.25 / 5) < 1e-6)
            let figure = try model.evaluate(x, y, verbose: 0, sampleWeight: NDArray(weights))
            #expect(abs(figure["loss"]! - weighted) < 1e-6)
            // Batches of 2, 2 and 1 count by their samples.
            let parts = try model.evaluate(x, y, batchSize: 2, verbose: 0)
            #expect(abs(parts["loss"]! - 15.25 / 5) < 1e-6)
            // A penalty is added to the mean once.
            let penalized = try dense(.meanSquaredError.reduced(by: .none), regularizer: .l2(0.1))
            let loss = try penalized.evaluate(x, y, verbose: 0)["loss"]!
            #expect(abs(loss - (15.25 / 5 + 0.1 * 2.25)) < 1e-6)
            // Losses of several steps.
            let steps = try Sequential([Input(shape: [2, 3]), Identity()])
            try steps.compile(loss: .meanAbsoluteError.reduced(by: .none))
            let values = NDArray((0..<12).map { Float($0) }, shape: [2, 2, 3])
            let zeros = NDArray([Float](repeating: 0, count: 12), shape: [2, 2, 3])
            #expect(try steps.evaluate(values, zeros, verbose: 0)["loss"] == 5.5)
        }
    }

    @Test("A loss as a metric is the mean over batches", arguments: Backends.names)
    func asMetric(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (p, t) = (
                NDArray([1, 2, 3, 4, 12] as [Float], shape: [5, 1]),
                NDArray([0, 0, 0, 0, 0] as [Float], shape: [5, 1])
            )
            let mine = Loss("mine") { ($1 - $0).abs().mean(axes: [-1]) }
            let model = try identity(
                1, "mae",
                [
                    Metric(.meanAbsoluteError), Metric(.huber(delta: 2)),
                    Metric(.meanAbsoluteError.reduced(by: .none)),
                    Metric(.meanAbsoluteError.reduced(by: .sum)), Metric(mine), "huber",
                ])
            let figures = try model.evaluate(p, t, batchSize: 2, verbose: 0)
            func expect(_ name: String, _ value: Double) {
                #expect(
                    abs((figures.dictionary[name] ?? .nan) - value) < 1e-5, "\(name): \(figures)")
            }
            expect("loss", 22.0 / 5)
            // Means of the batches are 1.5, 3.5 and 12.
            expect("mean_absolute_error", 17.0 / 3)
            expect("huber_loss", ((0.5 + 2) / 2 + (4 + 6) / 2 + 22) / 3)
            expect("mean_absolute_error_1", 22.0 / 5)
            expect("mean_absolute_error_2", (3 + 7 + 12) / 3.0)
            expect("mine", 17.0 / 3)
            // A function's mean is that over the samples.
            expect("huber", (0.5 + 1.5 + 2.5 + 3.5 + 11.5) / 5)
        }
    }

    @Test("A loss as a weighted metric has one number, which no weights fit, as in Keras")
    func asWeightedMetric() throws {
        try withBackend(.cpu) {
            let model = try Sequential([Input(shape: [1]), Identity()])
            try model.compile(
                loss: "mse",
                weightedMetrics: [Metric(.huber()), Metric(.huber().reduced(by: .none))])
            let values = NDArray([1, 2, 3] as [Float], shape: [3, 1])
            #expect(throws: KeratinError.self) {
                try model.evaluate(
                    values, values, verbose: 0, sampleWeight: NDArray([1, 0, 1] as [Float]))
            }
            #expect(try model.evaluate(values, values, verbose: 0).count == 3)
        }
    }

    @Test("Arrays of figures have their places in their names", arguments: Backends.names)
    func arrays(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let p = NDArray([0.9, 0.2, 0.7, 0.4] as [Float], shape: [4, 1])
            let t = NDArray([1, 0, 0, 1] as [Float], shape: [4, 1])
            let model = try identity(
                1, "mse",
                [
                    .f1Score(threshold: 0.5), .f1Score(average: .macro, threshold: 0.3),
                    .r2Score(classAggregation: .none), .precision(thresholds: [0.5]),
                    .recall(thresholds: [0.3, 0.8]), .truePositives(thresholds: [0.1, 0.5, 0.8]),
                ])
            let figures = try model.evaluate(p, t, verbose: 0)
            #expect(
                figures.names.sorted() == [
                    "f1_score[0]", "f1_score_1", "loss", "precision", "r2_score[0]", "recall[0]",
                    "recall[1]", "true_positives[0]", "true_positives[1]", "true_positives[2]",
                ])
            #expect(abs(figures["f1_score[0]"]! - 0.5) < 1e-6)
            #expect(figures["recall[0]"] == 1 && figures["recall[1]"] == 0.5)
        }
    }

    @Test("The history gives arrays together, in the order of Keras's names")
    func history() throws {
        try withBackend(.cpu) {
            let model = try Sequential([Input(shape: [2]), Dense(12, activation: .softmax)])
            try model.compile(loss: "mse", metrics: [.f1Score(), .accuracy])
            let x = NDArray(rows: [[1, 2], [3, 4]])
            let y = NDArray(rows: (0..<2).map { row in (0..<12).map { $0 == row ? 1 : 0 } })
            let history = try model.fit(x, y, epochs: 3, verbose: 0, validationData: (x, y))
            let arrays = try #require(history.arrays("f1_score"))
            #expect(arrays.count == 3 && arrays.allSatisfy { $0.count == 12 })
            #expect(history.arrays("val_f1_score")?.count == 3)
            #expect(history.arrays("loss") == nil && history["loss"]?.count == 3)
            let own = history.keys.filter { $0.hasPrefix("f1_score") }
            #expect(own == (0..<12).map { "f1_score[\($0)]" })
        }
    }

    @Test("A metric of the loss's name takes its place")
    func named() throws {
        try withBackend(.cpu) {
            let metric = MeanAbsoluteError(name: "loss") as Metric
            let model = try identity(1, "mse", [metric])
            let p = NDArray([2, 4] as [Float], shape: [2, 1])
            let t = NDArray([0, 0] as [Float], shape: [2, 1])
            #expect(try model.evaluate(p, t, verbose: 0) == ["loss": 3])
        }
    }

    @Test("Label smoothing counts the classes along its axis", arguments: Backends.names)
    func smoothing(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            // One sample of two classes (axis 1) at three places.
            let p: [Float] = [0.9, 0.2, 0.5, 0.1, 0.8, 0.5]
            let t: [Float] = [1, 0, 1, 0, 1, 0]
            let want = (0..<3).map { place in
                (0..<2).reduce(0.0) { sum, row in
                    let target = Double(t[row * 3 + place]) * 0.7 + 0.15
                    return sum - target * log(Double(p[row * 3 + place]))
                }
            }
            let focal = (0..<3).map { place in
                (0..<2).reduce(0.0) { sum, row in
                    let (target, q) = (
                        Double(t[row * 3 + place]) * 0.7 + 0.15, Double(p[row * 3 + place])
                    )
                    return sum
                        - 0.25 * (1 - q) * (1 - q) * target * log(q)
                }
            }
            let (labels, predictions) = (
                Tensor(t, shape: [1, 2, 3]), Tensor(p, shape: [1, 2, 3])
            )
            for (loss, want) in [
                (Loss.categoricalCrossentropy(labelSmoothing: 0.3, axis: 1), want),
                (.categoricalCrossentropy(labelSmoothing: 0.3, axis: -2), want),
                (.categoricalFocalCrossentropy(labelSmoothing: 0.3, axis: 1), focal),
            ] {
                let got = try loss.reduced(by: .none)(labels, predictions).floats()
                for (a, b) in zip(got, want) { #expect(abs(Double(a) - b) < 1e-5, "\(loss.name)") }
            }
            // An alpha for each class stands along the classes' axis.
            let weighted = try Loss.categoricalFocalCrossentropy(alphas: [0.25, 0.25], axis: 1)
                .reduced(by: .none)(labels, predictions).floats()
            let plain = try Loss.categoricalFocalCrossentropy(axis: 1)
                .reduced(by: .none)(labels, predictions).floats()
            #expect(zip(weighted, plain).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect(throws: KeratinError.self) {
                try Loss.categoricalFocalCrossentropy(alphas: [1, 2, 3], axis: 1)(
                    labels, predictions
                )
                .check()
            }
        }
    }

    @Test("Totals of long epochs lose no digits", arguments: Backends.names)
    func longEpochs(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            // A loss of 4e6 in the first batch, then small ones that float32 would round away beside it.
            let count = 4000
            let values = (0..<count).map { $0 == 0 ? Float(2000) : Float(0.5) }
            let p = NDArray(values, shape: [count, 1])
            let t = NDArray([Float](repeating: 0, count: count), shape: [count, 1])
            let model = try identity(1, "mse", ["mae", .rootMeanSquaredError])
            let figures = try model.evaluate(p, t, batchSize: 1, verbose: 0)
            let rest = Double(count - 1)
            let square = (4e6 + rest * 0.25) / Double(count)
            #expect(abs(figures["loss"]! - square) < 1e-9 * square, "\(figures)")
            #expect(
                abs(figures["root_mean_squared_error"]! - square.squareRoot()) < 1e-7)
            #expect(abs(figures["mae"]! - (2000 + rest * 0.5) / Double(count)) < 1e-9)
        }
    }

    @Test("R² of labels with an offset through evaluate", arguments: Backends.names)
    func rSquared(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let labels = (0..<40).map { Float(1e4) + Float($0 % 7) }
            let predictions = labels.enumerated().map { $1 + ($0 % 2 == 0 ? 0.5 : -0.25) }
            let mean = labels.reduce(0) { $0 + Double($1) } / 40
            let spread = labels.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            let errors = zip(labels, predictions).reduce(0) {
                $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
            }
            let model = try identity(1, "mse", [.r2Score()])
            for batch in [7, 40] {
                let figures = try model.evaluate(
                    NDArray(predictions, shape: [40, 1]), NDArray(labels, shape: [40, 1]),
                    batchSize: batch, verbose: 0)
                #expect(abs(figures["r2_score"]! - (1 - errors / spread)) < 1e-6, "\(figures)")
            }
        }
    }
}
