import KeratinCore

// Functions over axes: one (`axis: -1`), several (`axis: [1, 2]`), or all of them (nil).

extension ops {
    private static func form(
        _ axis: (any AxisConvertible)?, _ keepDims: Bool
    ) -> [(name: String, value: Argument)] {
        [("axis", .init(axis: axis)), ("keepdims", .boolean(keepDims))]
    }

    /// The sum over axes.
    public static func sum(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Sum", form(axis, keepDims), [x]) {
            $0[0].sum(axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// The product over axes.
    public static func prod(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Prod", form(axis, keepDims), [x]) {
            $0[0].reduce(.product, axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// The largest number over axes; NaN if there is one.
    public static func max(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Max", form(axis, keepDims), [x]) {
            $0[0].max(axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// The smallest number over axes; NaN if there is one.
    public static func min(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Min", form(axis, keepDims), [x]) {
            $0[0].min(axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// The mean over axes, a float.
    public static func mean(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Mean", form(axis, keepDims), [x]) {
            $0[0].mean(axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// The mean of the squared distances from the mean.
    public static func `var`(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Var", form(axis, keepDims), [x]) {
            variance($0[0], axis?.axes, keepDims)
        }
    }

    /// The root of the variance.
    public static func std(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Std", form(axis, keepDims), [x]) {
            variance($0[0], axis?.axes, keepDims).sqrt()
        }
    }

    private static func variance(_ x: Tensor, _ axes: [Int]?, _ keepDims: Bool) -> Tensor {
        let x = x.cast(to: .float32)
        return (x - x.mean(axes: axes, keepDimensions: true)).square()
            .mean(axes: axes, keepDimensions: keepDims)
    }

    /// The mean and the variance over axes.
    public static func moments(
        _ x: Tensor, axes: any AxisConvertible, keepDims: Bool = false
    ) -> (mean: Tensor, variance: Tensor) {
        let config: [(name: String, value: Argument)] = [
            ("axes", .init(axis: axes)), ("keepdims", .boolean(keepDims)),
        ]
        let moments = Tensor.carrying(count: 2, [x]) {
            try results("Moments", module: "nn", config, [x]) { x in
                [
                    x[0].mean(axes: axes.axes, keepDimensions: keepDims),
                    variance(x[0], axes.axes, keepDims),
                ]
            }
        }
        return (moments[0], moments[1])
    }

    /// Whether one element over axes is not zero (bool).
    public static func any(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Any", form(axis, keepDims), [x]) {
            truth(of: $0[0], axis?.axes, keepDims, ofAll: false)
        }
    }

    /// Whether no element over axes is zero (bool).
    public static func all(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("All", form(axis, keepDims), [x]) {
            truth(of: $0[0], axis?.axes, keepDims, ofAll: true)
        }
    }

    /// The largest number minus the smallest.
    public static func ptp(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Ptp", form(axis, keepDims), [x]) {
            $0[0].max(axes: axis?.axes, keepDimensions: keepDims)
                - $0[0].min(axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// How many numbers are not zero (int32).
    public static func countNonzero(
        _ x: Tensor, axis: (any AxisConvertible)? = nil
    ) -> Tensor {
        one("CountNonzero", [("axis", .init(axis: axis))], [x]) {
            $0[0].cast(to: .bool).cast(to: .int32).sum(axes: axis?.axes)
        }
    }

    /// The logarithm of the sum of exponentials, without overflow.
    public static func logsumexp(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Logsumexp", module: "math", form(axis, keepDims), [x]) { x in
            let x = x[0].cast(to: .float32)
            let largest = x.max(axes: axis?.axes, keepDimensions: true).stoppingGradient()
            let shift = largest.unary(.isFinite).select(largest, Tensor(0))
            let sum = (x - shift).exp().sum(axes: axis?.axes, keepDimensions: keepDims)
            return sum.log() + shift.reshaped(sum.shape)
        }
    }

    /// The mean, in which elements count as weights say: of the shape of x, or a vector along the axis.
    public static func average(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, weights: Tensor? = nil
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [("axis", .init(axis: axis))]
        guard let weights else {
            return one("Average", config, [x]) { $0[0].mean(axes: axis?.axes) }
        }
        return one("Average", config, [x, weights]) { inputs in
            let (x, axes) = (inputs[0], axis?.axes)
            var weights = inputs[1].cast(to: .float32)
            if weights.shape != x.shape {
                guard weights.rank == 1, let axis = axes?.first, axes?.count == 1 else {
                    throw KeratinError(
                        .shapeMismatch,
                        "weights of shape \(weights.shape) need one axis, or the shape \(x.shape)")
                }
                var extents = [Int](repeating: 1, count: x.rank)
                extents[try x.shape.resolve(axis: axis)] = weights.count
                weights = weights.reshaped(Shape(extents)).broadcast(to: x.shape)
            }
            return (x * weights).sum(axes: axes) / weights.sum(axes: axes)
        }
    }

    /// The index (int32) of the first of the largest numbers; nil: in the flat array.
    public static func argmax(
        _ x: Tensor, axis: Int? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Argmax", form(axis, keepDims), [x]) {
            extreme($0[0], axis, keepDims) { $0.argReduce(.maximum, $1) }
        }
    }

    /// The index (int32) of the first of the smallest numbers; nil: in the flat array.
    public static func argmin(
        _ x: Tensor, axis: Int? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Argmin", form(axis, keepDims), [x]) {
            extreme($0[0], axis, keepDims) { $0.argReduce(.minimum, $1) }
        }
    }

    private static func extreme(
        _ x: Tensor, _ axis: Int?, _ keepDims: Bool, _ body: (Tensor, Int) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([x]) {
            let numbers = x.dtype == .float32 ? x : x.cast(to: .int32)
            guard let axis else {
                let index = try body(numbers.reshaped([x.count]), 0)
                return keepDims ? index.reshaped(Shape(x.shape.dimensions.map { _ in 1 })) : index
            }
            let index = try body(numbers, axis)
            return keepDims ? try index.expandingDimension(at: x.shape.resolve(axis: axis)) : index
        }
    }

    // MARK: Without what is not a number

    /// The sum, NaN left out.
    public static func nansum(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nansum", form(axis, keepDims), [x]) {
            filled($0[0], 0).sum(axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// The largest number, NaN left out; NaN of nothing else.
    public static func nanmax(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nanmax", form(axis, keepDims), [x]) {
            orNaN($0[0], axis?.axes, keepDims) {
                filled($0, -.infinity).max(axes: axis?.axes, keepDimensions: keepDims)
            }
        }
    }

    /// The smallest number, NaN left out; NaN of nothing else.
    public static func nanmin(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nanmin", form(axis, keepDims), [x]) {
            orNaN($0[0], axis?.axes, keepDims) {
                filled($0, .infinity).min(axes: axis?.axes, keepDimensions: keepDims)
            }
        }
    }

    /// The mean, NaN left out.
    public static func nanmean(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nanmean", form(axis, keepDims), [x]) { x in
            let x = x[0].cast(to: .float32)
            let count = x.unary(.isNaN).unary(.not).cast(to: .float32)
                .sum(axes: axis?.axes, keepDimensions: keepDims)
            return filled(x, 0).sum(axes: axis?.axes, keepDimensions: keepDims) / count
        }
    }

    private static func filled(_ x: Tensor, _ value: Double) -> Tensor {
        guard x.dtype == .float32 else { return x }
        return x.unary(.isNaN).select(Tensor(value), x)
    }

    /// NaN where nothing else is.
    private static func orNaN(
        _ x: Tensor, _ axes: [Int]?, _ keepDims: Bool, _ body: (Tensor) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([x]) {
            guard x.dtype == .float32 else { return try body(x) }
            let isEmpty = truth(of: x.unary(.isNaN), axes, keepDims, ofAll: true)
            return try isEmpty.select(Tensor(.nan), body(x))
        }
    }
}
