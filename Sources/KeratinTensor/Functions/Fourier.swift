import KeratinCore

/// Discrete Fourier transforms along the last axis, of complex numbers as pairs of tensors of real ones.
///
/// A length that is a product is taken apart into shorter transforms (Cooley and Tukey, 1965), down to those that one product with a matrix
/// computes. All of it is tensor code, so that it runs, is recorded and has gradients everywhere.
struct Fourier {
    typealias Pair = (real: Tensor, imaginary: Tensor)

    /// Lengths up to this one are a product with a matrix.
    private static let shortLength = 32

    /// The sign of the exponent: −1 for the transform, 1 for its inverse, which is not divided by the length here.
    let sign: Double

    func callAsFunction(_ x: Pair) -> Pair {
        let (rank, length) = (x.real.rank, x.real.shape[x.real.rank - 1])
        guard let (a, b) = Self.factors(of: length) else { return short(x, length) }
        // Element b·i + j; result a·l + k.
        let leading = Array(x.real.shape.dimensions.dropLast())
        func each(_ x: Pair, _ body: (Tensor) -> Tensor) -> Pair {
            (body(x.real), body(x.imaginary))
        }
        func turned(_ x: Tensor) -> Tensor {
            x.transposed(Array(0..<(rank - 1)) + [rank, rank - 1])
        }
        let grid = Shape(leading + [a, b])
        let columns = each(x) { turned($0.reshaped(grid)) }
        let inner = short(columns, a)
        let twisted = product(inner, angles(b, a, turnsPer: length))
        let rows = self(each(twisted, turned))
        return each(rows) { turned($0).reshaped(Shape(leading + [length])) }
    }

    /// A factor for a product with a matrix, and what is left; nil for lengths that are taken whole.
    private static func factors(of length: Int) -> (Int, Int)? {
        guard length > shortLength else { return nil }
        guard let a = (2...shortLength).reversed().first(where: { length.isMultiple(of: $0) })
        else {
            // A prime factor beyond, the smallest.
            var factor = shortLength + 1
            while factor * factor <= length, !length.isMultiple(of: factor) { factor += 1 }
            return factor * factor <= length ? (factor, length / factor) : nil
        }
        return (a, length / a)
    }

    /// cos and sin of sign·2π·i·j/turns at row i and column j.
    private func angles(_ rows: Int, _ columns: Int, turnsPer turns: Int) -> Pair {
        var (cosines, sines) = ([Float](), [Float]())
        cosines.reserveCapacity(rows * columns)
        sines.reserveCapacity(rows * columns)
        for i in 0..<rows {
            for j in 0..<columns {
                let part = Double(i * j % turns) / Double(turns)
                cosines.append(Float(HostMath.cosine(part)))
                sines.append(Float(sign * HostMath.sine(part)))
            }
        }
        let shape: Shape = [rows, columns]
        return (Tensor(cosines, shape: shape), Tensor(sines, shape: shape))
    }

    /// Element by element.
    private func product(_ a: Pair, _ b: Pair) -> Pair {
        (
            a.real * b.real - a.imaginary * b.imaginary,
            a.real * b.imaginary + a.imaginary * b.real
        )
    }

    /// A transform as a product with a matrix, of real and imaginary parts at once.
    private func short(_ x: Pair, _ length: Int) -> Pair {
        guard length > 1 else { return x }
        let (cosines, sines) = angles(length, length, turnsPer: length)
        let upper = Tensor.concatenate([cosines, sines], axis: 1)
        let lower = Tensor.concatenate([-sines, cosines], axis: 1)
        let matrix = Tensor.concatenate([upper, lower], axis: 0)
        let last = x.real.rank - 1
        let joined = Tensor.concatenate([x.real, x.imaginary], axis: last)
        let rows = joined.count / (2 * length)
        let result = joined.reshaped([rows, 2 * length]).matmul(matrix)
            .reshaped(joined.shape)
        return (
            result.part(0..<length, axis: last), result.part(length..<(2 * length), axis: last)
        )
    }
}
