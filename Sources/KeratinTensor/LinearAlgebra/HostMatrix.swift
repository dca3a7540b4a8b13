import KeratinCore

/// A matrix of doubles in host memory, column by column as LAPACK wants it, and what LAPACK makes of it.
///
/// Elements of tensors are float32; decompositions compute in double, and only their results are rounded.
struct HostMatrix {
    let rows: Int
    let columns: Int
    /// Column by column.
    var values: [Double]

    init(rows: Int, columns: Int, values: [Double]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    init(rows: Int, columns: Int, _ element: (Int, Int) -> Double) {
        self.rows = rows
        self.columns = columns
        values = (0..<columns).flatMap { column in (0..<rows).map { element($0, column) } }
    }

    static func identity(_ size: Int) -> HostMatrix {
        HostMatrix(rows: size, columns: size) { $0 == $1 ? 1 : 0 }
    }

    subscript(_ row: Int, _ column: Int) -> Double {
        get { values[column * rows + row] }
        set { values[column * rows + row] = newValue }
    }

    var transposed: HostMatrix { HostMatrix(rows: columns, columns: rows) { self[$1, $0] } }

    /// Some first columns.
    func prefix(_ count: Int) -> HostMatrix {
        HostMatrix(rows: rows, columns: count, values: Array(values.prefix(count * rows)))
    }

    func times(_ other: HostMatrix) -> HostMatrix {
        var result = HostMatrix(rows: rows, columns: other.columns) { _, _ in 0 }
        for column in 0..<other.columns {
            for inner in 0..<columns {
                let factor = other[inner, column]
                for row in 0..<rows {
                    result.values[column * rows + row] += values[inner * rows + row] * factor
                }
            }
        }
        return result
    }
}

// MARK: Decompositions

extension HostMatrix {
    /// Calls a routine that reports by a status.
    private static func call(
        _ what: String, _ body: (LAPACK, UnsafeMutablePointer<Int32>) -> Void
    ) throws -> Int {
        let library = try LAPACK.shared.get()
        var status: Int32 = 0
        body(library, &status)
        guard status >= 0 else {
            throw KeratinError(.invalidArgument, "LAPACK refused argument \(-status)", at: what)
        }
        return Int(status)
    }

    /// Numbers that are none would keep some routines busy for ever.
    private func checkFinite(_ what: String) throws {
        guard values.allSatisfy(\.isFinite) else {
            throw KeratinError(.invalidData, "the matrix holds NaN or infinity", at: what)
        }
    }

    /// L (unit diagonal) and U in one matrix, and the row that each was exchanged with, from 0 on.
    func factoredLU() throws -> (factors: HostMatrix, pivots: [Int]) {
        var (copy, m, n) = (self, Int32(rows), Int32(columns))
        var stride = Int32(max(rows, 1))
        var pivots = [Int32](repeating: 0, count: min(rows, columns))
        // A positive status says that U is singular, which is no error here.
        _ = try Self.call("luFactor") { library, status in
            library.factorLU(&m, &n, &copy.values, &stride, &pivots, status)
        }
        return (copy, pivots.map { Int($0) - 1 })
    }

    /// The sign of the determinant and the logarithm of its magnitude.
    func signAndLogarithm() throws -> (sign: Double, logarithm: Double) {
        let (factors, pivots) = try factoredLU()
        var (sign, logarithm) = (1.0, 0.0)
        for index in 0..<rows {
            if pivots[index] != index { sign = -sign }
            let own = factors[index, index]
            if own == 0 { return (0, -.infinity) }
            if own.isNaN { return (.nan, .nan) }
            if own < 0 { sign = -sign }
            logarithm += HostMath.logarithm(abs(own))
        }
        return (sign, logarithm)
    }

    /// X with self·X = b.
    func solving(_ b: HostMatrix, _ what: String) throws -> HostMatrix {
        try checkFinite(what)
        var (copy, result) = (self, b)
        var (n, count, stride) = (Int32(rows), Int32(b.columns), Int32(max(rows, 1)))
        var pivots = [Int32](repeating: 0, count: rows)
        let status = try Self.call(what) { library, status in
            var other = stride
            library.solve(
                &n, &count, &copy.values, &stride, &pivots, &result.values, &other, status)
        }
        guard status == 0 else {
            throw KeratinError(.invalidData, "the matrix is singular", at: what)
        }
        return result
    }

    /// L with self = L·Lᵀ.
    func cholesky() throws -> HostMatrix {
        try checkFinite("cholesky")
        var (copy, n, stride) = (self, Int32(rows), Int32(max(rows, 1)))
        let status = try Self.call("cholesky") { library, status in
            library.factorCholesky("L", &n, &copy.values, &stride, status, 1)
        }
        guard status == 0 else {
            throw KeratinError(
                .invalidData, "the matrix is not positive definite", at: "cholesky")
        }
        return HostMatrix(rows: rows, columns: rows) { $0 < $1 ? 0 : copy[$0, $1] }
    }

    /// X with T·X = b, where T is the lower or the upper part.
    func solvingTriangular(_ b: HostMatrix, lower: Bool) throws -> HostMatrix {
        var (copy, result) = (self, b)
        var (n, count, stride) = (Int32(rows), Int32(b.columns), Int32(max(rows, 1)))
        let status = try Self.call("solveTriangular") { library, status in
            var other = stride
            library.solveTriangular(
                lower ? "L" : "U", "N", "N", &n, &count, &copy.values, &stride, &result.values,
                &other, status, 1, 1, 1)
        }
        guard status == 0 else {
            throw KeratinError(.invalidData, "the matrix is singular", at: "solveTriangular")
        }
        return result
    }

