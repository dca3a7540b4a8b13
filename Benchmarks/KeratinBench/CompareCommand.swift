import ArgumentParser
import KeratinTooling

/// `keratin-bench compare`: the same jobs on several backends, in turn.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "The same work on each backend: time, ratio, and whether they compute the same.",
        discussion: """
            Each job runs on all backends before the next begins, from the same seed. The last column is how far what a backend computed in \
            its first run (a loss, a probability) is from what the first backend did.

            keratin-bench compare --filter train
            """)

    @OptionGroup var options: JobOptions

    @Flag(help: "Single operations, too.")
    var kernels = false

    func run() throws {
        let jobs =
            ModelJobs.all(tiny: options.tiny)
            + (kernels ? try KernelJobs.all(tiny: options.tiny) : [])
        try options.run(
            "Backends beside each other", jobs, alternates: true,
            columns: ["job", "backend", "ms", "of the first", "differs by"], Self.cells)
    }

    static func cells(_ rows: [Measurement]) -> [[String]] {
        rows.map { row in
            let first = rows.first { $0.job == row.job } ?? row
            return [
                row.job, row.backend, decimal(row.medianS * 1e3, 3),
                decimal(row.medianS / first.medianS, 2), difference(row.figure, first.figure),
            ]
        }
    }

    private static func difference(_ value: Double?, _ other: Double?) -> String {
        guard let value, let other else { return "" }
        let largest = max(abs(value), abs(other))
        return decimal(largest > 0 ? abs(value - other) / largest * 100 : 0, 4) + " %"
    }
}
