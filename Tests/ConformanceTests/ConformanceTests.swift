import KeratinCore
import KeratinTestKit
import Testing

@Suite("Conformance suite")
struct ConformanceSuiteTests {
    @Test("The reference backend passes everything")
    func referencePasses() {
        let report = checkBackend(ReferenceBackend())
        #expect(report.passed, "\(report)")
        #expect(report.caseCount > 3000)
    }

    @Test("The tiny mode covers every family")
    func tinyMode() {
        let full = checkBackend(
            ReferenceBackend(), options: .init(families: ["linear", "pooling"]))
        let tiny = checkBackend(ReferenceBackend(), options: .init(tiny: true))
        #expect(tiny.passed, "\(tiny)")
        #expect(Set(full.cases.map(\.family)).isSubset(of: tiny.cases.map(\.family)))
    }

    @Test(
        "A wrong value is found, whatever the operation",
        arguments: [
            ("matmul", "matmul"), ("linear", "linear"), ("convolution", "convolution"),
            ("convolution_input_gradient", "convolution"),
            ("convolution_filter_gradient", "convolution"), ("maximum_pooling", "pooling"),
            ("average_pooling_gradient", "pooling"), ("softmax", "softmax"),
            ("log_softmax_gradient", "softmax"),
            ("sparse_softmax_cross_entropy", "cross-entropy"), ("batch_normalization", "batch"),
            ("batch_normalization_gradient", "batch"), ("pointwise", "pointwise"),
            ("reduce_sum", "reduce"),
            ("reduce_maximum", "reduce"), ("exp", "unary"), ("power", "binary"),
            ("transpose", "movement"),
            ("concatenate", "movement"), ("gather", "indexed"), ("scatter_add", "indexed"),
            ("patches", "patches"), ("fold_patches", "patches"), ("fill", "fill"),
            ("select", "select"),
        ])
    func wrongValue(operation: String, family: String) {
        let report = checkBackend(
            PerturbedBackend(.value, in: operation),
            options: .init(tiny: true, families: [family]))
        #expect(report.failures.contains { $0.check == .values }, "\(report)")
    }

    @Test(
        "Each kind of misbehaviour is named",
        arguments: [
            (PerturbedBackend.Fault.outOfBounds, ConformanceReport.Check.outOfBounds),
            (.unrepeatable, .repeatability), (.allocation, .counters), (.unsupported, .support),
            (.refusal, .error),
        ])
    func misbehaviour(fault: PerturbedBackend.Fault, check: ConformanceReport.Check) {
        let report = checkBackend(
            PerturbedBackend(fault, in: "matmul"), options: .init(tiny: true, families: ["matmul"]))
        #expect(report.failures.contains { $0.check == check }, "\(report)")
    }

    @Test("A wrong primitive spoils the expansions that use it")
    func wrongPrimitiveInExpansion() {
        let report = checkBackend(
            PerturbedBackend(.value, in: "reduce_sum"),
            options: .init(tiny: true, families: ["softmax"]))
        #expect(report.failures.contains { $0.check == .expansion }, "\(report)")
    }

    @Test("A fused operation without a kernel is reported and run through its expansion")
    func expandedOperations() {
        let report = checkBackend(
            PerturbedBackend(.unsupported, in: "linear"),
            options: .init(tiny: true, families: ["linear"]))
        #expect(report.passed, "\(report)")
        #expect(report.expanded == ["linear"])
    }

    @Test("A loop that computes something else is found")
    func wrongLoop() {
        let report = checkBackend(
            PerturbedBackend(.value, in: "dynamic_update"), options: .init(families: ["loops"]))
        #expect(report.failures.contains { $0.check == .loop }, "\(report)")
    }
}
