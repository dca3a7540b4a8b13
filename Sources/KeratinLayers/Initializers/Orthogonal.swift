import KeratinCore
import KeratinTensor

extension Initializer {
    /// An orthogonal matrix times `gain`: drawn uniformly, its columns (or rows, if it is wider than high) have length
    /// `gain` and are at right angles. Leading axes are taken together as rows.
    static func orthogonal(gain: Double = 1, seed: UInt64? = nil) -> Initializer {
        let identity = FunctionIdentity("Orthogonal", ["gain": .number(gain)])
        return Initializer(identity, seed) { shape, seed in
            guard shape.rank >= 2 else {
                throw KeratinError(
                    .shapeMismatch,
                    "the initializer Orthogonal needs rank 2 or more, got \(shape)")
            }
            let columns = shape[shape.rank - 1]
            let rows = shape.dimensions.dropLast().reduce(1, *)
            let count = Swift.min(rows, columns)
            let length = Swift.max(rows, columns)
            let vectors = orthonormal(count, length: length, seed)
            let isWide = rows < columns
            return (0..<shape.count).map { index in
                let (row, column) = (index / columns, index % columns)
                return Float(gain * (isWide ? vectors[row][column] : vectors[column][row]))
            }
        }
    }

    /// Vectors of length 1 at right angles, by the method of Gram and Schmidt in Double, taken twice because once leaves
    /// what rounding adds. That is the Q of a QR decomposition whose R has a positive diagonal.
    private static func orthonormal(_ count: Int, length: Int, _ seed: UInt64) -> [[Double]] {
        var normals = NormalGenerator(seed: seed)
        var vectors: [[Double]] = []
        while vectors.count < count {
            var vector = (0..<length).map { _ in normals.next() }
            for _ in 0..<2 {
                for other in vectors {
                    var share = 0.0
                    for index in 0..<length { share += vector[index] * other[index] }
                    for index in 0..<length { vector[index] -= share * other[index] }
                }
            }
            let size = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            // A vector that depends on the others is drawn again.
            if size > 1e-9 { vectors.append(vector.map { $0 / size }) }
        }
        return vectors
    }
}
