import KeratinCore

// Decompositions of matrices, and what follows from them, by LAPACK, in double. They need numbers: recorded steps and graphs cannot hold
// them, and they have no gradients. Leading axes count matrices.

extension ops {
    // MARK: Factors

    /// L with x = L·Lᵀ of symmetric positive definite matrices; `upper`: U with x = Uᵀ·U.
    public static func cholesky(_ x: Tensor, upper: Bool = false) -> Tensor {
        decomposed("cholesky", [x], square: true) { matrices in
            let factor = try matrices[0].cholesky()
            return [.matrix(upper ? factor.transposed : factor)]
        }[0]
    }

    /// The inverse of the matrices whose Cholesky factors these are: lower ones, unless `upper`.
    public static func choleskyInverse(_ x: Tensor, upper: Bool = false) -> Tensor {
        decomposed("choleskyInverse", [x], square: true) { matrices in
            let identity = HostMatrix.identity(matrices[0].rows)
            let inverse = try matrices[0].solvingTriangular(identity, lower: !upper)
            return [
                .matrix(
                    upper ? inverse.times(inverse.transposed) : inverse.transposed.times(inverse))
            ]
        }[0]
    }

    /// L (below the diagonal, whose ones are not stored) and U of square matrices in one, and for each row the one (int32) that it
    /// was exchanged with, in turn.
    public static func luFactor(_ x: Tensor) -> (lu: Tensor, pivots: Tensor) {
        let results = decomposed("luFactor", [x], count: 2) { matrices in
            let (factors, pivots) = try matrices[0].factoredLU()
            return [.matrix(factors), .integers(pivots)]
        }
        return (results[0], results[1])
    }

    /// Q (orthogonal) and R (upper triangular) with x = Q·R.
    /// - Parameter mode: `reduced`: [M, K] and [K, N] with K = min(M, N); `complete`: [M, M] and [M, N].
    public static func qr(_ x: Tensor, mode: String = "reduced") -> (q: Tensor, r: Tensor) {
        let results = decomposed("qr", [x], count: 2) { matrices in
            guard mode == "reduced" || mode == "complete" else {
                throw KeratinError(
                    .unknownName, "mode must be reduced or complete, got '\(mode)'", at: "qr")
            }
            let (q, r) = try matrices[0].factoredQR(complete: mode == "complete")
            return [.matrix(q), .matrix(r)]
        }
        return (results[0], results[1])
    }

    /// U, the singular values in descending order, and Vᵀ with x = U·S·Vᵀ.
    /// - Parameter fullMatrices: whether U and V are square, or have as many columns as there are singular values.
    public static func svd(
        _ x: Tensor, fullMatrices: Bool = true
    ) -> (u: Tensor, s: Tensor, vh: Tensor) {
        let results = decomposed("svd", [x], count: 3) { matrices in
            let (u, s, vt) = try matrices[0].singularValues(full: fullMatrices)
            return [.matrix(u), .vector(s), .matrix(vt)]
        }
        return (results[0], results[1], results[2])
    }

    /// The singular values alone, in descending order: Keras's `svd` with `compute_uv=False`.
    public static func singularValues(_ x: Tensor) -> Tensor { svd(x, fullMatrices: false).s }

    /// The eigenvalues of symmetric matrices in ascending order, and their eigenvectors as columns. The part below the diagonal counts.
    public static func eigh(_ x: Tensor) -> (values: Tensor, vectors: Tensor) {
        let results = decomposed("eigh", [x], square: true, count: 2) { matrices in
            let (values, vectors) = try matrices[0].symmetricEigenvalues()
            return [.vector(values), .matrix(vectors)]
        }
        return (results[0], results[1])
    }

    /// The eigenvalues of square matrices, and their eigenvectors as columns: complex numbers, as pairs of real and imaginary parts.
    public static func eig(_ x: Tensor) -> (values: ComplexPair, vectors: ComplexPair) {
        let results = decomposed("eig", [x], square: true, count: 4) { matrices in
            let (values, vectors) = try matrices[0].eigenvalues()
            return [
                .vector(values.real), .vector(values.imaginary), .matrix(vectors.real),
                .matrix(vectors.imaginary),
            ]
        }
        return ((results[0], results[1]), (results[2], results[3]))
    }

