import ArgumentParser
import Keratin
import KeratinCore
import KeratinOpenCL
import KeratinTooling

/// `keratin-bench tune`: how an OpenCL device's products are shared out best.
struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Measures how a device shares products and convolutions out best, and keeps it.",
        discussion: """
            Every candidate must give the same bits as the shipped choice, and be faster twice; else the shipped one stays. Programs that are \
            started later on this device and driver use the table, which lies beside the compiled programs (KERATIN_TUNING=off: they do not).

            keratin-bench tune --seconds 120
            keratin-bench tune --filter convolution/resnet50 --dry-run
            """)

    @Option(help: "The device of opencl: its number in `keratin devices`, or a part of its name.")
    var device: String?

    @Option(help: "Threads of PoCL; else as many as there are processors.", transform: atLeast(1))
    var threads: Int?

    @Option(help: "Only work with this in its name; several filters add up.")
    var filter: [String] = []

    @Option(help: "Seconds after which no further class of products is begun.")
    var seconds = 120.0

    @Flag(help: "Measure, and keep nothing.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: .hidden)
    var tiny = false

    struct Row: Encodable {
        let device: String
        let work: String
        let productClass: String
        let candidates: Int
        let rejected: Int
        let shippedMicroseconds: Double
        let bestMicroseconds: Double
        /// Rows and columns; nil: the shipped choice stays.
        let choice: String?
    }

    func validate() throws {
        guard seconds > 0, seconds.isFinite else {
            throw ValidationError("--seconds must be a positive number")
        }
    }

    func run() throws {
        var options = BenchOptions()
        (options.backend, options.device, options.threads) = ("opencl", device, threads)
        let jobs = try KernelJobs.all(tiny: tiny).filter { job in
            ["matmul", "convolution"].contains(job.family) && job.matches(filter)
        }
        guard !jobs.isEmpty else {
            throw KeratinError(
                .unknownName,
                "no product or convolution has \(filter.joined(separator: " or ")) in its name")
        }
        guard let backend = try options.backends().first as? OpenCLBackend else {
            throw KeratinError(.unavailable, "only devices of opencl are tuned")
        }
        let work = jobs.compactMap { job in
            job.operation.map { (name: job.name, operation: $0.operation, inputs: $0.inputs) }
        }
        var progress = BenchProgress(total: work.count)
        let found = try backend.tune(work, seconds: seconds, stores: !dryRun) { name in
            progress.begin(name)
            progress.end()
        }
        progress.close()
        let rows = found.map {
            Row(
                device: backend.device.name, work: $0.name, productClass: $0.productClass,
                candidates: $0.candidates, rejected: $0.rejected,
                shippedMicroseconds: $0.shippedSeconds * 1e6,
                bestMicroseconds: $0.bestSeconds * 1e6, choice: $0.choice)
        }
        if json { return print(try encodeJSON(rows)) }
        let head = ["work", "class", "candidates", "rejected", "shipped us", "best us", "choice"]
        print(
            table(
                [head]
                    + rows.map {
                        [
                            $0.work, $0.productClass, "\($0.candidates)", "\($0.rejected)",
                            decimal($0.shippedMicroseconds, 1), decimal($0.bestMicroseconds, 1),
                            $0.choice ?? "shipped",
                        ]
                    }))
    }
}