    /// Q and R with self = Q·R; `complete`: Q is square.
    func factoredQR(complete: Bool) throws -> (q: HostMatrix, r: HostMatrix) {
        try checkFinite("qr")
        let least = min(rows, columns)
        let width = complete ? rows : least
        var copy = HostMatrix(rows: rows, columns: max(width, columns)) {
            $1 < columns ? self[$0, $1] : 0
        }
        var (m, n, stride) = (Int32(rows), Int32(columns), Int32(max(rows, 1)))
        var factors = [Double](repeating: 0, count: max(least, 1))
        try Self.withWork { work, length in
            _ = try Self.call("qr") { library, status in
                library.factorQR(&m, &n, &copy.values, &stride, &factors, work, length, status)
            }
        }
        let r = HostMatrix(rows: width, columns: columns) { $0 > $1 ? 0 : copy[$0, $1] }
        var (q, k, count) = (copy.prefix(width), Int32(least), Int32(width))
        try Self.withWork { work, length in
            _ = try Self.call("qr") { library, status in
                library.makeQ(
                    &m, &count, &k, &q.values, &stride, &factors, work, length, status)
            }
        }
        return (q, r)
    }

    /// U, the singular values in descending order, and Vᵀ; `full`: U and V are square.
    func singularValues(
        full: Bool
    ) throws -> (u: HostMatrix, s: [Double], vt: HostMatrix) {
        try checkFinite("svd")
        let least = min(rows, columns)
        var (copy, m, n, stride) = (self, Int32(rows), Int32(columns), Int32(max(rows, 1)))
        var s = [Double](repeating: 0, count: max(least, 1))
        let (uWidth, vHeight) = (full ? rows : least, full ? columns : least)
        var u = HostMatrix(rows: rows, columns: uWidth) { _, _ in 0 }
        var vt = HostMatrix(rows: vHeight, columns: columns) { _, _ in 0 }
        var (uStride, vStride) = (Int32(max(rows, 1)), Int32(max(vHeight, 1)))
        var whole = [Int32](repeating: 0, count: max(8 * least, 1))
        var status = 0
        try Self.withWork { work, length in
            status = try Self.call("svd") { library, status in
                library.singularValues(
                    full ? "A" : "S", &m, &n, &copy.values, &stride, &s, &u.values, &uStride,
                    &vt.values, &vStride, work, length, &whole, status, 1)
            }
        }
        guard status == 0 else {
            throw KeratinError(.invalidData, "the iteration did not converge", at: "svd")
        }
        return (u, Array(s.prefix(least)), vt)
    }

    /// Eigenvalues in ascending order, and eigenvectors as columns, of a symmetric matrix (its lower part counts).
    func symmetricEigenvalues() throws -> (values: [Double], vectors: HostMatrix) {
        try checkFinite("eigh")
        var (copy, n, stride) = (self, Int32(rows), Int32(max(rows, 1)))
        var values = [Double](repeating: 0, count: max(rows, 1))
        var whole = [Int32](repeating: 0, count: 3 + 5 * max(rows, 1))
        var wholeLength = Int32(whole.count)
        var status = 0
        // What the routine asks for: 1 + 6·n + 2·n².
        try Self.withWork { work, length in
            status = try Self.call("eigh") { library, status in
                library.symmetricEigenvalues(
                    "V", "L", &n, &copy.values, &stride, &values, work, length, &whole,
                    &wholeLength, status, 1, 1)
            }
        }
        guard status == 0 else {
            throw KeratinError(.invalidData, "the iteration did not converge", at: "eigh")
        }
        return (Array(values.prefix(rows)), copy)
    }

    /// Eigenvalues and eigenvectors (columns) of any square matrix, real and imaginary parts.
    func eigenvalues() throws -> (
        values: (real: [Double], imaginary: [Double]),
        vectors: (real: HostMatrix, imaginary: HostMatrix)
    ) {
        try checkFinite("eig")
        var (copy, n, stride) = (self, Int32(rows), Int32(max(rows, 1)))
        var real = [Double](repeating: 0, count: max(rows, 1))
        var imaginary = real
        var packed = HostMatrix(rows: rows, columns: rows) { _, _ in 0 }
        var none = [0.0]
        var status = 0
        try Self.withWork { work, length in
            status = try Self.call("eig") { library, status in
                var (one, other) = (Int32(1), stride)
                library.eigenvalues(
                    "N", "V", &n, &copy.values, &stride, &real, &imaginary, &none, &one,
                    &packed.values, &other, work, length, status, 1, 1)
            }
        }
        guard status == 0 else {
            throw KeratinError(.invalidData, "the iteration did not converge", at: "eig")
        }
        // A pair of conjugates has its real parts in one column and its imaginary parts in the next.
        var vectors = (packed, HostMatrix(rows: rows, columns: rows) { _, _ in 0 })
        var column = 0
        while column < rows {
            guard imaginary[column] != 0, column + 1 < rows else {
                column += 1
                continue
            }
            for row in 0..<rows {
                let (a, b) = (packed[row, column], packed[row, column + 1])
                (vectors.0[row, column], vectors.0[row, column + 1]) = (a, a)
                (vectors.1[row, column], vectors.1[row, column + 1]) = (b, -b)
            }
            column += 2
        }
        return (
            (Array(real.prefix(rows)), Array(imaginary.prefix(rows))), (vectors.0, vectors.1)
        )
    }

    /// Asks a routine how much memory it wants (a length of −1), then calls it with so much.
    private static func withWork(
        _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Int32>) throws -> Void
    ) throws {
        var answer = [0.0]
        var length: Int32 = -1
        try body(&answer, &length)
        length = max(Int32(answer[0].rounded(.up)), 1)
        var work = [Double](repeating: 0, count: Int(length))
        try body(&work, &length)
    }
}
