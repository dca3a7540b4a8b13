import KeratinCPU
import KeratinCore
import KeratinTestKit
import Testing

@Suite("Conformance of the CPU backend", .serialized)
struct CPUConformanceTests {
    @Test("Every kernel variant of this processor passes, on one thread and on several",
        arguments: KernelVariant.allCases.filter(\.isAvailable), [1, 3])
    func conforms(variant: KernelVariant, threads: Int) throws {
        let report = checkBackend(try CPUBackend(threads: threads, variant: variant))
        #expect(report.passed, "\(report)")
        #expect(report.expanded.isEmpty)
    }
}
