import ArgumentParser
import KeratinTooling

/// `keratin-bench kernels`: single operations beside what the device can do.
struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Products, convolutions, sequences and all other operations, one by one.",
        discussion: """
            GFLOP/s and GB/s count what an operation must at least do; the last column is the part of what the device can do at best, by its \
            multiply-adds or its copies. What fits in a cache may move faster than a copy that does not.

            keratin-bench kernels --backend cpu --filter matmul
            keratin-bench kernels --filter convolution/resnet50 --html run.html
            """)

    @OptionGroup var options: JobOptions

    func run() throws {
        try options.run(
            "Operations", KernelJobs.all(tiny: options.tiny),
            columns: ["backend", "job", "us", "GFLOP/s", "GB/s", "of roofline"]
        ) {
            $0.map { row in
                [
                    row.backend, row.job, decimal(row.medianS * 1e6, 1),
                    row.gflops.map { decimal($0, 1) } ?? "",
                    row.gbytesPerS.map { decimal($0, 1) } ?? "",
                    row.partOfRoofline.map { decimal($0 * 100, 0) + " %" } ?? "",
                ]
            }
        }
    }
}
