import KeratinCPU
import KeratinCore
import KeratinOpenCL
import KeratinTestKit
import Testing

/// The product's backends through the suite that any backend author runs.
@Suite("Conformance of the backends", .serialized)
struct BackendConformanceTests {
    static let hasOpenCL = (try? OpenCLDriver().devices().isEmpty) == false

    @Test(
        "CPU, every kernel variant that the processor can run, on one thread and on two",
        arguments: KernelVariant.allCases.filter(\.isAvailable), [1, 2])
    func cpu(variant: KernelVariant, threads: Int) throws {
        let report = checkBackend(try CPUBackend(threads: threads, variant: variant))
        #expect(report.passed, "\(report)")
        #expect(report.expanded.isEmpty)
    }

    @Test(
        "OpenCL, both kernel families",
        .enabled(if: hasOpenCL, "no OpenCL runtime is installed"), arguments: KernelFamily.allCases)
    func openCL(family: KernelFamily) throws {
        let backend = try OpenCLBackend(
            driver: OpenCLDriver(), family: family, joinsLaunches: false)
        let report = checkBackend(backend)
        #expect(report.passed, "\(report)")
        #expect(report.expanded.isEmpty)
    }

    @Test(
        "OpenCL, runs of single work-items as one kernel",
        .enabled(if: hasOpenCL, "no OpenCL runtime is installed"))
    func openCLBatches() throws {
        let backend = try OpenCLBackend(driver: OpenCLDriver(), family: .cpu)
        let families = [
            "reduce", "arg sort", "softmax", "cross-entropy", "linear", "pooling", "loops",
        ]
        let report = checkBackend(
            backend, options: .init(tiny: true, expansions: false, families: families))
        #expect(report.passed, "\(report)")
        #expect(report.caseCount > 100)
    }
}
