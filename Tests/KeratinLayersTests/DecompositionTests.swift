import Keratin
import KeratinCore
import KeratinTensor
import KeratinTestKit
import Testing

/// Decompositions, by what their factors make together.
@Suite("Decompositions", .serialized) struct DecompositionTests {
    private func close(
        _ a: Tensor, _ b: Tensor, _ what: String, tolerance: Float = 2e-5,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(a.shape == b.shape, "\(what)", sourceLocation: location)
        let (x, y) = (try a.floats(), try b.floats())
        #expect(
            zip(x, y).allSatisfy { abs($0 - $1) <= tolerance * (1 + abs($1)) },
            "\(what): \(a) instead of \(b)", sourceLocation: location)
    }

    private func words(_ tensor: Tensor) -> String { tensor.error.map { "\($0)" } ?? "no error" }

    private let square = Tensor([[4, 1, -2], [1, 3, 0.5], [0.25, -1, 5]] as [[Float]])
    private let tall = Tensor([[1, 2], [3, -4], [5, 6], [0.5, 1]] as [[Float]])

    @Test("Factors give the matrix again", arguments: Backends.names)
    func factors(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let symmetric = square.matmul(square.T) + ops.eye(3)
            let lower = ops.cholesky(symmetric)
            try close(lower.matmul(lower.T), symmetric, "cholesky")
            #expect(try lower[0, 1].item() == 0)
            let upper = ops.cholesky(symmetric, upper: true)
            try close(upper.T.matmul(upper), symmetric, "cholesky, upper")
            try close(ops.choleskyInverse(lower), ops.inv(symmetric), "inverse of the factor")
            try close(
                ops.choleskyInverse(upper, upper: true), ops.inv(symmetric),
                "inverse of the upper factor")
            for x in [square, tall, tall.T] {
                for mode in ["reduced", "complete"] {
                    let (q, r) = ops.qr(x, mode: mode)
                    try close(q.matmul(r), x, "qr, \(mode)")
                    try close(q.T.matmul(q), ops.eye(q.shape[1]), "Q, \(mode)")
                }
                for isFull in [true, false] {
                    let (u, s, vh) = ops.svd(x, fullMatrices: isFull)
                    let count = s.count
                    let middle = u[AxisItem.ellipsis, 0..<count] * s
                    try close(middle.matmul(vh[0..<count]), x, "svd")
                    try close(u.T.matmul(u), ops.eye(u.shape[1]), "U")
                }
                let p = ops.pinv(x)
                try close(x.matmul(p).matmul(x), x, "pinv")
            }
            let (values, vectors) = ops.eigh(symmetric)
            try close(symmetric.matmul(vectors), vectors * values, "eigh", tolerance: 1e-4)
            #expect(try values.floats() == values.sorted().floats())
            let (lu, pivots) = ops.luFactor(square)
            #expect(pivots.dtype == .int32)
            var rows = [0, 1, 2]
            for (index, other) in try pivots.int32s().enumerated() {
                rows.swapAt(index, Int(other))
            }
            let product = (ops.tril(lu, k: -1) + ops.eye(3)).matmul(ops.triu(lu))
            try close(product, square[rows], "lu")
        }
    }

    @Test("Eigenvalues of any matrix") func eigenvalues() throws {
        try withBackend(.cpu) { () throws in
            // A turn and a stretch: a pair of conjugates, and a real one.
            let x = Tensor([[0, -2, 0], [2, 0, 0], [0, 0, 3]] as [[Float]])
            let (values, vectors) = ops.eig(x)
            // x·v = λ·v, real and imaginary parts.
            let real = vectors.real * values.real - vectors.imaginary * values.imaginary
            let imaginary = vectors.real * values.imaginary + vectors.imaginary * values.real
            try close(x.matmul(vectors.real), real, "real")
            try close(x.matmul(vectors.imaginary), imaginary, "imaginary")
            #expect(try values.imaginary.floats().sorted() == [-2, 0, 2])
        }
    }

    @Test("Determinants, systems and ranks") func numbers() throws {
        try withBackend(.cpu) { () throws in
            try close(ops.det(square), Tensor(60.625), "det")
            let (sign, logarithm) = ops.slogdet(-square)
            #expect(try sign.item() == -1)
            try close(logarithm, ops.log(ops.det(square)), "slogdet")
            #expect(try ops.slogdet(ops.ones([2, 2])).sign.item() == 0)
            #expect(try ops.slogdet(ops.ones([2, 2])).logarithm.item() == -.infinity)
            let symmetric = square.matmul(square.T)
            try close(ops.logdet(symmetric), ops.log(ops.det(symmetric)), "logdet")
            try close(square.matmul(ops.inv(square)), ops.eye(3), "inv")
            let right = Tensor([1, -2, 3] as [Float])
            try close(
                square.matmul(ops.solve(square, right).reshaped(3, 1)).flattened(), right, "solve")
            let many = Tensor([[1, 2], [3, 4], [5, 6]] as [[Float]])
            try close(square.matmul(ops.solve(square, many)), many, "solve, several")
            let lower = ops.tril(square)
            try close(
                lower.matmul(ops.solveTriangular(square, many, lower: true)), many, "lower")
            try close(ops.triu(square).matmul(ops.solveTriangular(square, many)), many, "upper")
            let b = Tensor([1, 2, 3, 4] as [Float])
            let x = ops.lstsq(tall, b)
            // What is left is orthogonal to all columns.
            let rest = tall.matmul(x.reshaped(2, 1)).flattened() - b
            try close(tall.T.matmul(rest.reshaped(4, 1)).flattened(), ops.zeros([2]), "lstsq")
            #expect(try ops.matrixRank(square).int32s() == [3])
            #expect(try ops.matrixRank(ops.ones([3, 2])).int32s() == [1])
            let stack = ops.stack([square, square * 2])
            try close(
                ops.det(stack), ops.stack([ops.det(square), ops.det(square * 2)]), "batches")
            #expect(ops.svd(ops.ones([2, 5, 3, 4])).u.shape == [2, 5, 3, 3])
        }
    }

    @Test("What cannot be decomposed says why") func errors() throws {
        try withBackend(.cpu) { () throws in
            #expect(words(ops.inv(ops.ones([2, 2]))).contains("singular"))
            #expect(words(ops.cholesky(-ops.eye(2))).contains("not positive definite"))
            #expect(words(ops.det(ops.ones([2, 3]))).contains("square matrices"))
            #expect(words(ops.solve(square, ops.ones([2]))).contains("do not fit"))
            #expect(words(ops.qr(square, mode: "raw").q).contains("reduced or complete"))
            #expect(words(ops.inv(square * Double.nan)).contains("NaN"))
            #expect(words(ops.inv(ops.zeros([0, 0]))).contains("not empty"))
        }
    }
}
