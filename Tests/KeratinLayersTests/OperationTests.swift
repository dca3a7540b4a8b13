import Foundation
import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinModels
import KeratinTensor
import KeratinTestKit
import Testing

/// One of Keras's operations in a graph, what it is given, and what it gives.
private struct GoldenOperation: Decodable, Sendable {
    let name: String
    let model: ConfigValue
    let inputs: [GoldenTensor]
    let outputs: [GoldenTensor]
    let shapes: [[Int?]]

    func graph() throws -> Model {
        try ModelConfiguration.make(SerializedObject(model, what: "model"))
    }
}

/// `ops` on symbolic tensors, on recorded ones and through files: each golden case is a graph that real Keras wrote.
@Suite("Operations", .serialized) struct OperationTests {
    private func cases() throws -> [GoldenOperation] {
        try ["operations", "tensor_functions", "image_operations"].flatMap {
            try GoldenFile<GoldenOperation>.load($0, in: GoldenFileTests.folder).cases
        }
    }

    private func check(_ cases: [GoldenOperation], _ graph: (GoldenOperation) throws -> Model)
        throws
    {
        let all = try batchedResults(cases) { golden in
            let model = try graph(golden)
            return (
                golden.inputs,
                { try model.apply($1).map { $0.cast(to: .float32) } }
            )
        }
        for (golden, values) in all {
            #expect(values.count == golden.outputs.count, "\(golden.name)")
            for (got, output) in zip(values, golden.outputs) { expect(got, output, golden.name) }
        }
    }

