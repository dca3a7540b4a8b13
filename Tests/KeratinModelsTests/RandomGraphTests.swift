import Foundation
import Keratin
import KeratinCore
import KeratinTensor
import KeratinTestKit
import Testing

@testable import KeratinModels

/// Whatever graph is drawn: its plans, its layers called one by one, and naive loops in Double give the same.
@Suite("Random graphs", .serialized)
struct RandomGraphTests {
    /// Each OpenCL program is compiled, which takes seconds.
    static let seeds = (1...40).map { $0 }
    static let fewSeeds = (1...3).map { $0 }

    /// What a model of a seed does.
    private struct Outcome {
        var predictions: [[Float]] = []
        var gradients: [[Float]] = []
        var figures: [[String: Double]] = []
        var weights: [[Float]] = []
    }

    private func outcome(_ sample: GraphDrawing.Sample) throws -> Outcome {
        var outcome = Outcome()
        outcome.predictions = try sample.model.predictAll(sample.x).map { try $0.floats() }
        outcome.gradients = try inputGradients(sample)
        try sample.compile()
        for _ in 0..<2 {
            try sample.model.resetMetrics()
            outcome.figures.append(
                try sample.model.trainOnBatch(sample.x, sample.y).dictionary)
        }
        outcome.weights = try sample.model.getWeights().map { try $0.floats() }
        return outcome
    }

    private func tensors(_ sample: GraphDrawing.Sample) throws -> [Tensor] {
        try sample.x.map { array in
            array.dtype == .int32
                ? try Tensor(array.floats(), shape: array.shape).cast(to: .int32)
                : try Tensor(array.floats(), shape: array.shape)
        }
    }

    /// The gradient of the sum of all outputs' squares with respect to each input of floats.
    private func inputGradients(_ sample: GraphDrawing.Sample) throws -> [[Float]] {
        let tensors = try tensors(sample)
        let floats = tensors.indices.filter { tensors[$0].dtype == .float32 }
        guard !floats.isEmpty else { return [] }
        return try valueAndGradient(at: floats.map { tensors[$0] }) { arguments in
            var inputs = tensors
            for (index, argument) in zip(floats, arguments) { inputs[index] = argument }
            let outputs = try sample.model.call(inputs, CallContext())
            return outputs.map { $0.square().sum() }.reduce(Tensor(0)) { $0 + $1 }
        }.gradients.map { try $0.floats() }
    }

    private func expectNear(
        _ got: [Float], _ expected: [Float], _ bound: Float, _ what: String
    ) {
        let scale = max(expected.map(abs).max() ?? 0, 1e-2)
        #expect(got.count == expected.count, "\(what)")
        for (index, (a, b)) in zip(got, expected).enumerated() where !(abs(a - b) <= bound * scale)
        {
            Issue.record("\(what): \(a) at \(index), expected \(b)")
            return
        }
    }

    private func expectNear(_ got: Outcome, _ expected: Outcome) {
        func compare(_ a: [[Float]], _ b: [[Float]], _ bound: Float, _ what: String) {
            #expect(a.count == b.count)
            for (index, (a, b)) in zip(a, b).enumerated() {
                expectNear(a, b, bound, "\(what) \(index)")
            }
        }
        compare(got.predictions, expected.predictions, 1e-4, "prediction")
        compare(got.gradients, expected.gradients, 1e-3, "gradient")
        for (step, (a, b)) in zip(got.figures, expected.figures).enumerated() {
            #expect(Set(a.keys) == Set(b.keys))
            for (name, value) in b {
                expectNear(
                    [Float(a[name] ?? .nan)], [Float(value)], 1e-3, "\(name) of step \(step)")
            }
        }
        compare(got.weights, expected.weights, 2e-3, "weight")
    }

    private func agrees(_ backend: BackendChoice, _ seed: Int) throws {
        let expected = try withBackend(ReferenceBackend()) {
            try outcome(GraphDrawing.sample(seed))
        }
        let got = try withBackend(backend) { try outcome(GraphDrawing.sample(seed)) }
        expectNear(got, expected)
    }

    @Test("The CPU's plans agree with loops in Double", arguments: seeds)
    func cpu(_ seed: Int) throws { try agrees("cpu", seed) }

    @Test(
        "OpenCL's plans agree with loops in Double", .enabled(if: Backends.hasOpenCL),
        arguments: fewSeeds)
    func openCL(_ seed: Int) throws { try agrees("opencl", seed) }

    @Test("Layers called one by one agree with the plan", arguments: seeds)
    func immediate(_ seed: Int) throws {
        try withBackend("cpu") {
            let sample = try GraphDrawing.sample(seed)
            let planned = try sample.model.predictAll(sample.x)
            let results = try sample.model.call(tensors(sample), CallContext())
            for (index, (result, expected)) in zip(results, planned).enumerated() {
                #expect(result.shape == expected.shape)
                expectNear(try result.floats(), try expected.floats(), 1e-4, "output \(index)")
            }
        }
    }

    @Test("Files hold all of it", arguments: seeds)
    func files(_ seed: Int) throws {
        try withBackend("cpu") {
            let sample = try GraphDrawing.sample(seed)
            try sample.compile()
            try sample.model.trainOnBatch(sample.x, sample.y)
            let path =
                FileManager.default.temporaryDirectory.path
                + "/random-graph-\(getpid())-\(seed).keras"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try sample.model.save(path)
            let again = try loadModel(path)
            let expected = try sample.model.predictAll(sample.x).map { try $0.floats() }
            #expect(try again.predictAll(sample.x).map { try $0.floats() } == expected)
            try sample.model.resetMetrics()
            let figures = try sample.model.trainOnBatch(sample.x, sample.y)
            #expect(try again.trainOnBatch(sample.x, sample.y) == figures)
            #expect(try again.getWeights() == sample.model.getWeights())
        }
    }
}
