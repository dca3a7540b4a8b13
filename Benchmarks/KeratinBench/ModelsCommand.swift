import ArgumentParser
import KeratinTooling

/// `keratin-bench models`: trainings and predictions, as users run them.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract:
            "Epochs of training and predictions of whole nets, on random data of real shapes.",
        discussion: """
            `make bench-peers` runs the same jobs with other frameworks in turn.

            keratin-bench models --filter train --backend cpu
            keratin-bench models --filter infer/mobilenetv2 --json
            """)

    @OptionGroup var options: JobOptions

    func run() throws {
        try options.run(
            "Trainings and predictions", ModelJobs.all(tiny: options.tiny),
            columns: ["backend", "job", "items", "batch", "ms", "items/s", "peak MiB"]
        ) {
            $0.map { row in
                [
                    row.backend, row.job, "\(row.items)", "\(row.batch)",
                    decimal(row.medianS * 1e3, 2), decimal(row.itemsPerS, 1),
                    "\(row.peakBytes >> 20)",
                ]
            }
        }
    }
}
