import Keratin
import KeratinCore
import Testing

/// Metrics of users that are classes with variables of their own.
@Suite("Own metrics with a state", .serialized) struct OwnMetricTests {
    /// The share of predictions within a distance, and how many batches there were.
    final class Within: Metric, @unchecked Sendable {
        var distance = 1.0
        private lazy var hits = addVariable("hits", initializer: .zeros)
        private lazy var seen = addVariable("seen")

        override func update(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) {
            hits += (ops.abs(yPred - yTrue) .< distance).sum()
            seen += yTrue.count
        }
        override func result() -> Tensor { hits / seen }

        override func getConfig() -> [String: ConfigValue] {
            super.getConfig().merging(["distance": .number(distance)]) { $1 }
        }
        override class func make(from configuration: Configuration) throws -> Metric {
            let metric = Within(name: configuration.name)
            metric.distance = try configuration["distance"]
            return metric
        }
    }

    /// A maximum does not add up, and does not start from zero.
    final class Largest: Metric, @unchecked Sendable {
        private lazy var largest = addVariable("largest", initializer: .constant(-3))

        override func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) {
            largest.assign(ops.maximum(largest.tensor, yPred.max()))
        }
        override func result() -> Tensor { largest.tensor }
    }

    /// What starts from ±∞, or from where a float32 has no digits left for what comes.
    final class Span: Metric, @unchecked Sendable {
        private lazy var low = addVariable("low", initializer: .constant(1e9))
        private lazy var high = addVariable("high", initializer: .constant(-.infinity))

        override func update(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) {
            low.assign(ops.minimum(low.tensor, yPred.min()))
            high.assign(ops.maximum(high.tensor, yPred.max()))
        }
        override func result() -> Tensor { high - low }
    }

    /// Two figures.
    final class Sums: Metric, @unchecked Sendable {
        private lazy var sums = addVariable("sums", shape: [2])

        override func update(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) {
            sums += ops.stack([yTrue.sum(), yPred.sum()])
        }
        override func result() -> Tensor { sums * 2 }
    }

    final class Idle: Metric, @unchecked Sendable {}

    /// A model that gives its input.
    private func identity(_ metrics: [any MetricConvertible]) throws -> Sequential {
        let model = try Sequential([
            Input(shape: [1]), Dense(1, useBias: false, kernelInitializer: .ones),
        ])
        try model.compile(optimizer: .sgd(learningRate: 0), loss: "mse", metrics: metrics)
        return model
    }

    private let x = Tensor([0.5, -2, 4, 1, 0] as [Float], shape: [5, 1])
    private let y = Tensor([0.0, 0, 1, 0.5, 3] as [Float], shape: [5, 1])

    @Test("In compile, by itself and with validation", arguments: Backends.names)
    func training(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (within, largest, sums) = (Within(), Largest(name: "top"), Sums())
            #expect(within.name == "within")
            let model = try identity([within, largest, sums])
            let history = try model.fit(
                x, y, batchSize: 2, epochs: 2, verbose: 0,
                validationData: (x[0..<1], y[0..<1]), shuffle: false)
            #expect(history["within"] == [0.4, 0.4].map { Double(Float($0)) })
            #expect(history["val_within"] == [1, 1])
            #expect(history["top"] == [4, 4] && history["val_top"] == [0.5, 0.5])
            #expect(history["sums[0]"] == [9, 9] && history["sums[1]"] == [7, 7])
            let span = try identity([Span()])
            let spans = try span.fit(
                x, y, batchSize: 2, epochs: 2, verbose: 0, validationData: (x[0..<2], y[0..<2]))
            #expect(spans["span"] == [6, 6] && spans["val_span"] == [2.5, 2.5])
            let score = try model.evaluate(x, y, batchSize: 3, verbose: 0)
            #expect(score["within"] == Double(Float(0.4)) && score["top"] == 4)

            // By itself: the model's totals are not its own.
            within.reset()
            within.update(y, x, sampleWeight: nil)
            within.update(y[0..<2], x[0..<2])
            let share: Float = try within.result().item()
            #expect(share == Float(3) / 7)
            #expect(within.variables.map(\.name) == ["hits", "seen"])
            within.reset()
            #expect(try within.variables.map { try $0.read().item() as Float } == [0, 0])
        }
    }

    @Test("Saved and loaded with its arguments", arguments: Backends.names)
    func files(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let metric = Within(name: "near")
            metric.distance = 2.5
            let model = try identity([metric])
            let unknown = try identity([Idle()])
            #expect(throws: KeratinError.self) { try unknown.compileConfig() }
            CustomObjects.register(Within.self)
            let path = temporaryPath("own-metric.keras")
            try model.save(path)
            let again = try loadModel(path)
            let score = try again.evaluate(x, y, verbose: 0)
            #expect(score["near"] == Double(Float(0.6)))
        }
    }

    @Test("What is wrong is told", arguments: Backends.names)
    func mistakes(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try identity([Idle()])
            let error = try #require(throws: KeratinError.self) {
                try model.fit(x, y, verbose: 0)
            }
            #expect("\(error)".contains("override update") && "\(error)".contains("idle"))
            // A change that cannot be made is told by the next reading, once.
            let sums = Sums()
            sums.update(y, x, sampleWeight: nil)
            let variable = try #require(sums.variables.first)
            variable += Tensor([1.0, 2, 3])
            #expect(sums.result().error != nil)
            #expect(try sums.result().floats() == [9, 7])
            variable.assign(Tensor([1.0, 2]))
            variable.assignAdd(1)
            variable.assignSub(Tensor([0.5, 0]))
            #expect(try variable.read().floats() == [1.5, 3])
            variable.assign(Tensor([1.0, 2, 3]))
            #expect(throws: KeratinError.self) { try variable.read() }
        }
    }
}
