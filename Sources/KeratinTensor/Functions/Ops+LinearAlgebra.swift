import KeratinCore

// Products of matrices and vectors, their parts, and their lengths.

extension ops {
    /// NumPy's product: matrices along the last two axes, the others broadcast; vectors lose their axis.
    public static func matmul(_ a: Tensor, _ b: Tensor) -> Tensor {
        one("Matmul", [a, b]) { inputs in
            let (a, b) = (inputs[0], inputs[1])
            guard a.rank > 0, b.rank > 0 else {
                throw KeratinError(
                    .shapeMismatch, "needs vectors or matrices, got \(a.shape) and \(b.shape)")
            }
            switch (a.rank, b.rank) {
            case (1, 1): return Tensor.einsum("i,i->", a, b)
            case (1, _): return Tensor.einsum("i,...ij->...j", a, b)
            case (_, 1): return Tensor.einsum("...i,i->...", a, b)
            default: return Tensor.einsum("...ij,...jk->...ik", a, b)
            }
        }
    }

    /// NumPy's dot: the last axis of one with the last but one of the other.
    public static func dot(_ a: Tensor, _ b: Tensor) -> Tensor {
        one("Dot", [a, b]) { inputs in
            let (a, b) = (inputs[0], inputs[1])
            if a.rank == 0 || b.rank == 0 { return a * b }
            return contracted(a, b, [a.rank - 1], [Swift.max(b.rank - 2, 0)])
        }
    }

    /// The sum of products over the last axes of both.
    public static func inner(_ a: Tensor, _ b: Tensor) -> Tensor {
        one("Inner", [a, b]) { inputs in
            let (a, b) = (inputs[0], inputs[1])
            if a.rank == 0 || b.rank == 0 { return a * b }
            return contracted(a, b, [a.rank - 1], [b.rank - 1])
        }
    }

    /// The sum of products of flat arrays.
    public static func vdot(_ a: Tensor, _ b: Tensor) -> Tensor {
        one("Vdot", [a, b]) { inputs in
            Tensor.einsum("i,i->", inputs.map { $0.reshaped([$0.count]) })
        }
    }

    /// The product of each element with each, of flat arrays.
    public static func outer(_ a: Tensor, _ b: Tensor) -> Tensor {
        one("Outer", [a, b]) { inputs in
            Tensor.einsum("i,j->ij", inputs.map { $0.reshaped([$0.count]) })
        }
    }

    /// The sum of products over the last `axes` axes of one and the first of the other.
    public static func tensordot(_ a: Tensor, _ b: Tensor, axes: Int = 2) -> Tensor {
        one("Tensordot", [("axes", .integer(axes))], [a, b]) { inputs in
            let (a, b) = (inputs[0], inputs[1])
            guard axes >= 0, axes <= a.rank, axes <= b.rank else {
                throw KeratinError(
                    .invalidArgument, "\(axes) axes are too many for \(a.shape) and \(b.shape)")
            }
            return contracted(a, b, Array((a.rank - axes)..<a.rank), Array(0..<axes))
        }
    }

