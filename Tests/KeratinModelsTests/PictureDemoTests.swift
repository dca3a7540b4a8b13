import Keratin
import KeratinCore
import KeratinTooling
import Testing

/// The demos of pictures, on small ones.
@Suite("Demos of pictures", .serialized)
struct PictureDemoTests {
    /// Pictures with levels of 0…255 and class numbers.
    private func pictures(_ count: Int, side: Int, channels: Int = 3) -> (x: Tensor, y: Tensor) {
        let shape = Shape(channels > 1 ? [count, side, side, channels] : [count, side, side])
        let numbers = (0..<shape.count).map { UInt8(truncatingIfNeeded: $0 * 7919 >> 3) }
        return (
            Tensor(numbers, shape: shape),
            Tensor((0..<count).map { UInt8($0 % 10) }, shape: [count, 1])
        )
    }

    private func trained(
        _ demo: Demo, _ model: Model, _ samples: Demo.Samples, epochs: Int = 1
    ) throws -> Demo.Trained {
        try demo.compile(model, demo.optimizers[0])
        let history = try model.fit(
            samples.train.x, samples.train.y, batchSize: 16, epochs: epochs, verbose: 0,
            callbacks: [
                LambdaCallback(onEpochEnd: { _, _ in _ = try samples.afterEpoch?(model) })
            ],
            validationData: demo.loss == nil ? nil : samples.test)
        return Demo.Trained(
            model: model, history: history, predictions: try samples.predict(model, samples.test.x))
    }

    /// The shape of a picture that a demo made.
    private func shape(_ name: String, _ demo: Demo.Trained, _ samples: Demo.Samples) throws
        -> [Int]?
    {
        guard case .photos(let images, _) = try samples.pictures(demo)[name] else { return nil }
        let levels = try images.floats()
        #expect(levels.allSatisfy { $0 >= 0 && $0 <= 1 })
        return images.shape.dimensions
    }

    @Test(arguments: Backends.names)
    func autoencoder(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(1)
            let digits = try OpticalDigits.load()
            func levels(_ x: Tensor) -> Tensor {
                x.reshaped([-1, 8, 8]) * 255
            }
            let samples = try Demo.noisyDigits(
                train: levels(digits.train.x), test: levels(digits.test.x[0..<100]))
            let done = try trained(
                .autoencoder, try Demo.cleaner(side: 8), samples, epochs: 4)
            let figures = try samples.figures(done)
            // What is left of the noise is less than there was.
            #expect(figures.map(\.name) == ["mean error", "error of the noise"])
            #expect(figures[0].value < 0.8 * figures[1].value, "\(figures)")
            #expect(try shape("digits", done, samples) == [36, 8, 8, 1])
        }
    }

    @Test(arguments: Backends.names)
    func gan(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(1)
            let samples = try Demo.forgedDigits(pictures(48, side: 8, channels: 1).x)
            for _ in 0..<2 {
                let model = try DigitForger(side: 8)
                func weights() throws -> [Tensor] {
                    try model.generator.getWeights() + model.discriminator.getWeights()
                }
                let before = try weights()
                let done = try trained(.gan, model, samples, epochs: 2)
                // Both parts learn, and each model's pictures are its own.
                let after = try weights()
                let same = try zip(before, after).count { try $0.floats() == $1.floats() }
                #expect(same <= before.count / 8, "\(same) of \(before.count)")
                #expect(try samples.figures(done).allSatisfy { $0.value.isFinite && $0.value > 0 })
                #expect(try shape("epochs", done, samples) == [24, 8, 8, 1])
            }
        }
    }

    @Test func cifar10() throws {
        let data = pictures(40, side: 32)
        let samples = try Demo.pictures(train: data, test: data)
        let done = try trained(.cifar10, try Demo.cifar10.makeModel(), samples)
        #expect(try shape("surest", done, samples) == [80, 32, 32, 3])
        #expect(try #require(try samples.closing?(done)).contains("automobile"))
        guard case .drawing(let svg) = try samples.pictures(done)["confusion"] else {
            Issue.record("no matrix")
            return
        }
        #expect(svg.contains(">airplane</text>"))
    }

    @Test(arguments: Backends.names)
    func transfer(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(1)
            let data = pictures(40, side: 32)
            let samples = try Demo.catsAndDogs(train: data, test: data, side: 32)
            #expect(samples.train.x.shape == [8, 32, 32, 3])
            #expect(try samples.train.y.array(of: Int.self) == [0, 1, 0, 1, 0, 1, 0, 1])
            let demo = Demo.transfer(weights: nil, side: 32)
            let model = try demo.makeModel()
            let base = try #require(model.layers.first { $0 is MobileNetV2 })
            // The base is frozen: its weights stay, and only the head's are trained.
            let before = try base.getWeights()
            _ = try trained(demo, model, samples)
            let after = try base.getWeights()
            for (old, new) in zip(before, after) { #expect(try old.floats() == new.floats()) }
            #expect(model.trainableWeights.count == 2)

            try demo.fineTuning?.prepare(model)
            #expect(model.trainableWeights.count > 2 && model.trainableWeights.count < 40)
            let done = try trained(demo, model, samples)
            let tuned = try base.getWeights()
            #expect(try zip(before, tuned).contains { try $0.floats() != $1.floats() })
            #expect(try shape("surest", done, samples) == [16, 32, 32, 3])
        }
    }
}
