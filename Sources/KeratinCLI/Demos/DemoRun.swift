import Keratin
import KeratinTooling

/// A demo trained on one backend, with what came of it.
struct DemoRun {
    let backend: String
    let device: String
    let history: History
    /// Of the second part of the training, if the demo has one.
    let tuned: History?
    let predictions: NDArray
    let figures: [Demo.Figure]
    /// Something to look at.
    let closing: String?
    /// Pictures by what they show.
    let pictures: [String: Demo.Picture]

    init(
        _ demo: Demo, _ samples: Demo.Samples, optimizer: Optimizer, epochs: Int, seed: UInt64,
        verbose: Int, wantsPictures: Bool = false
    ) throws {
        RandomSeed.set(seed)
        let model = try demo.makeModel()
        try demo.compile(model, optimizer)
        let tellers = samples.afterEpoch.map { afterEpoch in
            LambdaCallback(onEpochEnd: { [unowned model] _, _ in
                let text = try afterEpoch(model)
                if verbose > 0 { print(text) }
            })
        }
        func fit(from first: Int, to last: Int) throws -> History {
            try model.fit(
                samples.train.x, samples.train.y, batchSize: demo.batchSize, epochs: last,
                verbose: verbose, callbacks: [tellers].compactMap { $0 },
                validationData: demo.loss == nil ? nil : samples.test, initialEpoch: first)
        }
        history = try fit(from: 0, to: epochs)
        tuned = try demo.fineTuning.map { tuning in
            try tuning.prepare(model)
            try demo.compile(model, tuning.optimizer)
            if verbose > 0 { print("fine-tuning") }
            return try fit(from: epochs, to: epochs + tuning.epochs)
        }
        let trained = Demo.Trained(
            model: model, history: tuned ?? history,
            predictions: try samples.predict(model, samples.test.x))
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
            if let tuned = run.tuned {
                try container.encode(tuned.history, forKey: key("fine tuning"))
            }
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
