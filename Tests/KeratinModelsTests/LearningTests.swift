import Keratin
import KeratinCore
import KeratinTestKit
import KeratinTooling
import Testing

/// The demos learn what they are meant to, on every backend.
@Suite(.serialized) struct LearningTests {
    @Test(arguments: Backends.names)
    func digits(_ backend: String) throws {
        let demo = try Demo.named("digits-cnn")
        let samples = try demo.load()
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(42)
            let model = try demo.makeModel()
            try demo.compile(model, demo.optimizers[0])
            try model.fit(
                samples.train.x, samples.train.y, batchSize: demo.batchSize, epochs: 8, verbose: 0)
            let results = try model.evaluate(
                samples.test.x, samples.test.y, batchSize: 256, verbose: 0)
            #expect(results["accuracy"]! >= 0.97)
        }
    }

    @Test(arguments: Backends.names)
    func moons(_ backend: String) throws {
        let demo = try Demo.named("moons")
        let samples = try demo.load()
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(42)
            let model = try demo.makeModel()
            try demo.compile(model, demo.optimizers[0])
            try model.fit(samples.train.x, samples.train.y, epochs: 60, verbose: 0)
            #expect(
                try model.evaluate(samples.test.x, samples.test.y, verbose: 0)["accuracy"]! >= 0.95)
        }
    }

    @Test(
        .enabled(if: Backends.hasOpenCL, "no OpenCL runtime is installed"),
        arguments: [1, 42, 2024] as [UInt64])
    func theFirstFiftyStepsOfTheDemoAgree(_ seed: UInt64) throws {
        let demo = try Demo.named("digits-cnn")
        let samples = try demo.load().train
        func losses(_ backend: String) throws -> [Double] {
            try withBackend(BackendChoice(backend)) {
                RandomSeed.set(seed)
                let model = try demo.makeModel()
                try demo.compile(model, demo.optimizers[0])
                return try (0..<Tolerance.backendHistorySteps).map { step in
                    let batch = (step * demo.batchSize)..<((step + 1) * demo.batchSize)
                    try model.resetMetrics()
                    return try model.trainOnBatch(
                        samples.x[batch], samples.y[batch])["loss"]!
                }
            }
        }
        let (a, b) = (try losses("opencl"), try losses("cpu"))
        let comparison = Tolerance.backendHistory.compare(a, b)
        #expect(comparison.isWithin, "\(comparison)")
    }
}
