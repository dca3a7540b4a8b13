import ArgumentParser
import Keratin
import KeratinCore
import KeratinModels
import KeratinTooling

/// `keratin-bench worker JOB`: makes a job ready and runs it whenever a line "run" is read, as the peers of `Benchmarks/peers` do, so that
/// the runner can have them take turns.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

    @OptionGroup var options: BenchOptions

    @ArgumentParser.Argument var job: String

    @Flag(help: .hidden)
    var tiny = false

    func run() throws {
        guard let job = ModelJobs.all(tiny: tiny).first(where: { $0.name == job }) else {
            throw unknownName(job, among: ModelJobs.all().map(\.name), what: "job")
        }
        guard let backend = try options.backends().first else { return }
        let base = residentBytes()
        try withBackend(backend) {
            let run = try job.prepare(backend)
            // The same warming and the same shortest measurement as in peer.py.
            _ = try run()
            let start = MonotonicClock.seconds()
            _ = try run()
            let seconds = max(MonotonicClock.seconds() - start, 1e-7)
            let count = max(1, Int(0.05 / seconds))
            say(
                Ready(
                    ready: true, items: job.items, batch: job.batch, device: backend.device.name,
                    platform: backend.device.platform))
            while readLine() == "run" {
                let start = MonotonicClock.seconds()
                for _ in 0..<count { _ = try run() }
                say(["s": (MonotonicClock.seconds() - start) / Double(count)])
            }
            let peak = peakResidentBytes()
            say(["peak_bytes": peak, "added_bytes": max(peak - base, 0)])
        }
    }

    private struct Ready: Encodable {
        let ready: Bool
        let items: Int
        let batch: Int
        let device: String
        let platform: String
    }

    /// One line, at once.
    private func say(_ value: some Encodable) {
        let text = (try? encodeJSON(value)) ?? "{}"
        Terminal.write(text.split(separator: "\n").joined(separator: " ") + "\n")
    }
}
