import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench workload`: the jobs that other frameworks are compared on, in their own words.
struct WorkloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workload",
        abstract:
            "An epoch of training, or a prediction of as many samples, on random data of real shapes."
    )

    @OptionGroup var options: BenchOptions

    @ArgumentParser.Argument(
        help: "train/lstm, train/gru, predict/lstm, predict/gru; default: all.")
    var jobs: [String] = []

    @Flag(help: "Print one JSON line a job, as soon as it is measured.")
    var lines = false

    struct Row: Encodable {
        let backend: String
        let device: String
        let job: String
        let items: Int
        let batch: Int
        let s: Double
        let itemsPerSecond: Double
    }

    func run() throws {
        let names =
            jobs.isEmpty ? ["train/lstm", "train/gru", "predict/lstm", "predict/gru"] : jobs
        var rows = [Row]()
        for backend in try options.backends() {
            for name in names {
                let row = try withBackend(backend) { try measure(name, backend) }
                rows.append(row)
                guard lines else { continue }
                print(try encodeJSON(row).split(separator: "\n").joined(separator: " "))
            }
        }
        guard !lines else { return }
        try options.report(rows, ["backend", "device", "job", "items", "batch", "s", "items/s"]) {
            [
                $0.backend, $0.device, $0.job, "\($0.items)", "\($0.batch)", decimal($0.s, 4),
                decimal($0.itemsPerSecond, 0),
            ]
        }
    }

    private static let vocabulary = 20_000
    private static let steps = 80
    private static let samples = 1280
    private static let batch = 32

    private func model(_ cell: Substring) throws -> Sequential {
        let recurrent: Layer
        switch cell {
        case "lstm": recurrent = LSTM(128)
        case "gru": recurrent = GRU(128)
        default: throw ValidationError("no job of a '\(cell)': lstm, gru")
        }
        let model = try Sequential {
            Input(shape: [Self.steps])
            Embedding(Self.vocabulary, 128)
            recurrent
            Dense(1, activation: .sigmoid)
        }
        try model.compile(optimizer: .adam(), loss: .binaryCrossentropy(), metrics: [.accuracy])
        return model
    }

    private func measure(_ name: String, _ backend: any Backend) throws -> Row {
        let parts = name.split(separator: "/")
        guard parts.count == 2 else { throw ValidationError("no job '\(name)'") }
        RandomSeed.set(1)
        let model = try model(parts[1])
        var state: UInt64 = 1
        func random(below limit: UInt64) -> Int32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int32((state >> 33) % limit)
        }
        let tokens = (0..<Self.samples * Self.steps).map { _ in
            random(below: UInt64(Self.vocabulary))
        }
        let x = NDArray(tokens, shape: [Self.samples, Self.steps])
        let y = NDArray(
            (0..<Self.samples).map { _ in Float(random(below: 2)) }, shape: [Self.samples, 1])
        let seconds: Double
        switch parts[0] {
        case "train":
            seconds = try medianSeconds(repeats: options.repeats, seconds: 0) {
                try model.fit(x, y, batchSize: Self.batch, verbose: 0)
            }
        case "predict":
            seconds = try medianSeconds(repeats: options.repeats, seconds: 0) {
                _ = try model.predict(x, batchSize: Self.batch)
            }
        default: throw ValidationError("no job '\(name)': train/… or predict/…")
        }
        return Row(
            backend: "keratin-\(backend.name)", device: backend.device.name, job: name,
            items: Self.samples, batch: Self.batch, s: seconds,
            itemsPerSecond: Double(Self.samples) / seconds)
    }
}
