import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinModels
import KeratinTensor
import Testing

@Suite("Metrics in use outside of fit", .serialized) struct RunningMetricTests {
    private func tensor(_ golden: GoldenTensor) throws -> Tensor {
        golden.dtype == "int32"
            ? Tensor(golden.values.map { Int32($0) }, shape: Shape(golden.shape))
            : Tensor(golden.floats, shape: Shape(golden.shape))
    }

    @Test("Updates and results are Keras's", arguments: Backends.names)
    func updates(backend: String) throws {
        let file = try GoldenFile<GoldenRunningMetricCase>.load(
            "running_metrics", in: GoldenFileTests.folder)
        try withBackend(BackendChoice(backend)) {
            for golden in Backends.share(of: file.cases, backend) {
                let metric = try Metric.deserialize(golden.metric)
                #expect(
                    try metric.serialized().canonical == golden.metric.canonical, "\(golden.name)")
                let running = try Metric(metric)
                // What was before a reset does not count.
                for _ in 0..<2 {
                    running.resetState()
                    for update in golden.updates { try add(update, to: running) }
                    expect(try running.results().map { Float($0) }, golden.result, golden.name)
                }
            }
        }
    }

    private func add(_ update: GoldenRunningMetricCase.Update, to metric: Metric) throws {
        var arguments = try update.arguments.map(tensor)
        let weight = try update.sampleWeight.map(tensor)
        if let mask = update.mask {
            arguments[arguments.count - 1].mask = Tensor(
                mask.values.map { $0 != 0 }, shape: Shape(mask.shape))
        }
        if arguments.count == 1 {
            metric.updateState(arguments[0], sampleWeight: weight)
        } else {
            metric.updateState(arguments[0], arguments[1], sampleWeight: weight)
        }
    }

    @Test("What is wrong is said")
    func errors() throws {
        try withBackend(.cpu) { () throws in
            let values = Tensor([1, 2, 3])
            #expect(throws: KeratinError.self) { try Metric("meen").results() }
            // Updates do not throw; the figure says what was wrong, until the metric is reset.
            func told(_ metric: Metric, _ update: (Metric) -> Void) throws {
                update(metric)
                #expect(throws: KeratinError.self) { try metric.results() }
                #expect(metric.result().error != nil)
                metric.reset()
            }
            try told(try Metric(.mean)) { $0.updateState(values, values) }
            try told("mse") { $0.updateState(values) }
            try told("mse") { _ in }
            try told(try Metric(.sum)) { $0.updateState(values, sampleWeight: Tensor([1, 2])) }
            #expect(Metric("mean").result() == 0)
        }
    }

    @Test("In compile they have nothing to compute, as in Keras")
    func compiled() throws {
        try withBackend(.cpu) {
            let model = try Sequential([Input(shape: [2]), Dense(1)])
            try model.compile(optimizer: .sgd(), loss: "mse", metrics: [.mean])
            let (x, y) = (NDArray(rows: [[1, 2], [3, 4]]), NDArray(rows: [[1], [2]]))
            let error = #expect(throws: KeratinError.self) { try model.evaluate(x, y) }
            #expect(error.map { "\($0)" }?.contains("metric 'mean': takes values") == true)
            // What needs no metrics works.
            #expect(try model.predict(x).shape == [2, 1])
        }
    }
}
