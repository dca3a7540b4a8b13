import KeratinCPU
import KeratinCore
import KeratinTestKit
import Testing

@testable import KeratinOpenCL

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

    /// A table that shares all products out otherwise than the cost model does.
    @Test(
        "OpenCL, with a tuned table",
        .enabled(if: hasOpenCL, "no OpenCL runtime is installed"), arguments: KernelFamily.allCases)
    func tunedOpenCL(family: KernelFamily) throws {
        let choice =
            family == .gpu
            ? ProductChoice(rows: 64, columns: 64) : ProductChoice(rows: 1, columns: 2)
        var table = ProductTuning()
        for kernel in ProductClass.kernels {
            for m in 0..<12 {
                for n in 0..<12 {
                    for k in 0..<14 {
                        for rest in 0..<20 {
                            let text = "\(kernel) \(m) \(n) \(k) \(rest / 4) \(rest % 4)"
                            let key = try #require(ProductClass(text.split(separator: " ")[...]))
                            table.choices[key] = choice
                        }
                    }
                }
            }
        }
        let backend = try OpenCLBackend(
            driver: OpenCLDriver(), family: family, joinsLaunches: false, tuning: table)
        let report = checkBackend(
            backend,
            options: .init(expansions: false, families: ["matmul", "linear", "convolution"]))
        #expect(report.passed, "\(report)")
        #expect(report.caseCount > 50)
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
