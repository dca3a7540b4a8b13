import Keratin
import KeratinTooling

/// A demo trained on one backend, with what came of it.
struct DemoRun {
    let backend: String
    let device: String
    let history: History
    let testAccuracy: Double
    /// The predicted class of each test sample.
    let predictions: [Int]

    init(
        _ demo: Demo, _ samples: Demo.Samples, optimizer: Optimizer, epochs: Int, seed: UInt64,
        verbose: Int
    ) throws {
        RandomSeed.set(seed)
        let model = try demo.makeModel()
        try model.compile(optimizer: optimizer, loss: demo.loss, metrics: [.accuracy])
        history = try model.fit(
            samples.train.x, samples.train.y, batchSize: demo.batchSize, epochs: epochs,
            verbose: verbose, validationData: samples.test)
        let results = try model.evaluate(
            samples.test.x, samples.test.y, batchSize: 256, verbose: 0)
        testAccuracy = results["accuracy"] ?? .nan
        let outputs = try model.predict(samples.test.x, batchSize: 256)
        predictions = DemoRun.classes(outputs)
        let used = try Context.backend
        backend = used.name
        device = used.device.name
    }

    /// The largest column of each row; of one column, whether it exceeds one half.
    static func classes(_ outputs: NDArray) -> [Int] {
        let width = outputs.sampleCount
        let values = outputs.floats
        return (0..<outputs.count).map { row in
            let scores = values[(row * width)..<((row + 1) * width)]
            if width == 1 { return scores.first! > 0.5 ? 1 : 0 }
            return scores.indices.max { scores[$0] < scores[$1] }! - scores.startIndex
        }
    }

    /// The mean over the epochs after the first, which also makes the plans.
    var secondsPerEpoch: Double {
        let seconds =
            history.seconds.count > 1 ? Array(history.seconds.dropFirst()) : history.seconds
        return seconds.reduce(0, +) / Double(max(seconds.count, 1))
    }

    /// The part of the test samples for which both predict the same class.
    func agreement(with other: DemoRun) -> Double {
        let same = zip(predictions, other.predictions).filter { $0 == $1 }.count
        return Double(same) / Double(max(predictions.count, 1))
    }

    /// Some test images with their predictions, wrong ones first.
    func drawing(_ samples: Demo.Samples) -> String {
        let labels = DemoRun.labels(samples.test.y)
        let wrong = labels.indices.filter { labels[$0] != predictions[$0] }.prefix(1)
        let chosen = Array(wrong) + Array(0..<5)
        let images = chosen.map { samples.test.x.samples($0..<($0 + 1)).floats }
        guard
            let joined = try? NDArray(
                images.flatMap { $0 }, shape: [chosen.count, images[0].count])
        else { return "" }
        return DigitDrawing().draw(
            joined, predicted: chosen.map { predictions[$0] }, labels: chosen.map { labels[$0] })
    }

    private static func labels(_ y: NDArray) -> [Int] {
        y.shape.rank > 1 && y.sampleCount > 1 ? classes(y) : y.floats.map { Int($0) }
    }
}

/// What `--json` writes.
struct DemoReport: Encodable {
    struct Result: Encodable {
        let backend: String
        let device: String
        let secondsPerEpoch: Double
        let history: [String: [Double]]
        let testAccuracy: Double
    }

    let demo: String
    let seed: UInt64
    let epochs: Int
    let results: [Result]

    init(_ demo: String, seed: UInt64, epochs: Int, _ runs: [DemoRun]) {
        self.demo = demo
        self.seed = seed
        self.epochs = epochs
        results = runs.map {
            Result(
                backend: $0.backend, device: $0.device, secondsPerEpoch: $0.secondsPerEpoch,
                history: $0.history.history, testAccuracy: $0.testAccuracy)
        }
    }
}
