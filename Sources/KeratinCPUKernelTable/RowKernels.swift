/// How a run of floats is reduced to one.
public enum FloatReduction: Int32, Sendable, CaseIterable {
    case sum, product, maximum, minimum
}

/// Kernels that work along rows: contiguous runs of `width` floats.
public struct RowKernels: Sendable {
    /// One run to one value; the order of additions depends on the count alone.
    public typealias Reduce = @Sendable (FloatReduction, FloatInput, Int) -> Float
    /// (x, y, rows, width, log): softmax or log-softmax of each row.
    public typealias Softmax = @Sendable (FloatInput, FloatOutput, Int, Int, Bool) -> Void
    /// (y, dy, dx, rows, width, log): from the outputs of softmax or log-softmax.
    public typealias SoftmaxGradient =
        @Sendable (FloatInput, FloatInput, FloatOutput, Int, Int, Bool) -> Void
    /// (logits, dense labels or nil, sparse labels or nil, loss, rows, width)
    public typealias CrossEntropy =
        @Sendable (FloatInput, FloatInput?, IntInput?, FloatOutput, Int, Int) -> Void
    /// (logits, dense labels or nil, sparse labels or nil, dloss, dlogits, rows, width)
    public typealias CrossEntropyGradient =
        @Sendable (FloatInput, FloatInput?, IntInput?, FloatInput, FloatOutput, Int, Int) -> Void

    public let reduce: Reduce
    public let softmax: Softmax
    public let softmaxGradient: SoftmaxGradient
    public let crossEntropy: CrossEntropy
    public let crossEntropyGradient: CrossEntropyGradient

    public init(
        reduce: @escaping Reduce, softmax: @escaping Softmax,
        softmaxGradient: @escaping SoftmaxGradient, crossEntropy: @escaping CrossEntropy,
        crossEntropyGradient: @escaping CrossEntropyGradient
    ) {
        self.reduce = reduce
        self.softmax = softmax
        self.softmaxGradient = softmaxGradient
        self.crossEntropy = crossEntropy
        self.crossEntropyGradient = crossEntropyGradient
    }
}

/// Kernels over a row-major matrix [rows, width] that keep one value per column.
public struct ColumnKernels: Sendable {
    /// (operation, x, rows, width, accumulator): accumulator[c] = accumulator[c] ∘ x[r, c], rows in
    /// order.
    public typealias Accumulate =
        @Sendable (FloatReduction, FloatInput, Int, Int, FloatOutput) -> Void
    /// (x, mean, rows, width, accumulator): accumulator[c] += (x[r, c] - mean[c])²
    public typealias SquaredDeviation =
        @Sendable (FloatInput, FloatInput, Int, Int, FloatOutput) -> Void
    /// (x, mean, scale, shift, y, rows, width): y = (x - mean[c])·scale[c] + shift[c]
    public typealias Normalize =
        @Sendable (FloatInput, FloatInput, FloatInput, FloatInput, FloatOutput, Int, Int) -> Void
    /// (x, mean, dy, rows, width, sumDy, sumDyX): sums of dy and of dy·(x - mean[c])
    public typealias GradientSums =
        @Sendable (FloatInput, FloatInput, FloatInput, Int, Int, FloatOutput, FloatOutput) -> Void
    /// (x, mean, dy, a, b, c, dx, rows, width): dx = a[c]·dy + b[c]·(x - mean[c]) + c[c]
    public typealias GradientApply =
        @Sendable (
            FloatInput, FloatInput, FloatInput, FloatInput, FloatInput, FloatInput, FloatOutput,
            Int, Int
        ) -> Void

    public let accumulate: Accumulate
    public let squaredDeviation: SquaredDeviation
    public let normalize: Normalize
    public let gradientSums: GradientSums
    public let gradientApply: GradientApply

    public init(
        accumulate: @escaping Accumulate, squaredDeviation: @escaping SquaredDeviation,
        normalize: @escaping Normalize, gradientSums: @escaping GradientSums,
        gradientApply: @escaping GradientApply
    ) {
        self.accumulate = accumulate
        self.squaredDeviation = squaredDeviation
        self.normalize = normalize
        self.gradientSums = gradientSums
        self.gradientApply = gradientApply
    }
}
