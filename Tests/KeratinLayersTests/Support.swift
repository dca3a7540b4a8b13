import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinOpenCL
import KeratinTensor
import KeratinTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The backends that this machine has.
enum Backends {
    static let names =
        (try? OpenCLDriver().devices().isEmpty) == false ? ["cpu", "opencl"] : ["cpu"]

    /// The cases that a backend runs. PoCL compiles programs for every case, which takes it a second, so OpenCL runs
    /// every fifth of them, and all where `KERATIN_ALL_GOLDENS` is set. Formulas are the same on all backends, and
    /// operations have their conformance tests.
    static func share<Case>(of cases: [Case], _ backend: String) -> [Case] {
        let all = backend == "cpu" || getenv("KERATIN_ALL_GOLDENS") != nil
        return all ? cases : stride(from: 0, to: cases.count, by: 5).map { cases[$0] }
    }
}

/// Runs a recorded function once on golden inputs and gives its results.
func results(
    _ inputs: [GoldenTensor], _ body: (Trace, [Tensor]) throws -> [Tensor]
) throws -> [[Float]] {
    let function = try TracedFunction.record(inputs.map(\.type), body)
    let plan = try Plan(function, on: Context.backend)
    for (index, input) in inputs.enumerated() {
        try input.reference.bytes.withUnsafeBytes { try plan.write($0, toArgument: index) }
    }
    try plan.run()
    return try (0..<function.resultCount).map { try plan.floats(result: $0) }
}

/// Records an issue where numbers differ from a golden tensor's.
func expect(
    _ got: [Float], _ golden: GoldenTensor, _ what: @autoclosure () -> String,
    _ location: SourceLocation = #_sourceLocation
) {
    let comparison = golden.compare(got)
    #expect(comparison.isWithin, "\(what()): \(comparison)", sourceLocation: location)
}

/// Computes many small cases as one recorded function, because every function costs PoCL a compilation.
/// - Parameter make: the inputs of a case, and what is computed from them.
func batchedResults<Case>(
    _ cases: [Case],
    _ make: (Case) throws -> (
        inputs: [GoldenTensor], body: (Trace, [Tensor]) throws -> [Tensor]
    )
) throws -> [(Case, [[Float]])] {
    var done: [(Case, [[Float]])] = []
    for start in stride(from: 0, to: cases.count, by: 10) {
        let part = Array(cases[start..<min(start + 10, cases.count)])
        let made = try part.map(make)
        var counts: [Int] = []
        let values = try results(made.flatMap(\.inputs)) { trace, arguments in
            var rest = arguments[...]
            return try made.flatMap { item in
                let own = Array(rest.prefix(item.inputs.count))
                rest = rest.dropFirst(item.inputs.count)
                let results = try item.body(trace, own)
                counts.append(results.count)
                return results
            }
        }
        var rest = values[...]
        for (item, count) in zip(part, counts) {
            done.append((item, Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
    }
    return done
}