    // MARK: What follows from them

    /// The determinant of square matrices.
    public static func det(_ x: Tensor) -> Tensor {
        decomposed("det", [x], square: true) { matrices in
            let (factors, pivots) = try matrices[0].factoredLU()
            let size = factors.rows
            let sign = pivots.enumerated().reduce(1.0) { $1.offset == $1.element ? $0 : -$0 }
            return [.number((0..<size).reduce(sign) { $0 * factors[$1, $1] })]
        }[0]
    }

    /// The sign (1, −1 or 0) of the determinant of square matrices, and the logarithm of its magnitude, −infinity for singular ones.
    public static func slogdet(_ x: Tensor) -> (sign: Tensor, logarithm: Tensor) {
        let results = decomposed("slogdet", [x], square: true, count: 2) { matrices in
            let (sign, logarithm) = try matrices[0].signAndLogarithm()
            return [.number(sign), .number(logarithm)]
        }
        return (results[0], results[1])
    }

    /// The logarithm of the determinant of symmetric positive definite matrices.
    public static func logdet(_ x: Tensor) -> Tensor {
        decomposed("logdet", [x], square: true) { matrices in
            let factor = try matrices[0].cholesky()
            return [
                .number(
                    (0..<factor.rows).reduce(0.0) { $0 + 2 * HostMath.logarithm(factor[$1, $1]) })
            ]
        }[0]
    }

    /// The inverse of square matrices.
    public static func inv(_ x: Tensor) -> Tensor {
        decomposed("inv", [x], square: true) { matrices in
            [.matrix(try matrices[0].solving(.identity(matrices[0].rows), "inv"))]
        }[0]
    }

    /// The pseudo-inverse of Moore and Penrose.
    /// - Parameter rcond: singular values up to this part of the largest count as 0; nil: max(M, N)·ε of float32.
    public static func pinv(_ x: Tensor, rcond: Double? = nil) -> Tensor {
        decomposed("pinv", [x]) { [.matrix(try inverse($0[0], rcond))] }[0]
    }

    /// x with a·x = b, for square matrices a: b […, N, K] or […, N], of one axis less.
    public static func solve(_ a: Tensor, _ b: Tensor) -> Tensor {
        systems("solve", a, b) { try $0.solving($1, "solve") }
    }

    /// x with a·x = b, where only the upper part of a counts (`lower`: the lower one). b as of `solve`.
    public static func solveTriangular(_ a: Tensor, _ b: Tensor, lower: Bool = false) -> Tensor {
        systems("solveTriangular", a, b) { try $0.solvingTriangular($1, lower: lower) }
    }

    /// The x of least length for which the length of a·x − b is least: a [M, N] and b [M] or [M, K].
    /// - Parameter rcond: as of `pinv`.
    public static func lstsq(_ a: Tensor, _ b: Tensor, rcond: Double? = nil) -> Tensor {
        systems("lstsq", a, b, square: false) { try inverse($0, rcond).times($1) }
    }

    /// How many singular values are not 0 (int32).
    /// - Parameter tol: up to which they count as 0; nil: max(M, N)·ε of float32 times the largest.
    public static func matrixRank(_ x: Tensor, tol: Double? = nil) -> Tensor {
        decomposed("matrixRank", [x]) { matrices in
            let s = try matrices[0].singularValues(full: false).s
            let limit =
                tol ?? (s.first ?? 0) * Double(Float.ulpOfOne)
                * Double(Swift.max(matrices[0].rows, matrices[0].columns))
            return [.integer(s.count { $0 > limit })]
        }[0]
    }

    private static func inverse(_ x: HostMatrix, _ rcond: Double?) throws -> HostMatrix {
        let (u, s, vt) = try x.singularValues(full: false)
        let share = rcond ?? Double(Float.ulpOfOne) * Double(Swift.max(x.rows, x.columns))
        let limit = share * (s.first ?? 0)
        let scaled = HostMatrix(rows: vt.columns, columns: s.count) { row, column in
            s[column] > limit ? vt[column, row] / s[column] : 0
        }
        return scaled.times(u.transposed)
    }

    // MARK: From tensors to matrices and back

    /// What a decomposition of one matrix gives.
    private enum Result {
        case matrix(HostMatrix)
        case vector([Double])
        case integers([Int])
        case number(Double)
        case integer(Int)

