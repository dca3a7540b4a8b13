import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The routines of LAPACK that are used, found at run time: programs that decompose no matrix need not have the library.
///
/// Matrices are of doubles and lie column by column. Integers have 32 bits. Fortran takes everything by address, and wants to know, behind the
/// other arguments, how long each text is.
struct LAPACK: @unchecked Sendable {
    // The function pointers are immutable and the library stays open for the life of the process.
    typealias Integer = UnsafeMutablePointer<Int32>
    typealias Numbers = UnsafeMutablePointer<Double>
    typealias Text = UnsafePointer<CChar>

    /// A = P·L·U: m, n, a, its stride, pivots, status.
    let factorLU: @convention(c) (Integer, Integer, Numbers, Integer, Integer, Integer) -> Void
    /// A·X = B: n, columns of B, a, its stride, pivots, b, its stride, status.
    let solve:
        @convention(c) (
            Integer, Integer, Numbers, Integer, Integer, Numbers, Integer, Integer
        ) -> Void
    /// A = L·Lᵀ: part, n, a, its stride, status.
    let factorCholesky: @convention(c) (Text, Integer, Numbers, Integer, Integer, Int) -> Void
    /// T·X = B: part, transposed, unit diagonal, n, columns of B, t, its stride, b, its stride, status.
    let solveTriangular:
        @convention(c) (
            Text, Text, Text, Integer, Integer, Numbers, Integer, Numbers, Integer, Integer, Int,
            Int, Int
        ) -> Void
    /// A = Q·R: m, n, a, its stride, factors, work, its length, status.
    let factorQR:
        @convention(c) (
            Integer, Integer, Numbers, Integer, Numbers, Numbers, Integer, Integer
        ) -> Void
    /// Q of its factors: m, n, k, a, its stride, factors, work, its length, status.
    let makeQ:
        @convention(c) (
            Integer, Integer, Integer, Numbers, Integer, Numbers, Numbers, Integer, Integer
        ) -> Void
    /// A = U·S·Vᵀ: which, m, n, a, its stride, s, u, its stride, vᵀ, its stride, work, its length, whole work, status.
    let singularValues:
        @convention(c) (
            Text, Integer, Integer, Numbers, Integer, Numbers, Numbers, Integer, Numbers, Integer,
            Numbers, Integer, Integer, Integer, Int
        ) -> Void
    /// Eigenvalues of a symmetric matrix: which, part, n, a, its stride, w, work, its length, whole work, its length, status.
    let symmetricEigenvalues:
        @convention(c) (
            Text, Text, Integer, Numbers, Integer, Numbers, Numbers, Integer, Integer, Integer,
            Integer, Int, Int
        ) -> Void
    /// Eigenvalues of any matrix: left, right, n, a, its stride, real, imaginary, left vectors, their stride, right vectors, their stride, work, its
    /// length, status.
    let eigenvalues:
        @convention(c) (
            Text, Text, Integer, Numbers, Integer, Numbers, Numbers, Numbers, Integer, Numbers,
            Integer, Numbers, Integer, Integer, Int, Int
        ) -> Void

    /// Opened once; the error of a missing library comes each time.
    static let shared = Result { try load() }

    private static func load() throws -> LAPACK {
        let names = ["liblapack.so.3", "libopenblas.so.0", "liblapack.so", "libopenblas.so"]
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_LAZY | RTLD_LOCAL) }).first
        else {
            throw KeratinError(
                .unavailable,
                "decompositions need LAPACK, which is not installed (Debian: apt-get install liblapack3)"
            )
        }
        func symbol<Function>(_ name: String, _: Function.Type = Function.self) throws -> Function {
            guard let address = dlsym(library, name) else {
                throw KeratinError(.unavailable, "the LAPACK library has no function \(name)")
            }
            return unsafeBitCast(address, to: Function.self)
        }
        return LAPACK(
            factorLU: try symbol("dgetrf_"), solve: try symbol("dgesv_"),
            factorCholesky: try symbol("dpotrf_"), solveTriangular: try symbol("dtrtrs_"),
            factorQR: try symbol("dgeqrf_"), makeQ: try symbol("dorgqr_"),
            singularValues: try symbol("dgesdd_"), symmetricEigenvalues: try symbol("dsyevd_"),
            eigenvalues: try symbol("dgeev_"))
    }
}
