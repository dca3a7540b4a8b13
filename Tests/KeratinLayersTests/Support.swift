import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinOpenCL
import KeratinTensor
import KeratinTestKit
import Testing

/// The backends that this machine has.
enum Backends {
    static let names =
        (try? OpenCLDriver().devices().isEmpty) == false ? ["cpu", "opencl"] : ["cpu"]
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
