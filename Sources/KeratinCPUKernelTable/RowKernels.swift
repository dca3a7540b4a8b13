/// How a run of floats is reduced to one.
@usableFromInline
package enum FloatReduction: Int32, Sendable, CaseIterable {
    case sum, product, maximum, minimum
}

/// Kernels that work along rows: contiguous runs of `width` floats.
package struct RowKernels: Sendable {
    /// One run to one value; the order of additions depends on the count alone.
    package typealias Reduce = @Sendable (FloatReduction, FloatInput, Int) -> Float
    /// (x, y, rows, width, log): softmax or log-softmax of each row.
    package typealias Softmax = @Sendable (FloatInput, FloatOutput, Int, Int, Bool) -> Void
    /// (y, dy, dx, rows, width, log): from the outputs of softmax or log-softmax.
    package typealias SoftmaxGradient =
        @Sendable (FloatInput, FloatInput, FloatOutput, Int, Int, Bool) -> Void
    /// (logits, dense labels or nil, sparse labels or nil, loss, rows, width)
    package typealias CrossEntropy =
        @Sendable (FloatInput, FloatInput?, IntInput?, FloatOutput, Int, Int) -> Void
    /// (logits, dense labels or nil, sparse labels or nil, dloss, dlogits, rows, width)
    package typealias CrossEntropyGradient =
        @Sendable (FloatInput, FloatInput?, IntInput?, FloatInput, FloatOutput, Int, Int) -> Void

    package let reduce: Reduce
    package let softmax: Softmax
    package let softmaxGradient: SoftmaxGradient
    package let crossEntropy: CrossEntropy
    package let crossEntropyGradient: CrossEntropyGradient

    package init(
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
package struct ColumnKernels: Sendable {
    /// (operation, x, rows, width, accumulator): accumulator[c] = accumulator[c] ∘ x[r, c], rows in
    /// order.
    package typealias Accumulate =
        @Sendable (FloatReduction, FloatInput, Int, Int, FloatOutput) -> Void
    /// (x, mean, rows, width, accumulator): accumulator[c] += (x[r, c] - mean[c])²
    package typealias SquaredDeviation =
        @Sendable (FloatInput, FloatInput, Int, Int, FloatOutput) -> Void
    /// (x, mean, scale, shift, y, rows, width): y = (x - mean[c])·scale[c] + shift[c]
    package typealias Normalize =
        @Sendable (FloatInput, FloatInput, FloatInput, FloatInput, FloatOutput, Int, Int) -> Void
    /// (x, mean, dy, rows, width, sumDy, sumDyX): sums of dy and of dy·(x - mean[c])
    package typealias GradientSums =
        @Sendable (FloatInput, FloatInput, FloatInput, Int, Int, FloatOutput, FloatOutput) -> Void
    /// (x, mean, dy, a, b, c, dx, rows, width): dx = a[c]·dy + b[c]·(x - mean[c]) + c[c]
    package typealias GradientApply =
        @Sendable (
            FloatInput, FloatInput, FloatInput, FloatInput, FloatInput, FloatInput, FloatOutput,
            Int, Int
        ) -> Void

    package let accumulate: Accumulate
    package let squaredDeviation: SquaredDeviation
    package let normalize: Normalize
    package let gradientSums: GradientSums
    package let gradientApply: GradientApply

    package init(
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
