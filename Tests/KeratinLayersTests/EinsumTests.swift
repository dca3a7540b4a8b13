import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinTensor
import KeratinTestKit
import Testing

/// An equation, and what NumPy makes of it.
private struct GoldenEinsum: Decodable, Sendable {
    let name: String
    let equation: String
    let operands: [GoldenTensor]
    let result: GoldenTensor
}

@Suite("Einsum", .serialized) struct EinsumTests {
    private func cases() throws -> [GoldenEinsum] {
        try GoldenFile<GoldenEinsum>.load("einsum", in: GoldenFileTests.folder).cases
    }

    @Test("NumPy's values", arguments: Backends.names)
    func values(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let all = try batchedResults(Backends.share(of: try cases(), backend)) { golden in
                (golden.operands, { [Tensor.einsum(golden.equation, $1)] })
            }
            for (golden, values) in all { expect(values[0], golden.result, golden.name) }
        }
    }

    @Test("Gradients are differences") func gradients() throws {
        for golden in try cases() {
            let inputs = golden.operands.map(\.reference)
            let check = try GradientCheck(inputs) { arguments in
                let y = Tensor.einsum(golden.equation, arguments)
                let index = Tensor(indicesAlong: 0, shape: [y.count], dtype: .float32)
                return (y.reshaped([y.count]) * (index * 0.37 + 0.5)).sum()
            }
            for comparison in try check.againstDifferences() {
                #expect(comparison.isWithin, "\(golden.name): \(comparison)")
            }
        }
    }

    @Test("Graphs with an unknown batch find the shapes") func symbolic() throws {
        let x = Input(shape: [3, 4]).tensor
        let y = Input(shape: [4, 5]).tensor
        func shape(_ equation: String, _ operands: Tensor...) throws -> [Int] {
            Tensor.einsum(equation, operands).shape.dimensions
        }
        #expect(try shape("bij,bjk->bik", x, y) == [-1, 3, 5])
        #expect(try shape("...ij->...ji", x) == [-1, 4, 3])
        #expect(try shape("bij,bjk->", x, y) == [])
        #expect(try shape("bij,ckj->bkc", x, x) == [-1, 3, -1])
        let kernel = Tensor((0..<8).map(Float.init), shape: [4, 2])
        #expect(try shape("...a,ab->...b", x, kernel) == [-1, 3, 2])
    }

    @Test("Attention and dense layers take one product, and move what they must only")
    func patterns() throws {
        func instructions(_ equation: String, _ shapes: [Shape]) throws -> [String] {
            let types = shapes.map { TensorType($0) }
            return try TracedFunction.record(types) { [Tensor.einsum(equation, $1)] }
                .program.instructions.map(\.name)
                .filter { !["reshape"].contains($0) }
        }
        #expect(try instructions("abc,cde->abde", [[2, 3, 4], [4, 5, 6]]) == ["matmul"])
        #expect(try instructions("abcd,cde->abe", [[2, 3, 4, 5], [4, 5, 6]]) == ["matmul"])
        #expect(try instructions("ab,cb->ac", [[2, 3], [4, 3]]) == ["matmul"])
        #expect(try instructions("ab,cb->ca", [[2, 3], [4, 3]]) == ["matmul"])
        #expect(try instructions("ba,bc->ac", [[3, 2], [3, 4]]) == ["matmul"])
        #expect(try instructions("btd,bsd->bts", [[2, 3, 4], [2, 5, 4]]) == ["matmul"])
        // Heads come before steps in a product: both factors are turned, the result is in place.
        #expect(
            try instructions("aecd,abcd->acbe", [[2, 3, 4, 5], [2, 6, 4, 5]])
                == ["transpose", "transpose", "matmul"])
        // Where there is one head, nothing moves.
        #expect(try instructions("aecd,abcd->acbe", [[2, 3, 1, 5], [2, 6, 1, 5]]) == ["matmul"])
        // The short chain first.
        #expect(
            try instructions("ij,jk,k->i", [[9, 8], [8, 7], [7]]) == ["matmul", "matmul"])
    }

    @Test("Integers stay exact", arguments: Backends.names)
    func integers(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let a = Tensor([16_777_217, 1, 2, 3] as [Int32], shape: [2, 2])
            let b = Tensor([1, 0, 0, 1] as [Int32], shape: [2, 2])
            #expect(try Tensor.einsum("ij,jk->ik", a, b).int32s() == [16_777_217, 1, 2, 3])
        }
    }

    @Test("Equations that do not fit say why") func errors() throws {
        try withBackend(.cpu) {
            let (a, b) = (
                Tensor(repeating: 1, shape: [2, 3]), Tensor(repeating: 1, shape: [4, 5])
            )
            for (equation, word) in [
                ("ij,jk->ik", "'j' is 3 and 4"), ("ij->ij", "1 operands, got 2"),
                ("ijk,jk->ik", "rank 2"), ("ij,kl->im", "'m'"), ("ij,kl->ii", "twice"),
                ("i.j,kl->ij", "dot"), ("i-j,kl", "'-'"), ("ij,kl->i->j", "arrow"),
                ("i...,kl->i", "..."), ("ij,k2->ik", "'2'"),
            ] {
                let error = #expect(throws: KeratinError.self, "\(equation)") {
                    try Tensor.einsum(equation, a, b).check()
                }
                #expect(
                    error?.description.contains(word) == true,
                    "\(equation): \(String(describing: error))")
            }
            #expect(throws: KeratinError.self) { try Tensor.einsum("ii", a).check() }
        }
    }

    @Test("A dense layer's equation and shapes are checked") func dense() throws {
        func problem(_ layer: EinsumDense, _ shape: [Int?]) -> String {
            do {
                try layer.buildIfNeeded(inputShape: shape)
                return ""
            } catch {
                return "\(error)"
            }
        }
        let cases: [(String, PartialShape, String?, [Int?], String)] = [
            ("ab,bc", 4, nil, [nil, 3], "form"), ("ab->ac", 4, nil, [nil, 3], "form"),
            ("...ab,bc->ac", 4, nil, [nil, 3], "form"),
            ("a...,bc->ac...", 4, nil, [nil, 3], "form"),
            ("ab,bc->ac", 4, "d", [nil, 3], "biasAxes"), ("ab,bc->ac", 4, nil, [nil, 3, 2], "fit"),
            ("ab,bc->ad", 4, nil, [nil, 3], "'d'"), ("ab,bce->ac", 4, nil, [nil, 3], "'e'"),
            ("ab,bc->ac", [4, 4], nil, [nil, 3], "2 axes"),
            ("ab,bc->ac", 0, nil, [nil, 3], "positive"),
            ("abc,cd->abd", [2, 4], nil, [nil, 3, 5], "'b'"),
            ("abc,cd->abd", [2, 4], nil, [nil, nil, 5], "unknown"),
            ("abc,cd->abd", [nil, nil], nil, [nil, 2, 5], "'d'"),
            ("abc,bcd->abd", [nil, 2], nil, [nil, nil, 5], "known extent"),
        ]
        for (equation, output, bias, shape, word) in cases {
            let layer = EinsumDense(equation, outputShape: output, biasAxes: bias)
            let text = problem(layer, shape)
            #expect(text.contains(word) && text.contains("einsum_dense"), "\(equation): \(text)")
        }
        let layer = EinsumDense("abc,cd->abd", outputShape: [nil, 4], biasAxes: "d")
        #expect(try layer.outputShape(for: [nil, nil, 3]) == [nil, nil, 4])
        try layer.buildIfNeeded(inputShape: [nil, nil, 3])
        let error = #expect(throws: KeratinError.self) { try layer(Input(shape: [3])).check() }
        #expect(error?.description.contains("ndim 3") == true)
    }

    @Test("Fans are those of the summed axes and of the result's") func fans() throws {
        try withBackend(.cpu) {
            let layer = EinsumDense(
                "abc,cde->abde", outputShape: [nil, 8, 16],
                kernelInitializer: .glorotUniform.seeded(1))
            try layer.buildIfNeeded(inputShape: [nil, nil, 32])
            let numbers = try layer.getWeights()[0].floats()
            // √(6/(32 + 128)), and nothing near √(6/(8·32 + 16·32)).
            let largest = numbers.map(abs).max() ?? 0
            #expect(largest <= 0.1937 && largest > 0.19, "\(largest)")
        }
    }
}
