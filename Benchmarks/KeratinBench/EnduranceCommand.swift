import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench endurance`: whether memory stays flat over many small trainings and predictions in one process.
struct EnduranceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endurance",
        abstract:
            "Many small fit calls and predictions in one process: resident memory after a tenth of them and at the end."
    )

    @OptionGroup var options: BenchOptions

    @Option(help: "Calls of fit.", transform: atLeast(1))
    var fits = 10_000

    @Option(help: "Predictions.", transform: atLeast(1))
    var predictions = 100_000

    struct Row: Encodable {
        let backend: String
        let job: String
        let calls: Int
        let megabytesEarly: Double
        let megabytesLate: Double
        let microseconds: Double
    }

    func run() throws {
        var rows = [Row]()
        for backend in try options.backends() {
            try withBackend(backend) {
                let x = random.uniform([16, 4], seed: 1)
                let y = x.sum(axis: -1, keepDims: true)
                let model = try Sequential([
                    Input(shape: [4]), Dense(8, activation: .relu), Dense(1),
                ])
                try model.compile(optimizer: "adam", loss: "mse")
                final class Look: Callback {
                    override func onEpochEnd(_ epoch: Int, logs: Logs) {}
                }
                rows.append(
                    try measure(backend.name, "fit", fits) {
                        try model.fit(x, y, verbose: 0, callbacks: [Look()])
                    })
                rows.append(
                    try measure(backend.name, "predict", predictions) {
                        _ = try model.predict(x).floats()
                    })
            }
        }
        try options.report(
            rows, ["backend", "job", "calls", "MiB at a tenth", "MiB at the end", "us a call"]
        ) {
            [
                $0.backend, $0.job, "\($0.calls)", decimal($0.megabytesEarly, 1),
                decimal($0.megabytesLate, 1), decimal($0.microseconds, 0),
            ]
        }
    }

    private func measure(
        _ backend: String, _ job: String, _ calls: Int, _ work: () throws -> Void
    ) throws -> Row {
        func megabytes() -> Double { Double(residentBytes()) / 1_048_576 }
        let start = MonotonicClock.seconds()
        for _ in 0..<(calls / 10) { try work() }
        let early = megabytes()
        for _ in (calls / 10)..<calls { try work() }
        return Row(
            backend: backend, job: job, calls: calls, megabytesEarly: early,
            megabytesLate: megabytes(),
            microseconds: (MonotonicClock.seconds() - start) / Double(max(calls, 1)) * 1e6)
    }
}