        var shape: [Int] {
            switch self {
            case .matrix(let matrix): [matrix.rows, matrix.columns]
            case .vector(let values): [values.count]
            case .integers(let values): [values.count]
            case .number, .integer: []
            }
        }

        /// Row by row.
        var numbers: [Double] {
            switch self {
            case .matrix(let matrix): matrix.transposed.values
            case .vector(let values): values
            case .integers(let values): values.map { Double($0) }
            case .number(let value): [value]
            case .integer(let value): [Double(value)]
            }
        }

        var isWhole: Bool {
            switch self {
            case .integers, .integer: true
            default: false
            }
        }
    }

    private static func decomposed(
        _ name: String, _ tensors: [Tensor], square: Bool = false, count: Int = 1,
        _ body: ([HostMatrix]) throws -> [Result]
    ) -> [Tensor] {
        Tensor.carrying(count: count, tensors) {
            for tensor in tensors { try requireNumbers(tensor, name) }
            let stacks = try tensors.map { try matrices($0, name, square: square) }
            let leading = stacks[0].leading
            guard stacks.allSatisfy({ $0.leading == leading }) else {
                throw KeratinError(
                    .shapeMismatch,
                    "the axes that count matrices differ: \(tensors.map(\.shape))", at: name)
            }
            // Of no matrix at all the shapes of the results would be unknown.
            guard !stacks[0].matrices.isEmpty,
                stacks.allSatisfy({ $0.matrices[0].values.count > 0 })
            else {
                throw KeratinError(
                    .shapeMismatch, "needs matrices that are not empty, got \(tensors[0].shape)",
                    at: name)
            }
            let all = try stacks[0].matrices.indices.map { index in
                try body(stacks.map { $0.matrices[index] })
            }
            return (0..<count).map { place in
                let results = all.map { $0[place] }
                let shape = Shape(leading + results[0].shape)
                let numbers = results.flatMap(\.numbers)
                return results[0].isWhole
                    ? Tensor(numbers.map { Int32($0) }, shape: shape)
                    : Tensor(numbers.map { Float($0) }, shape: shape)
            }
        }
    }

    private static func requireNumbers(_ x: Tensor, _ name: String) throws {
        guard x.hasNumbers else {
            throw KeratinError(
                .unavailable,
                "decompositions need numbers, which recorded steps and graphs do not have yet: call it on arrays",
                at: name)
        }
    }

    private static func matrices(
        _ x: Tensor, _ name: String, square: Bool
    ) throws -> (leading: [Int], matrices: [HostMatrix]) {
        guard x.rank >= 2, !square || x.shape[x.rank - 1] == x.shape[x.rank - 2] else {
            throw KeratinError(
                .shapeMismatch, "needs \(square ? "square " : "")matrices, got shape \(x.shape)",
                at: name)
        }
        let values = try x.array(of: Double.self)
        let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
        let leading = Array(x.shape.dimensions.dropLast(2))
        let matrices = (0..<leading.reduce(1, *)).map { index in
            HostMatrix(rows: rows, columns: columns) { row, column in
                values[(index * rows + row) * columns + column]
            }
        }
        return (leading, matrices)
    }

    /// Systems of equations: right-hand sides may be vectors.
    private static func systems(
        _ name: String, _ a: Tensor, _ b: Tensor, square: Bool = true,
        _ body: (HostMatrix, HostMatrix) throws -> HostMatrix
    ) -> Tensor {
        Tensor.carrying([a, b]) {
            guard a.rank >= 2, !square || a.shape[a.rank - 1] == a.shape[a.rank - 2] else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs \(square ? "square " : "")matrices, got shape \(a.shape)", at: name)
            }
            let isVector = b.rank == a.rank - 1
            guard isVector || b.rank == a.rank,
                b.shape[isVector ? b.rank - 1 : b.rank - 2] == a.shape[a.rank - 2]
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "right-hand sides \(b.shape) do not fit matrices \(a.shape)", at: name)
            }
            let columns = isVector ? b.expandingDimension(at: -1) : b
            let x = decomposed(name, [a, columns]) { [.matrix(try body($0[0], $0[1]))] }[0]
            return isVector ? x.squeezed([x.rank - 1]) : x
        }
    }
}