    /// The sum of products over axes of one and as many of the other.
    public static func tensordot(_ a: Tensor, _ b: Tensor, axes: [[Int]]) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("axes", .list(axes.map { .init($0) }))
        ]
        return one("Tensordot", config, [a, b]) { inputs in
            guard axes.count == 2 else {
                throw KeratinError(.invalidArgument, "axes must be two lists, got \(axes)")
            }
            return contracted(inputs[0], inputs[1], axes[0], axes[1])
        }
    }

    private static func contracted(
        _ a: Tensor, _ b: Tensor, _ axesA: [Int], _ axesB: [Int]
    ) -> Tensor {
        Tensor.carrying([a, b]) {
            let own = try axesA.map { try a.shape.resolve(axis: $0) }
            let other = try axesB.map { try b.shape.resolve(axis: $0) }
            let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
            guard own.count == other.count, Set(own).count == own.count,
                Set(other).count == other.count, a.rank + b.rank <= letters.count
            else {
                throw KeratinError(.invalidArgument, "axes \(axesA) and \(axesB) do not pair up")
            }
            let left = Array(letters[..<a.rank])
            var right = Array(letters[a.rank..<(a.rank + b.rank)])
            for (i, j) in zip(own, other) { right[j] = left[i] }
            let rest =
                left.indices.filter { !own.contains($0) }.map { left[$0] }
                + right.indices.filter { !other.contains($0) }.map { right[$0] }
            return Tensor.einsum("\(String(left)),\(String(right))->\(String(rest))", a, b)
        }
    }

    /// Products of operands, summed over letters: see `Tensor.einsum`.
    public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
        Tensor.einsum(equation, operands)
    }

    // MARK: Parts of matrices

    /// Zeros above the diagonal, which lies k places to the right.
    public static func tril(_ x: Tensor, k: Int = 0) -> Tensor {
        one("Tril", [("k", .integer(k))], [x]) {
            triangle($0[0], k) { $0.binary(.lessEqual, $1) }
        }
    }

    /// Zeros below the diagonal, which lies k places to the right.
    public static func triu(_ x: Tensor, k: Int = 0) -> Tensor {
        one("Triu", [("k", .integer(k))], [x]) {
            triangle($0[0], k) { $0.binary(.greaterEqual, $1) }
        }
    }

    private static func triangle(
        _ x: Tensor, _ k: Int, _ keeps: (Tensor, Tensor) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([x]) {
            guard x.rank >= 2 else {
                throw KeratinError(.shapeMismatch, "needs matrices, got \(x.shape)")
            }
            let shape = Shape(x.shape.dimensions.suffix(2))
            let columns = Tensor(indicesAlong: 1, shape: shape)
            let limit = Tensor(indicesAlong: 0, shape: shape) + k
            let zero = Tensor(0, dtype: x.dtype)
            return try keeps(columns, limit).select(x, zero)
        }
    }

    /// A diagonal of two axes, as the last axis.
    /// - Parameter offset: how many places it lies to the right.
    public static func diagonal(
        _ x: Tensor, offset: Int = 0, axis1: Int = 0, axis2: Int = 1
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("offset", .integer(offset)), ("axis1", .integer(axis1)), ("axis2", .integer(axis2)),
        ]
        return one("Diagonal", config, [x]) { line($0[0], offset, axis1, axis2) }
    }

    private static func line(
        _ x: Tensor, _ offset: Int, _ axis1: Int, _ axis2: Int
    ) -> Tensor {
        Tensor.carrying([x]) {
            let (a, b) = (try x.shape.resolve(axis: axis1), try x.shape.resolve(axis: axis2))
            guard a != b else {
                throw KeratinError(.invalidArgument, "a diagonal needs two axes, got \(a) twice")
            }
            let (row, column) = (Swift.max(-offset, 0), Swift.max(offset, 0))
            let length = Swift.max(Swift.min(x.shape[a] - row, x.shape[b] - column), 0)
            var (starts, limits) = ([Int](repeating: 0, count: x.rank), x.shape.dimensions)
            (starts[a], limits[a]) = (
                Swift.min(row, x.shape[a]), Swift.min(row, x.shape[a]) + length
            )
            (starts[b], limits[b]) = (
                Swift.min(column, x.shape[b]), Swift.min(column, x.shape[b]) + length
            )
            return x.slice(starts: starts, limits: limits).diagonal(a, b)
        }
    }

    /// The sum of a diagonal.
    public static func trace(
        _ x: Tensor, offset: Int = 0, axis1: Int = 0, axis2: Int = 1
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("offset", .integer(offset)), ("axis1", .integer(axis1)), ("axis2", .integer(axis2)),
        ]
        return one("Trace", config, [x]) {
            line($0[0], offset, axis1, axis2).sum(axes: [-1])
        }
    }

    /// Of a vector the matrix with it in a diagonal, of a matrix its diagonal.
    public static func diag(_ x: Tensor, k: Int = 0) -> Tensor {
        one("Diag", [("k", .integer(k))], [x]) { x in
            switch x[0].rank {
            case 1: return matrix(x[0], k)
            case 2: return line(x[0], k, 0, 1)
            default:
                throw KeratinError(
                    .shapeMismatch, "needs a vector or a matrix, got \(x[0].shape)")
            }
        }
    }

    /// The matrix with a flat array in a diagonal.
    public static func diagflat(_ x: Tensor, k: Int = 0) -> Tensor {
        one("Diagflat", [("k", .integer(k))], [x]) {
            matrix($0[0].reshaped([$0[0].count]), k)
        }
    }

    private static func matrix(_ vector: Tensor, _ k: Int) -> Tensor {
        let size = vector.count + Swift.abs(k)
        let low = Swift.max(-k, 0)
        let column = vector.padded(low: [low], high: [size - low - vector.count])
            .reshaped([size, 1])
        let shape: Shape = [size, size]
        let isDiagonal = Tensor(indicesAlong: 1, shape: shape)
            .binary(.equal, Tensor(indicesAlong: 0, shape: shape) + k)
        return isDiagonal.select(column, Tensor(0, dtype: vector.dtype))
    }

    // MARK: Lengths

    /// The length of vectors along an axis (or of the flat array), or the size of matrices along two.
    /// - Parameter ord: of vectors p, where the length is (Σ|x|ᵖ)^(1/p), nil: 2, ±infinity: the largest, the least, 0: how many are not
    ///   zero; of matrices nil: the root of the sum of squares, ±1: the largest, the least sum of a column, ±infinity: of a row.
    public static func norm(
        _ x: Tensor, ord: Double? = nil, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("ord", ord.map { .init($0) } ?? .null), ("axis", .init(axis: axis)),
            ("keepdims", .boolean(keepDims)),
        ]
        return one("Norm", module: "linalg", config, [x]) {
            length($0[0].cast(to: .float32), ord, axis?.axes, keepDims)
        }
    }

    private static func length(
        _ x: Tensor, _ ord: Double?, _ axes: [Int]?, _ keepDims: Bool
    ) -> Tensor {
        Tensor.carrying([x]) {
            let axes = try axes?.map { try x.shape.resolve(axis: $0) }
            guard let ord else {
                return x.square().sum(axes: axes, keepDimensions: keepDims).sqrt()
            }
            let all = axes ?? Array(0..<x.rank)
            func sum(_ y: Tensor) -> Tensor {
                y.sum(axes: all, keepDimensions: keepDims)
            }
            switch all.count {
            case 1:
                switch ord {
                case .infinity: return x.abs().max(axes: all, keepDimensions: keepDims)
                case -.infinity: return x.abs().min(axes: all, keepDimensions: keepDims)
                case 0: return sum(x.binary(.notEqual, 0).cast(to: .float32))
                case 1: return sum(x.abs())
                case 2: return sum(x.square()).sqrt()
                default: return sum(x.abs().binary(.power, ord)).binary(.power, 1 / ord)
                }
            case 2:
                let isColumn = Swift.abs(ord) == 1
                guard isColumn || Swift.abs(ord) == .infinity else {
                    throw KeratinError(
                        .unavailable,
                        "matrices have the norms nil, 1, -1, infinity and -infinity here, not \(ord)"
                    )
                }
                let sums = x.abs().sum(axes: [isColumn ? all[0] : all[1]], keepDimensions: true)
                let size =
                    ord > 0
                    ? sums.max(axes: all, keepDimensions: keepDims)
                    : sums.min(axes: all, keepDimensions: keepDims)
                return size
            default:
                throw KeratinError(
                    .invalidArgument,
                    "a norm of order \(ord) is over one or two axes, got \(all.count)"
                )
            }
        }
    }

    /// Divided by the length over an axis; a length below epsilon counts as that.
    public static func normalize(
        _ x: Tensor, axis: (any AxisConvertible)? = -1, order: Double = 2, epsilon: Double = 1e-7
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("axis", .init(axis: axis)), ("order", .init(order)), ("epsilon", .init(epsilon)),
        ]
        return one("Normalize", module: "nn", config, [x]) { x in
            let x = x[0].cast(to: .float32)
            if order == 2 {
                let squares = x.square().sum(axes: axis?.axes, keepDimensions: true)
                return x * squares.unary(.rsqrt).binary(.minimum, 1 / epsilon)
            }
            let size = length(x, order, axis?.axes, true)
            return x / size.binary(.maximum, epsilon)
        }
    }
}
