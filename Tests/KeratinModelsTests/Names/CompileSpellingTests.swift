import Foundation
import Keratin
import KeratinCore
import Testing

@testable import KeratinModels

/// `compile`, `fit` and `evaluate` in all the ways in which people write them: the numbers are the same.
@Suite("Spellings of training", .serialized) struct CompileSpellingTests {
    private let x = try! NDArray([1, 2, 3, 4] as [Float], shape: [2, 2])
    private let y = try! NDArray([1, 2] as [Float], shape: [2, 1])

    /// Gives 3 and 7: the mean squared error is 14.5, the mean absolute error 3.5.
    private func sum() throws -> Sequential {
        try Sequential([Input(2), Dense(1, kernelInitializer: "ones")])
    }

    private func loss(_ compile: (Sequential) throws -> Void) throws -> Double {
        let model = try sum()
        try compile(model)
        return try model.evaluate(x, y, verbose: 0)["loss"]
    }

    @Test("A loss by name, in a variable, as member, object and closure", arguments: Backends.names)
    func losses(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let name = "mse"
            let all: [(Sequential) throws -> Void] = [
                { try $0.compile(optimizer: "adam", loss: "mse") },
                { try $0.compile(optimizer: "adam", loss: name) },
                { try $0.compile(optimizer: .adam, loss: .mse) },
                { try $0.compile(optimizer: .adam(), loss: .meanSquaredError) },
                { try $0.compile(optimizer: .adam(0.01), loss: .meanSquaredError()) },
                { try $0.compile(optimizer: Adam(0.01), loss: MeanSquaredError()) },
                { try $0.compile(optimizer: Optimizer("adam"), loss: Loss("mse")) },
                { try $0.compile("adam", "mse") },
                { try $0.compile("adam", "mse", ["mae"]) },
                { try $0.compile("adam", loss: "mse") },
                { try $0.compile(loss: "mse", optimizer: "adam") },
                { try $0.compile(loss: .mse, optimizer: .adam) },
                { try $0.compile(loss: MeanSquaredError(), optimizer: SGD()) },
                { try $0.compile(loss: "mse") },
                { try $0.compile(loss: { t, p in (t - p).square() }) },
                { try $0.compile(loss: squares) },
                { try $0.compile(optimizer: "adam", loss: ["mse"]) },
            ]
            for (index, compile) in all.enumerated() {
                let figure = try loss(compile)
                #expect(figure == 14.5, "form \(index)")
            }
            #expect(try loss { try $0.compile(loss: .mse(reduction: .sum)) } == 29)
            #expect(try loss { try $0.compile(loss: .huber) } == 3)
            #expect(try loss { try $0.compile(loss: .huber()) } == 3)
            #expect(try loss { try $0.compile(loss: .huber(delta: 1)) } == 3)
            #expect(try loss { try $0.compile(loss: Huber(delta: 1)) } == 3)
        }
    }

    @Test("Metrics likewise", arguments: Backends.names) func metrics(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func figures(_ compile: (Sequential) throws -> Void) throws -> Figures {
                let model = try sum()
                try compile(model)
                return try model.evaluate(x, y, verbose: 0)
            }
            let name = "mae"
            for compile: (Sequential) throws -> Void in [
                { try $0.compile(loss: "mse", metrics: "mae") },
                { try $0.compile(loss: "mse", metrics: name) },
                { try $0.compile(loss: "mse", metrics: [name]) },
                { try $0.compile(loss: "mse", metrics: .mae) },
                { try $0.compile(loss: "mse", metrics: [.mae]) },
                { try $0.compile(loss: "mse", metrics: [.meanAbsoluteError()]) },
                { try $0.compile(loss: "mse", metrics: [MeanAbsoluteError()]) },
                { try $0.compile(loss: "mse", metrics: [{ t, p in (t - p).abs() }]) },
                { try $0.compile("adam", "mse", metrics: ["mae"]) },
                { try $0.compile(Adam(0.01), .mse, metrics: [.mae]) },
                { try $0.compile("adam", loss: "mse", metrics: ["mae"]) },
                { try $0.compile(loss: "mse", optimizer: "adam", metrics: ["mae"]) },
                { try $0.compile(loss: .mse, optimizer: .adam(0.01), metrics: [name]) },
            ] { #expect(try figures(compile)[1] == 3.5) }
            let several = try figures {
                try $0.compile(
                    optimizer: "adam", loss: "mse",
                    metrics: ["mae", .mse, RootMeanSquaredError(name: "root")])
            }
            #expect(several["mae"] == 3.5 && several["mean_squared_error"] == 14.5)
            #expect(abs(several["root"] - 3.8078866) < 1e-6)
        }
    }

    @Test("Unknown names throw at compile, whatever they stand in") func mistakes() throws {
        try withBackend(.cpu) {
            let model = try sum()
            let (optimizer, loss, metric) = ("adm", "mean_squred_error", "accurcy")
            #expect(words { try model.compile(optimizer, "mse") }.contains("adam"))
            #expect(words { try model.compile("adam", loss) }.contains("mean_squared_error"))
            #expect(words { try model.compile(loss: "mse", metrics: metric) }.contains("accuracy"))
            #expect(
                words { try model.compile(loss: loss, optimizer: "adam") }
                    .contains("mean_squared_error"))
            #expect(
                words { try model.compile(optimizer, "mse", metrics: [metric]) }.contains("adam"))
        }
    }

    @Test("What is given by position or the loss first arrives", arguments: Backends.names)
    func positions(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func figures(_ compile: (Sequential) throws -> Void) throws -> [Double] {
                let model = try sum()
                try compile(model)
                // One step of 0.01 down the gradient, then the figures; the weight of the loss is 2.
                try model.fit(x, y, batchSize: 2, verbose: 0)
                return try model.evaluate(x, y, verbose: 0).values
            }
            let expected = try figures {
                try $0.compile(
                    optimizer: SGD(0.01), loss: "mse", metrics: ["mae"], weightedMetrics: ["mape"],
                    lossWeights: 2)
            }
            #expect(expected.count == 3 && expected[0] < 29)
            let positions = try figures {
                try $0.compile(
                    SGD(0.01), "mse", metrics: ["mae"], weightedMetrics: ["mape"], lossWeights: 2)
            }
            let lossFirst = try figures {
                try $0.compile(
                    loss: "mse", optimizer: SGD(0.01), metrics: ["mae"], weightedMetrics: ["mape"],
                    lossWeights: 2)
            }
            #expect(positions == expected && lossFirst == expected)
        }
    }

    @Test("Figures by name and by place") func figures() throws {
        try withBackend(.cpu) {
            let model = try sum()
            try model.compile(optimizer: "sgd", loss: "mse", metrics: ["mae", "mape"])
            let score = try model.evaluate(x, y, verbose: 0)
            #expect(score.names == ["loss", "mae", "mape"])
            #expect(score[0] == 14.5 && score["loss"] == 14.5 && score[1] == 3.5)
            let error: Float = score["mae"]
            #expect(error == 3.5 && score.dictionary["none"] == nil && score["mae"]! == 3.5)
            #expect(score == ["loss": 14.5, "mae": 3.5, "mape": score["mape"]])
            #expect("\(score)" == "loss: 14.5, mae: 3.5, mape: \(score[2])")
            #expect(try model.testOnBatch(x, y)[0] == 14.5)
            #expect(try model.evaluate(x: x, y: y, verbose: false)[0] == 14.5)
            #expect(try model.evaluate(x, y, verbose: 0, batchSize: 1)[0] == 14.5)
            #expect(try model.getMetricsResult()["loss"] == 14.5)
            #expect(try model.getLayer(name: model.layers[0].name) === model.layers[0])
        }
    }

    @Test("fit takes its arguments in the orders in which people write them") func orders() throws {
        try withBackend(.cpu) {
            let model = try sum()
            try model.compile(optimizer: SGD(0.001), loss: .mse)
            let all = [
                try model.fit(x, y, epochs: 2, batchSize: 1, verbose: 0),
                try model.fit(x, y, batchSize: 1, epochs: 2, verbose: false),
                try model.fit(x, y, verbose: 0, epochs: 2),
                try model.fit(x, y, verbose: false, batchSize: 2, epochs: 2, shuffle: false),
                try model.fit(x, y, epochs: 2, validationData: (x, y), verbose: 0),
                try model.fit(x, y, epochs: 2, batchSize: 1, validationSplit: 0.5, verbose: 0),
                try model.fit(x, y, validationSplit: 0.5, epochs: 2, verbose: 0),
                try model.fit(x, y, validationData: (x, y), epochs: 2, batchSize: 2, verbose: 0),
                try model.fit(x: x, y: y, batchSize: 1, epochs: 2, verbose: 0),
                try model.fit(x: x, y: y, epochs: 2, batchSize: 1, verbose: 0),
            ]
            for (index, history) in all.enumerated() {
                #expect(history["loss"]?.count == 2, "\(index)")
                #expect((history["val_loss"] != nil) == (4...7).contains(index), "\(index)")
            }
            // The size of a batch is what it says: two steps of one sample are not one of two.
            func trained(_ fit: (Sequential) throws -> History) throws -> Float {
                let model = try sum()
                try model.compile(optimizer: SGD(0.001), loss: .mse)
                _ = try fit(model)
                return try model.getWeights()[0].floats()[0]
            }
            let one = try trained {
                try $0.fit(x, y, batchSize: 1, epochs: 1, verbose: 0, shuffle: false)
            }
            #expect(
                try trained {
                    try $0.fit(x, y, epochs: 1, batchSize: 1, verbose: 0, shuffle: false)
                } == one)
            #expect(
                try trained {
                    try $0.fit(x, y, batchSize: 2, epochs: 1, verbose: 0, shuffle: false)
                } != one)
        }
    }

    @Test("A file is replaced only if it may be") func overwriting() throws {
        try withBackend(.cpu) {
            let path =
                FileManager.default.temporaryDirectory.path + "/keratin-names-\(getpid()).keras"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try sum().save(path)
            try sum().save(path, overwrite: true)
            #expect(words { try sum().save(path, overwrite: false) }.contains("already"))
            #expect(try loadModel(path).countParams() == 3)
        }
    }
}

/// A loss with a name of its own.
private func squares(_ truth: Tensor, _ prediction: Tensor) throws -> Tensor {
    (truth - prediction).square().mean(axes: [-1])
}