    @Test("Keras's values", arguments: Backends.names)
    func values(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            try check(Backends.share(of: try cases(), backend)) { try $0.graph() }
        }
    }

    @Test("What is written is read as the same") func roundTrip() throws {
        try withBackend(.cpu) {
            try check(try cases()) { golden in
                try ModelConfiguration.make(try golden.graph().serialized())
            }
        }
    }

    @Test("Shapes with unknown extents are Keras's") func shapes() throws {
        for golden in try cases() {
            #expect(try golden.graph().outputShapes == golden.shapes, "\(golden.name)")
        }
    }

    @Test("Gradients are differences") func gradients() throws {
        // At whole numbers some have no gradient.
        let kinks: Set<String> = [
            "mod", "floor_divide", "fmod", "equal", "not_equal", "less_equal", "greater_equal",
            "isclose", "allclose", "signbit", "erfinv at the ends", "nextafter", "argsort", "top_k",
            "searchsorted", "searchsorted, right", "digitize",
            // Empty segments have numbers beside which differences are lost.
            "segment_max", "segment_min",
        ]
        for golden in try cases()
        where !golden.name.contains("odd") && !golden.name.hasPrefix("nan")
            && !kinks.contains(golden.name)
            && golden.inputs.contains(where: { $0.dtype == "float32" })
        {
            let model = try golden.graph()
            let check = try GradientCheck(golden.inputs.map(\.reference)) { arguments in
                let outputs = try model.apply(arguments)
                return outputs.enumerated().reduce(Tensor(0)) { sum, output in
                    let y = output.element.cast(to: .float32)
                    let index = Tensor(indicesAlong: 0, shape: [y.count], dtype: .float32)
                    let weight = (index * 0.37 + 0.5 + Double(output.offset)).unary(.sin)
                    return sum + (y.reshaped([y.count]) * weight).sum()
                }
            }
            for comparison in try check.againstDifferences(elements: 12) {
                #expect(comparison.isWithin, "\(golden.name): \(comparison)")
            }
        }
    }

    @Test("Tensors of known numbers", arguments: Backends.names)
    func creation(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            #expect(try ops.arange(4).int32s() == [0, 1, 2, 3])
            #expect(try ops.arange(5, 0, step: -2).int32s() == [5, 3, 1])
            #expect(try ops.arange(0.5, 2).floats() == [0.5, 1.5])
            #expect(try ops.linspace(0, 1, num: 5).floats() == [0, 0.25, 0.5, 0.75, 1])
            #expect(
                try ops.linspace(0, 1, num: 4, endpoint: false).floats() == [0, 0.25, 0.5, 0.75])
            #expect(
                try ops.logspace(0, 3, num: 4).floats().map { $0.rounded() } == [1, 10, 100, 1000])
            #expect(try ops.eye(2, 3, k: 1).floats() == [0, 1, 0, 0, 0, 1])
            #expect(try ops.identity(2, dtype: .int32).int32s() == [1, 0, 0, 1])
            #expect(try ops.tri(2, 3).floats() == [1, 0, 0, 1, 1, 0])
            #expect(try ops.full([2], 3).floats() == [3, 3])
            let x = Tensor([1, 2] as [Int32])
            #expect(try ops.onesLike(x).int32s() == [1, 1])
            #expect(try ops.fullLike(x, 1.5, dtype: .float32).floats() == [1.5, 1.5])
        }
    }

    @Test("Operators and subscripts") func operators() throws {
        try withBackend(.cpu) { () throws in
            let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
            #expect(try (x ** 2).floats() == [1, 4, 9, 16, 25, 36])
            #expect(try (2 ** x).floats() == [2, 4, 8, 16, 32, 64])
            #expect(try (2 * x ** 2).floats() == [2, 8, 18, 32, 50, 72])
            #expect(try (x .> 3).bools() == [false, false, false, true, true, true])
            #expect(try (x .== x).bools().allSatisfy { $0 })
            #expect(try x.mean(axis: -1).floats() == [2, 5])
            #expect(try x.sum(axis: [0, 1]).floats() == [21])
            #expect(try x.sum(axis: 0, keepDims: true).shape == [1, 3])
            #expect(try x[0].floats() == [1, 2, 3])
            #expect(try x[1, 1...].floats() == [5, 6])
            #expect(try x[AxisItem.ellipsis, -1].floats() == [3, 6])
            #expect(try x[0..<1, AxisItem.newAxis, ..<2].shape == [1, 1, 2])
            #expect(throws: KeratinError.self) { try x[2].check() }
            #expect(try Tensor([0, 2] as [Int32]).oneHot(3).floats() == [1, 0, 0, 0, 0, 1])
        }
    }

    @Test("Random numbers", arguments: Backends.names)
    func randomNumbers(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func check(_ values: [Float], mean: Float, deviation: Float, _ what: String) {
                let middle = values.reduce(0, +) / Float(values.count)
                let spread =
                    values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Float(values.count)
                #expect(abs(middle - mean) < 0.25, "\(what): \(middle)")
                #expect(abs(spread.squareRoot() - deviation) < 0.15, "\(what): \(spread)")
            }
            let draw = compiled { _ in
                [
                    random.normal([4000], mean: 1, stddev: 2), random.uniform([4000]),
                    random.randint([4000], minval: 0, maxval: 10).cast(to: .float32),
                ]
            }
            let x = Tensor(0)
            for values in [
                try draw(x),
                [
                    random.normal([4000], mean: 1, stddev: 2), random.uniform([4000]),
                    random.randint([4000], minval: 0, maxval: 10).cast(to: .float32),
                ],
            ] {
                check(try values[0].floats(), mean: 1, deviation: 2, "normal")
                check(try values[1].floats(), mean: 0.5, deviation: 0.2887, "uniform")
                check(try values[2].floats(), mean: 4.5, deviation: 2.872, "integers")
            }
            #expect(
                try random.normal([5], seed: 3).floats() == random.normal([5], seed: 3).floats())
            #expect(try random.normal([5]).floats() != random.normal([5]).floats())
            #expect(try random.truncatedNormal([500], seed: 1).floats().allSatisfy { abs($0) <= 2 })
            let logits = Tensor([0, 100, 0, 0], shape: [2, 2])
            let picked = random.categorical(logits, 50, seed: 2)
            #expect(picked.shape == [2, 50])
            #expect(try picked[0].int32s().allSatisfy { $0 == 1 })
            let second = try picked[1].int32s().reduce(0, +)
            #expect(second > 10 && second < 40)
            let dropped = try random.dropout(ops.ones([1000]), 0.25, seed: 4).floats()
            #expect(Set(dropped) == [0, Float(1 / 0.75)])
            #expect(abs(dropped.count { $0 == 0 } - 250) < 60)
        }
    }

    @Test("What does not fit says why") func errors() throws {
        try withBackend(.cpu) {
            let x = ops.zeros([2, 3])
            func words(_ body: () throws -> Any) -> String {
                do { return "no error: \(try body())" } catch { return "\(error)" }
            }
            #expect(words { try ops.split(x, 2, axis: 1) }.contains("do not divide axis 1"))
            #expect(
                words { try ops.moveaxis(x, source: [0, 0], destination: [1, 0]) }.contains(
                    "each once"))
            #expect(words { try ops.stack([x, ops.zeros([2, 2])]) }.contains("one shape"))
            #expect(
                words { try ops.pad(x, [[1, 1], [5, 0]], mode: "reflect") }.contains("too short"))
            #expect(words { try ops.diag(ops.zeros([1, 1, 1])) }.contains("a vector or a matrix"))
            #expect(words { try ops.tile(x, [-1]) }.contains("negative"))
            #expect(words { try ops.oneHot(x, 0) }.contains("positive"))
            #expect(words { try ops.sliceUpdate(x, [1, 1], x) }.contains("does not fit"))
            #expect(words { try ops.norm(x, ord: 2, axis: [0, 1]) }.contains("norms"))
            #expect(words { try random.normal([-1, 2]) }.contains("inside of a layer"))
            #expect(
                words { try ops.unstack(Input(shape: [3]).tensor) }.contains("needs num"))
            #expect(words { try ops.matmul(x, x) }.contains("Matmul"))
        }
    }

    /// Set `KERATIN_OPERATIONS_OUT` to a folder: `Scripts/graphs/operations_in_keras.py` reads what is written there.
    @Test(
        "Graphs of operations for real Keras",
        .enabled(if: ProcessInfo.processInfo.environment["KERATIN_OPERATIONS_OUT"] != nil))
    func forKeras() throws {
        let folder = ProcessInfo.processInfo.environment["KERATIN_OPERATIONS_OUT"] ?? "."
        for (index, golden) in try cases().enumerated() {
            let text = try golden.graph().toJSON()
            try text.write(
                toFile: "\(folder)/\(index).json", atomically: true, encoding: .utf8)
        }
    }
}
