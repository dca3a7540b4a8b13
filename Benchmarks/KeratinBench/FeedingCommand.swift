import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench feeding`: what batches from a sequence cost beside arrays, on the net of mnist-mlp with random data.
struct FeedingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feeding",
        abstract: "An epoch of mnist-mlp from arrays, from a data set and from a generator.")

    @OptionGroup var options: BenchOptions

    @Option(help: "Samples of an epoch.", transform: atLeast(1))
    var samples = 12_800

    struct Row: Encodable {
        let backend: String
        let source: String
        let seconds: Double
        /// Of the time from arrays.
        let ratio: Double
    }

    func run() throws {
        var rows = [Row]()
        for backend in try options.backends() {
            try withBackend(backend) { rows += try measure(backend.name) }
        }
        try options.report(rows, ["backend", "source", "s", "of arrays"]) {
            [$0.backend, $0.source, decimal($0.seconds, 3), decimal($0.ratio, 3)]
        }
    }

    private func measure(_ backend: String) throws -> [Row] {
        let x = random.uniform([samples, 784], seed: 1)
        let y = Tensor((0..<samples).map { Int32($0 % 10) })
        let model = try Sequential([
            Input(shape: [784]), Dense(512, activation: .relu), Dropout(0.2),
            Dense(512, activation: .relu), Dropout(0.2), Dense(10, activation: .softmax),
        ])
        try model.compile(optimizer: "rmsprop", loss: "sparse_categorical_crossentropy")
        let size = 128
        let whole = stride(from: 0, to: samples, by: size).map { start in
            let rows = start..<min(start + size, samples)
            return (x[rows], y[rows])
        }
        let jobs: [(String, () throws -> History)] = [
            ("arrays", { try model.fit(x, y, batchSize: size, verbose: 0) }),
            ("Dataset", { try model.fit(Dataset(x, y).shuffled().batched(size), verbose: 0) }),
            ("generator", { try model.fit(AnyIterator(whole.makeIterator()), verbose: 0) }),
        ]
        for (_, job) in jobs { _ = try job() }
        // One after the other in turn, so that what else the machine does meets all of them.
        var times = jobs.map { _ in [Double]() }
        for _ in 0..<options.repeats {
            for (index, job) in jobs.enumerated() {
                let start = MonotonicClock.seconds()
                _ = try job.1()
                times[index].append(MonotonicClock.seconds() - start)
            }
        }
        let medians = times.map { $0.sorted()[$0.count / 2] }
        return zip(jobs, medians).map { job, seconds in
            Row(
                backend: backend, source: job.0, seconds: seconds, ratio: seconds / medians[0])
        }
    }
}
