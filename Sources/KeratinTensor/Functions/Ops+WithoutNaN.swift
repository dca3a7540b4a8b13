import KeratinCore

// Functions that leave out what is not a number.

extension ops {
    private static func form(
        _ axis: (any AxisConvertible)?, _ keepDims: Bool
    ) -> [(name: String, value: Argument)] {
        [("axis", .init(axis: axis)), ("keepdims", .boolean(keepDims))]
    }

    private static func isNumber(_ x: Tensor) -> Tensor { x.unary(.isNaN).unary(.not) }

    private static func filled(_ x: Tensor, _ value: Double) -> Tensor {
        x.dtype == .float32 ? x.unary(.isNaN).select(Tensor(value), x) : x
    }

    /// The product over axes (nil: all), NaN left out.
    public static func nanprod(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nanprod", form(axis, keepDims), [x]) {
            filled($0[0], 1).reduce(.product, axes: axis?.axes, keepDimensions: keepDims)
        }
    }

    /// The mean of the squared distances from the mean over axes (nil: all), NaN left out; NaN of nothing else.
    public static func nanvar(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nanvar", form(axis, keepDims), [x]) { variance($0[0], axis?.axes, keepDims) }
    }

    /// The root of the variance over axes (nil: all), NaN left out; NaN of nothing else.
    public static func nanstd(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nanstd", form(axis, keepDims), [x]) { variance($0[0], axis?.axes, keepDims).sqrt() }
    }

    private static func variance(_ x: Tensor, _ axes: [Int]?, _ keepDims: Bool) -> Tensor {
        let x = x.cast(to: .float32)
        let counts = isNumber(x).cast(to: .float32)
        let mean =
            filled(x, 0).sum(axes: axes, keepDimensions: true)
            / counts.sum(axes: axes, keepDimensions: true)
        let distances = x.unary(.isNaN).select(Tensor(0), x - mean)
        return distances.square().sum(axes: axes, keepDimensions: keepDims)
            / counts.sum(axes: axes, keepDimensions: keepDims)
    }

    /// Sums of all elements up to each, NaN counted as 0; nil: of the flat array.
    public static func nancumsum(_ x: Tensor, axis: Int? = nil) -> Tensor {
        one("Nancumsum", [("axis", .init(axis: axis)), ("dtype", .null)], [x]) {
            cumsum(filled($0[0], 0), axis: axis)
        }
    }

    /// Products of all elements up to each, NaN counted as 1; nil: of the flat array.
    public static func nancumprod(_ x: Tensor, axis: Int? = nil) -> Tensor {
        one("Nancumprod", [("axis", .init(axis: axis)), ("dtype", .null)], [x]) {
            cumprod(filled($0[0], 1), axis: axis)
        }
    }

    /// The index (int32) of the first of the largest numbers, NaN left out; −1 of nothing else; nil: in the flat array.
    public static func nanargmax(_ x: Tensor, axis: Int? = nil, keepDims: Bool = false) -> Tensor {
        one("Nanargmax", form(axis, keepDims), [x]) {
            orNone($0[0], axis, keepDims, argmax($0[0], axis: axis, keepDims: keepDims))
        }
    }

    /// The index (int32) of the first of the smallest numbers, NaN left out; −1 of nothing else; nil: in the flat array.
    public static func nanargmin(_ x: Tensor, axis: Int? = nil, keepDims: Bool = false) -> Tensor {
        one("Nanargmin", form(axis, keepDims), [x]) {
            orNone($0[0], axis, keepDims, argmin($0[0], axis: axis, keepDims: keepDims))
        }
    }

    private static func orNone(
        _ x: Tensor, _ axis: Int?, _ keepDims: Bool, _ index: Tensor
    ) -> Tensor {
        guard x.dtype == .float32 else { return index }
        let isEmpty = truth(of: x.unary(.isNaN), axis.map { [$0] }, keepDims, ofAll: true)
        return isEmpty.select(Tensor(-1, dtype: .int32), index)
    }
}
