import ArgumentParser
import Keratin
import KeratinCPU
import KeratinCore
import KeratinOpenCL
import KeratinTestKit

/// `keratin-bench conformance`: every operation of a backend against the Double reference.
struct ConformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Runs the conformance suite; ends with code 1 if a case fails.")

    @OptionGroup var options: BenchOptions

    @Option(help: "Kernel family of the OpenCL backend: cpu or gpu. Default: both.")
    var family: String?

    @Flag(help: "Small sizes only, for slow implementations.")
    var tiny = false

    @Flag(
        help:
            "Let the OpenCL backend join runs of single work-items, as it does in use; slow to compile."
    )
    var batches = false

    @Option(help: "Families of cases; default: all.")
    var only: [String] = []

    func run() throws {
        var failed = false
        for backend in try backends() {
            let report = checkBackend(backend, options: .init(tiny: tiny, families: only))
            print(report)
            failed = failed || !report.passed
        }
        if failed { throw ExitCode(1) }
    }

    private func backends() throws -> [any Backend] {
        var backends = [any Backend]()
        if options.backend != "opencl" {
            backends += try KernelVariant.allCases.filter(\.isAvailable).map {
                try CPUBackend(variant: $0)
            }
        }
        guard options.backend != "cpu" else { return backends }
        let families: [KernelFamily]
        switch family {
        case nil: families = KernelFamily.allCases
        case let name?:
            guard let family = KernelFamily(rawValue: name) else {
                throw KeratinError(.unknownName, "unknown family '\(name)': cpu or gpu")
            }
            families = [family]
        }
        return backends
            + (try families.map {
                try OpenCLBackend(driver: OpenCLDriver(), family: $0, joinsLaunches: batches)
            })
    }
}
