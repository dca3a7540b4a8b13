import Keratin
import KeratinTooling

/// A demo trained on one backend, with what came of it.
struct DemoRun {
    let backend: String
    let device: String
    let history: History
    let predictions: NDArray
    let figures: [Demo.Figure]
    /// Something to look at.
    let closing: String?
    /// Pictures as SVG, by what they show.
    let pictures: [String: String]

    init(
        _ demo: Demo, _ samples: Demo.Samples, optimizer: Optimizer, epochs: Int, seed: UInt64,
        verbose: Int, wantsPictures: Bool = false
    ) throws {
        RandomSeed.set(seed)
        let model = try demo.makeModel()
        try model.compile(optimizer: optimizer, loss: demo.loss, metrics: demo.metrics)
        let tellers = samples.afterEpoch.map { afterEpoch in
            LambdaCallback(onEpochEnd: { [unowned model] _, _ in
                let text = try afterEpoch(model)
                if verbose > 0 { print(text) }
            })
        }
        history = try model.fit(
            samples.train.x, samples.train.y, batchSize: demo.batchSize, epochs: epochs,
            verbose: verbose, callbacks: [tellers].compactMap { $0 },
            validationData: samples.test)
        let trained = Demo.Trained(
            model: model, history: history,
            predictions: try model.predict(samples.test.x, batchSize: 256))
        predictions = trained.predictions
        figures = try samples.figures(trained)
        closing = try samples.closing?(trained)
        pictures = try wantsPictures ? samples.pictures(trained) : [:]
        let used = try Context.backend
        backend = used.name
        device = used.device.name
    }

    /// The mean over the epochs after the first, which also makes the plans.
    var secondsPerEpoch: Double {
        let seconds =
            history.seconds.count > 1 ? Array(history.seconds.dropFirst()) : history.seconds
        return seconds.reduce(0, +) / Double(max(seconds.count, 1))
    }
}

/// What `--json` writes.
struct DemoReport: Encodable {
    /// Figures stand beside the other entries under their names, such as `test_accuracy`.
    struct Result: Encodable {
        let run: DemoRun

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }

            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            func key(_ name: String) -> Key {
                Key(stringValue: name.lowercased().replacing(" ", with: "_"))
            }
            try container.encode(run.backend, forKey: key("backend"))
            try container.encode(run.device, forKey: key("device"))
            try container.encode(run.secondsPerEpoch, forKey: key("seconds per epoch"))
            try container.encode(run.history.history, forKey: key("history"))
            for figure in run.figures {
                try container.encode(figure.value, forKey: key(figure.name))
            }
        }
    }

    let demo: String
    let seed: UInt64
    let epochs: Int
    let results: [Result]

    init(_ demo: String, seed: UInt64, epochs: Int, _ runs: [DemoRun]) {
        self.demo = demo
        self.seed = seed
        self.epochs = epochs
        results = runs.map { Result(run: $0) }
    }
}
