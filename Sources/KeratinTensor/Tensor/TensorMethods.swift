import KeratinCore

// The functions of `ops` that arrays are used with most, as methods. Names are Keras's; what gives a changed copy is named as Swift names
// it: `reshaped`, `transposed`, `sorted`.

extension Tensor {
    /// The sum over axes, all by default; they stay with extent 1 if `keepDims`.
    public func sum(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.sum(self, axis: axis, keepDims: keepDims)
    }

    /// The product over axes, all by default; they stay with extent 1 if `keepDims`.
    public func prod(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.prod(self, axis: axis, keepDims: keepDims)
    }

    /// The mean, a float, over axes, all by default; they stay with extent 1 if `keepDims`.
    public func mean(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.mean(self, axis: axis, keepDims: keepDims)
    }

    /// The largest number over axes, all by default; they stay with extent 1 if `keepDims`.
    public func max(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.max(self, axis: axis, keepDims: keepDims)
    }

    /// The smallest number over axes, all by default; they stay with extent 1 if `keepDims`.
    public func min(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.min(self, axis: axis, keepDims: keepDims)
    }

    /// The root of the variance over axes, all by default; they stay with extent 1 if `keepDims`.
    public func std(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.std(self, axis: axis, keepDims: keepDims)
    }

    /// The mean of the squared distances from the mean over axes, all by default; they stay with extent 1 if `keepDims`.
    public func variance(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.var(self, axis: axis, keepDims: keepDims)
    }

    /// Whether one element is not zero (bool) over axes, all by default; they stay with extent 1 if `keepDims`.
    public func any(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.any(self, axis: axis, keepDims: keepDims)
    }

    /// Whether no element is zero (bool) over axes, all by default; they stay with extent 1 if `keepDims`.
    public func all(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.all(self, axis: axis, keepDims: keepDims)
    }

    /// The index (int32) of the first of the largest numbers along the axis; nil: in the flat array. NaN is passed over.
    public func argmax(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
        ops.argmax(self, axis: axis, keepDims: keepDims)
    }

    /// The index (int32) of the first of the smallest numbers along the axis; nil: in the flat array. NaN is passed over.
    public func argmin(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
        ops.argmin(self, axis: axis, keepDims: keepDims)
    }

    /// The sums of all elements up to each place of an axis; nil: of the flat array.
    public func cumsum(axis: Int? = nil) -> Tensor { ops.cumsum(self, axis: axis) }
}

extension Tensor {
    /// The sine of each element.
    public func sin() -> Tensor { ops.sin(self) }

    /// The cosine of each element.
    public func cos() -> Tensor { ops.cos(self) }

    /// The tangent of each element.
    public func tan() -> Tensor { ops.tan(self) }

    /// The hyperbolic sine of each element.
    public func sinh() -> Tensor { ops.sinh(self) }

    /// The hyperbolic cosine of each element.
    public func cosh() -> Tensor { ops.cosh(self) }

    /// log(1 + x) of each element.
    public func log1p() -> Tensor { ops.log1p(self) }

    /// eˣ − 1 of each element.
    public func expm1() -> Tensor { ops.expm1(self) }

    /// The logarithm of base 2 of each element.
    public func log2() -> Tensor { ops.log2(self) }

    /// The logarithm of base 10 of each element.
    public func log10() -> Tensor { ops.log10(self) }

    /// 1/√x of each element.
    public func rsqrt() -> Tensor { ops.rsqrt(self) }

    /// 1/x of each element.
    public func reciprocal() -> Tensor { ops.reciprocal(self) }

    /// −1, 0 or 1 for each element.
    public func sign() -> Tensor { ops.sign(self) }

    /// The largest whole number that is not above each element.
    public func floor() -> Tensor { ops.floor(self) }

    /// The smallest whole number that is not below each element.
    public func ceil() -> Tensor { ops.ceil(self) }

    /// The nearest whole number, of two the even one.
    public func round() -> Tensor { ops.round(self) }

