import KeratinCore

// Products and distances of vectors and matrices.

extension ops {
    /// Powers of a vector's elements as columns: the highest first, unless increasing.
    /// - Parameter n: how many columns; nil: as many as there are elements.
    public static func vander(_ x: Tensor, _ n: Int? = nil, increasing: Bool = false) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("N", n.map { .integer($0) } ?? .null), ("increasing", .boolean(increasing)),
        ]
        return one("Vander", config, [x]) { x in
            guard x[0].rank == 1, (0...(1 << 16)).contains(n ?? 0) else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs a vector and n in 0...65536, got \(x[0].shape) and n \(n ?? 0)")
            }
            let count = n ?? x[0].count
            let column = x[0].reshaped([x[0].count, 1])
            // Products rather than powers: of negative numbers, and of whole ones, exact.
            var powers = [Tensor(repeating: 1, shape: column.shape, dtype: column.dtype)]
            while powers.count < count, let last = powers.last { powers.append(last * column) }
            guard count > 0 else {
                return Tensor(repeating: 0, shape: [x[0].count, 0], dtype: x[0].dtype)
            }
            return Tensor.concatenate(increasing ? powers : powers.reversed(), axis: 1)
        }
    }

    /// Kronecker's product: each element of a times the whole of b.
    public static func kron(_ a: Tensor, _ b: Tensor) -> Tensor {
        one("Kron", [a, b]) { inputs in
            let rank = Swift.max(inputs[0].rank, inputs[1].rank)
            func extents(_ x: Tensor) -> [Int] {
                [Int](repeating: 1, count: rank - x.rank) + x.shape.dimensions
            }
            let (a, b) = (extents(inputs[0]), extents(inputs[1]))
            let left = inputs[0].reshaped(Shape(a.flatMap { [$0, 1] }))
            let right = inputs[1].reshaped(Shape(b.flatMap { [1, $0] }))
            return (left * right).reshaped(Shape(zip(a, b).map { $0 * $1 }))
        }
    }

    /// The vector product over an axis of two or three elements; of two elements in both the third component, without an axis.
    /// - Parameters:
    ///   - axisa: the axis of the vectors in a; axisb: in b; axisc: in the result.
    ///   - axis: one axis for all three.
    public static func cross(
        _ a: Tensor, _ b: Tensor, axisa: Int = -1, axisb: Int = -1, axisc: Int = -1,
        axis: Int? = nil
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("axisa", .integer(axis ?? axisa)), ("axisb", .integer(axis ?? axisb)),
            ("axisc", .integer(axis ?? axisc)), ("axis", .init(axis: axis)),
        ]
        return one("Cross", config, [a, b]) { inputs in
            func components(_ x: Tensor, _ axis: Int) throws -> [Tensor] {
                let place = try x.shape.resolve(axis: axis)
                guard x.shape[place] == 2 || x.shape[place] == 3 else {
                    throw KeratinError(
                        .shapeMismatch, "needs vectors of 2 or 3 elements, got \(x.shape)")
                }
                return (0..<x.shape[place]).map {
                    x.part($0..<($0 + 1), axis: place).squeezed([place])
                }
            }
            let (a, b) = (
                try components(inputs[0], axis ?? axisa), try components(inputs[1], axis ?? axisb)
            )
            let third = a[0] * b[1] - a[1] * b[0]
            if a.count == 2, b.count == 2 { return third }
            let zero = Tensor(0, dtype: third.dtype)
            let (az, bz) = (a.count == 3 ? a[2] : zero, b.count == 3 ? b[2] : zero)
            let all = [a[1] * bz - az * b[1], az * b[0] - a[0] * bz, third]
            return stack(all.map { $0.broadcast(to: third.shape) }, axis: axis ?? axisc)
        }
    }

    /// The correlation of each row with each: [variables, observations] → [variables, variables], between −1 and 1.
    public static func corrcoef(_ x: Tensor) -> Tensor {
        one("Corrcoef", [x]) { x in
            guard x[0].rank == 1 || x[0].rank == 2 else {
                throw KeratinError(
                    .shapeMismatch, "needs a vector or a matrix, got \(x[0].shape)")
            }
            let rows = x[0].cast(to: .float32).reshaped(
                x[0].rank == 1 ? [1, x[0].count] : x[0].shape)
            let centered = rows - rows.mean(axes: [1], keepDimensions: true)
            let products = centered.matmul(centered, transposeRight: true)
            let sizes = centered.square().sum(axes: [1]).sqrt()
            let scale = sizes.reshaped([sizes.count, 1]) * sizes.reshaped([1, sizes.count])
            let result = (products / scale).clipped(-1, 1)
            return x[0].rank == 1 ? result.reshaped(.scalar) : result
        }
    }

    /// The distance of each vector of x from each of y: […, M, D] and […, N, D] → […, M, N].
    public static func cdist(_ x: Tensor, _ y: Tensor) -> Tensor {
        one("CDist", module: "math", [x, y]) { inputs in
            let (x, y) = (inputs[0].cast(to: .float32), inputs[1].cast(to: .float32))
            guard x.rank >= 2, y.rank >= 2, x.shape[x.rank - 1] == y.shape[y.rank - 1] else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs […, M, D] and […, N, D], got \(x.shape) and \(y.shape)")
            }
            let difference = x.expandingDimension(at: -2) - y.expandingDimension(at: -3)
            return difference.square().sum(axes: [-1]).sqrt()
        }
    }

    /// The sums of products of one vector with another that is moved along it.
    /// - Parameter mode: `valid`: where they overlap whole; `same`: as many as the longer has elements; `full`: all.
    public static func correlate(_ x1: Tensor, _ x2: Tensor, mode: String = "valid") -> Tensor {
        one("Correlate", [("mode", .text(mode))], [x1, x2]) { inputs in
            let (x, y) = (inputs[0].cast(to: .float32), inputs[1].cast(to: .float32))
            guard x.rank == 1, y.rank == 1, x.count > 0, y.count > 0 else {
                throw KeratinError(
                    .shapeMismatch, "needs two vectors, got \(x.shape) and \(y.shape)")
            }
            let (n, m) = (x.count, y.count)
            let full = try windows(x.padded(low: [m - 1], high: [m - 1]), m, 1)
                .matmul(y.reshaped([m, 1])).reshaped([n + m - 1])
            switch mode {
            case "full": return full
            case "same":
                let start = (n + m - 1 - Swift.max(n, m)) / 2
                return full.part(start..<(start + Swift.max(n, m)), axis: 0)
            case "valid":
                let start = Swift.min(n, m) - 1
                return full.part(start..<(start + Swift.abs(n - m) + 1), axis: 0)
            default:
                throw KeratinError(
                    .unknownName, "mode must be valid, same or full, got '\(mode)'")
            }
        }
    }

    /// Where conditions hold, elements of the first choice whose condition does; else a number. All broadcast.
    public static func select(
        _ conditions: [Tensor], _ choices: [Tensor], default otherwise: Double = 0
    ) -> Tensor {
        Tensor.carrying(conditions + choices) {
            guard conditions.count == choices.count, !choices.isEmpty else {
                throw KeratinError(
                    .invalidArgument,
                    "needs as many choices as conditions, got \(choices.count) and \(conditions.count)",
                    at: "Select")
            }
            let count = conditions.count
            let arguments: [Argument] = [
                .list((0..<count).map { .tensor($0) }),
                .list((0..<count).map { .tensor(count + $0) }), .init(otherwise),
            ]
            return one("Select", arguments: arguments, conditions + choices) { inputs in
                let isWhole = Int32(exactly: otherwise) != nil
                let start = Tensor(
                    otherwise,
                    dtype: isWhole && inputs[count...].allSatisfy { $0.dtype != .float32 }
                        ? .int32 : .float32)
                return (0..<count).reversed().reduce(start) { rest, index in
                    inputs[index].cast(to: .bool).select(inputs[count + index], rest)
                }
            }
        }
    }
}
