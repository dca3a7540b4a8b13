import Keratin
import KeratinCore
import KeratinLayers
import Testing

/// Metrics and losses as objects, by Keras's class names.
@Suite("Objects of Keras's classes") struct MetricObjectTests {
    @Test("What stands alone is a loss, what is a metric where one is asked for")
    func twoOfOneName() throws {
        let loss = MeanSquaredError()
        #expect(type(of: loss) == Loss.self)
        try withBackend(.cpu) { () throws in
            let (truth, prediction) = (
                Tensor([0, 0], shape: [2, 1]), Tensor([1, 3], shape: [2, 1])
            )
            #expect(try loss(truth, prediction).item() == 5)
            #expect(try MeanSquaredError(reduction: .sum)(truth, prediction).item() == 10)
            #expect(try Huber(delta: 2)(truth, prediction).item() == (0.5 + 4) / 2)
            let metric: Metric = MeanSquaredError(name: "error")
            metric.update(truth, prediction)
            #expect(try metric.result() == 5 && metric.name == "error")
            // Members give a metric of their own each time.
            let (a, b): (Metric, Metric) = (.meanSquaredError, .meanSquaredError)
            a.update(truth, prediction)
            #expect(throws: KeratinError.self) { try b.results() }
            #expect(try Metric.named("mse") !== Metric.named("mse"))
        }
    }

    @Test("A metric in a loop of one's own") func running() throws {
        try withBackend(.cpu) {
            let accuracy = SparseCategoricalAccuracy()
            accuracy.update(Tensor([0, 1]), Tensor([0.9, 0.1, 0.8, 0.2], shape: [2, 2]))
            #expect(try accuracy.result() == 0.5)
            accuracy.reset()
            accuracy.update(Tensor([0]), Tensor([0.9, 0.1], shape: [1, 2]))
            #expect(try accuracy.result() == 1)
        }
    }
}