    /// log(1 + eˣ) of each element.
    public func softplus() -> Tensor { ops.softplus(self) }

    /// The error function of each element.
    public func erf() -> Tensor { ops.erf(self) }

    /// Bools: where there is no number.
    public func isnan() -> Tensor { ops.isnan(self) }

    /// Bools: where there is an infinity.
    public func isinf() -> Tensor { ops.isinf(self) }

    /// Bools: where there is a number that is finite.
    public func isfinite() -> Tensor { ops.isfinite(self) }

    /// Each element to a power.
    public func pow(_ exponent: some TensorConvertible) -> Tensor { self ** exponent.tensor }

    /// Where this tensor of bools holds, elements of `a`, else of `b`.
    public func `where`(_ a: some TensorConvertible, _ b: some TensorConvertible) -> Tensor {
        ops.where(self, a, b)
    }
}

extension Tensor {
    /// The same numbers in another shape; one extent may be −1: what is left over.
    public func reshaped(_ extents: Int...) -> Tensor { reshaped(Shape(extents)) }

    /// The same numbers as a vector.
    public func flattened() -> Tensor { reshaped([count]) }

    /// The axes in the opposite order: NumPy's name.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public var T: Tensor { transposed() }

    /// New axes of extent 1; places are those in the result, negative ones count from its end.
    public func expandingDims(axis: any AxisConvertible) -> Tensor {
        ops.expandDims(self, axis: axis)
    }

    /// Without axes of extent 1: those given, or all.
    public func squeezed(axis: (any AxisConvertible)? = nil) -> Tensor {
        ops.squeeze(self, axis: axis)
    }

    /// The matrix product: […, M, K]·[…, K, N] → […, M, N], in float32.
    public func matmul(_ other: some TensorConvertible) -> Tensor {
        matmul(other.tensor, transposeLeft: false)
    }

    /// 1 at each number's place along a new last axis, else 0.
    public func oneHot(_ numClasses: Int) -> Tensor { ops.oneHot(self, numClasses) }

    /// The same numbers as floats.
    public var float32: Tensor { cast(to: .float32) }
    /// The same numbers as whole numbers; fractions are cut off, NaN becomes 0.
    public var int32: Tensor { cast(to: .int32) }
    /// Bools: where elements are not zero.
    public var bool: Tensor { cast(to: .bool) }
}

extension Tensor {
    /// Zeros of a shape.
    public static func zeros(_ shape: Shape, dtype: DType = .float32) -> Tensor {
        ops.zeros(shape, dtype: dtype)
    }

    /// Ones of a shape.
    public static func ones(_ shape: Shape, dtype: DType = .float32) -> Tensor {
        ops.ones(shape, dtype: dtype)
    }

    /// One number in a whole shape.
    public static func full(_ shape: Shape, _ value: Double, dtype: DType = .float32) -> Tensor {
        ops.full(shape, value, dtype: dtype)
    }

    /// 0, 1, … below a number, int32.
    public static func arange(_ stop: Int) -> Tensor { ops.arange(stop) }

    /// start, start + step, … before stop, int32.
    public static func arange(_ start: Int, _ stop: Int, step: Int = 1) -> Tensor {
        ops.arange(start, stop, step: step)
    }

    /// start, start + step, … before stop, floats.
    @_disfavoredOverload
    public static func arange(_ start: Double, _ stop: Double, step: Double = 1) -> Tensor {
        ops.arange(start, stop, step: step)
    }

    /// `num` numbers of equal distance.
    /// - Parameter endpoint: whether `stop` is the last.
    public static func linspace(
        _ start: Double, _ stop: Double, num: Int = 50, endpoint: Bool = true
    ) -> Tensor {
        ops.linspace(start, stop, num: num, endpoint: endpoint)
    }

    /// 1 in a diagonal, which lies k places to the right, else 0.
    public static func eye(_ rows: Int, _ columns: Int? = nil, k: Int = 0) -> Tensor {
        ops.eye(rows, columns, k: k)
    }
}
