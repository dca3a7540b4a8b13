import KeratinCPU
import KeratinCore
import KeratinOpenCL
import KeratinTensor
import Testing

@testable import KeratinTestKit

/// Every operation that the conformance suite draws is differentiated twice: the gradient of a projection of its gradient
/// against central differences in Double, and compiled on both backends. A new operation is here as soon as it is drawn.
@Suite("Gradients of gradients", .serialized)
struct SecondGradientTests {
    /// Operations that stand for nothing by themselves: what they are given must be another's result.
    private static let derived: Set<String> = ["maximum_pooling_gradient"]

    /// Small cases of every operation from floats to floats, by the operation's name.
    private static let cases: [String: [ConformanceCase]] = {
        var found: [String: [ConformanceCase]] = [:]
        for family in ConformanceFamily.all {
            for candidate in family.cases(true) where candidate.inPlace == nil {
                let floats = candidate.inputs.filter { $0.type.dtype == .float32 }
                let count = floats.reduce(0) { $0 + $1.values.count }
                guard (1...220).contains(count), !derived.contains(candidate.operation.name),
                    let results = try? candidate.operation.resultTypes(
                        candidate.inputs.map(\.type)),
                    results.contains(where: { $0.dtype == .float32 && $0.count > 0 })
                else { continue }
                let name = candidate.operation.name
                let known = found[name, default: []]
                // Several of each, because some have inputs that give NaN.
                if known.count(where: { $0.operation == candidate.operation }) < 4 {
                    found[name, default: []].append(candidate)
                }
            }
        }
        return found
    }()

    /// The case with floats at which everything is smooth.
    private func inputs(_ source: ConformanceCase, _ draw: inout Draw) -> [ReferenceTensor] {
        source.inputs.map { input in
            guard input.type.dtype == .float32 else { return input }
            let x = draw.floats(input.shape, 0.3...1.7)
            return ReferenceTensor(x.type, x.values.map { Double(Float($0)) })
        }
    }

    /// Labels sum to 1 where the rule for logits is the derivative for such labels only (see `SoftmaxCrossEntropyGradient`).
    private func withLabels(
        _ source: ConformanceCase, _ inputs: [ReferenceTensor]
    ) -> [ReferenceTensor] {
        guard source.operation == .fused(SoftmaxCrossEntropy(sparse: false)) else { return inputs }
        var inputs = inputs
        let width = inputs[1].shape[inputs[1].shape.rank - 1]
        for start in stride(from: 0, to: inputs[1].values.count, by: max(width, 1)) {
            let sum = inputs[1].values[start..<(start + width)].reduce(0, +)
            for place in start..<(start + width) { inputs[1].values[place] /= sum }
        }
        return inputs
    }

    /// A sum that weighs every element differently, and its square, so that linear operations have curvature, too.
    private func curved(_ x: Tensor, _ phase: Double) throws -> Tensor {
        let index = Tensor(indicesAlong: 0, shape: [x.count], dtype: .float32)
        let flat = x.reshaped([x.count])
        let weights = (index * 0.7 + phase).unary(.sin)
        return (flat * weights + flat.square() * (weights + 1.5) * 0.3).sum()
    }

    private func check(_ source: ConformanceCase, _ inputs: [ReferenceTensor]) throws
        -> GradientCheck
    {
        try GradientCheck(inputs) { arguments in
            let places = arguments.indices.filter { inputs[$0].type.dtype == .float32 }
            let variables = places.map { arguments[$0] }
            let (_, gradients) = try valueAndGradient(at: variables) { _ in
                var total = Tensor(0) * 1
                for (index, result) in try Tensor.results(source.operation, arguments).enumerated()
                where result.dtype == .float32 && result.count > 0 {
                    total = try total + curved(result, 0.3 + Double(index))
                }
                return total
            }
            var projection = Tensor(0) * 1
            for (index, gradient) in gradients.enumerated() where gradient.count > 0 {
                projection = try projection + curved(gradient, 1.1 + Double(index))
            }
            return projection
        }
    }

    /// What infinite padding makes of an operation is no number, and has no gradient.
    private func isFinite(_ source: ConformanceCase, _ inputs: [ReferenceTensor]) throws -> Bool {
        try ReferenceEvaluator.evaluate(source.operation, inputs).allSatisfy {
            $0.values.allSatisfy(\.isFinite)
        }
    }

    @Test("Against central differences in Double") func differences() throws {
        var draw = Draw("second gradients")
        for (name, cases) in Self.cases.sorted(by: { $0.key < $1.key }) {
            var checked = 0
            for source in cases where checked < 5 {
                let inputs = withLabels(source, inputs(source, &draw))
                guard try isFinite(source, inputs) else { continue }
                checked += 1
                for comparison in try check(source, inputs).againstDifferences(elements: 7) {
                    #expect(comparison.isWithin, "\(source.name): \(comparison)")
                }
            }
            #expect(checked > 0, "no case of \(name) was checked")
        }
    }

    @Test("All operations are there") func completeness() {
        let names = Set(Self.cases.keys)
        let wanted: Set<String> = [
            "matmul", "select", "gather", "scatter_add", "dynamic_slice", "dynamic_update",
            "reduce_product", "reduce_maximum", "patches", "fold_patches", "linear", "convolution",
            "convolution_input_gradient", "convolution_filter_gradient", "maximum_pooling",
            "average_pooling", "average_pooling_gradient", "softmax", "log_softmax",
            "softmax_gradient", "log_softmax_gradient", "softmax_cross_entropy",
            "sparse_softmax_cross_entropy", "softmax_cross_entropy_gradient",
            "batch_normalization", "batch_normalization_gradient", "pointwise", "simple_sequence",
            "lstm_sequence", "gru_sequence", "gruResetBefore_sequence",
            "simple_sequence_gradient", "lstm_sequence_gradient", "gru_sequence_gradient",
            "gruResetBefore_sequence_gradient",
        ]
        #expect(wanted.isSubset(of: names), "missing: \(wanted.subtracting(names).sorted())")
        for function in UnaryFunction.allCases
        where (try? function.resultType(.float32)) == .float32 {
            #expect(names.contains(function.rawValue))
        }
    }

    @Test("Compiled, on both backends", arguments: ["cpu", "opencl"])
    func compiled(backend: String) throws {
        if backend == "opencl", !BackendConformanceTests.hasOpenCL { return }
        let device: any Backend =
            backend == "cpu" ? try CPUBackend() : try OpenCLBackend(driver: OpenCLDriver())
        var draw = Draw("compiled second gradients")
        for (_, cases) in Self.cases.sorted(by: { $0.key < $1.key }) {
            // PoCL compiles the programs of every plan.
            for source in cases.prefix(backend == "cpu" ? 4 : 1) {
                let inputs = inputs(source, &draw)
                guard try isFinite(source, inputs) else { continue }
                // The value itself is a sum whose terms cancel.
                for comparison in try check(source, inputs).onBackend(device).dropFirst() {
                    #expect(comparison.isWithin, "\(source.name): \(comparison)")
                }
            }
        }
    }
}
