import KeratinCore

// Along an axis, each element with those before it.

extension ops {
    /// Sums of all elements up to each; nil: of the flat array.
    public static func cumsum(_ x: Tensor, axis: Int? = nil) -> Tensor {
        one("Cumsum", [("axis", .init(axis: axis))], [x]) {
            accumulated($0[0], axis, neutral: 0) { $0 + $1 }
        }
    }

    /// Products of all elements up to each; nil: of the flat array.
    public static func cumprod(_ x: Tensor, axis: Int? = nil) -> Tensor {
        one("Cumprod", [("axis", .init(axis: axis))], [x]) {
            accumulated($0[0], axis, neutral: 1) { $0 * $1 }
        }
    }

    /// Each element joins that at a distance of 1, 2, 4, … before it: as many operations as the length has digits.
    private static func accumulated(
        _ x: Tensor, _ axis: Int?, neutral: Double, _ join: (Tensor, Tensor) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([x]) {
            let numbers = x.dtype == .float32 ? x : x.cast(to: .int32)
            var total = axis == nil ? numbers.reshaped([x.count]) : numbers
            let axis = try total.shape.resolve(axis: axis ?? 0)
            var distance = 1
            while distance < total.shape[axis] {
                var low = [Int](repeating: 0, count: total.rank)
                low[axis] = distance
                let earlier = total.part(0..<(total.shape[axis] - distance), axis: axis)
                    .padded(low: low, high: low.map { _ in 0 }, value: neutral)
                total = try join(total, earlier)
                distance *= 2
            }
            return total
        }
    }

    /// Differences of neighbours along an axis, n times.
    public static func diff(_ x: Tensor, n: Int = 1, axis: Int = -1) -> Tensor {
        one("Diff", [("n", .integer(n)), ("axis", .integer(axis))], [x]) { x in
            guard n >= 0 else {
                throw KeratinError(.invalidArgument, "n must not be negative: \(n)")
            }
            let axis = try x[0].shape.resolve(axis: axis)
            return (0..<n).reduce(x[0]) { y, _ in
                let extent = y.shape[axis]
                let (from, to) = (Swift.min(1, extent), Swift.max(extent - 1, 0))
                return y.part(from..<extent, axis: axis) - y.part(0..<to, axis: axis)
            }
        }
    }

    /// The integral along an axis by trapezoids of width dx.
    public static func trapezoid(_ y: Tensor, dx: Double = 1, axis: Int = -1) -> Tensor {
        one("Trapezoid", [("dx", .init(dx)), ("axis", .integer(axis))], [y]) { y in
            let axis = try y[0].shape.resolve(axis: axis)
            let extent = y[0].shape[axis]
            let (from, to) = (Swift.min(1, extent), Swift.max(extent - 1, 0))
            let pairs = y[0].part(from..<extent, axis: axis) + y[0].part(0..<to, axis: axis)
            return pairs.sum(axes: [axis]) * (dx / 2)
        }
    }
}
