/// Which scores of one line count. Positions outside `visible…` and those whose byte of `mask` is 0 are hidden.
@usableFromInline
package struct AttentionLine {
    /// The products q·k of the line, replaced by what the kernel makes of them.
    @usableFromInline package var scores: UnsafeMutablePointer<Float>
    @usableFromInline package var count: Int
    @usableFromInline package var scale: Float
    /// The first visible position, and the one after the last.
    @usableFromInline package var firstVisible: Int
    @usableFromInline package var lastVisible: Int
    /// One byte per position, `maskStride` bytes apart; nil: nothing is hidden by it.
    @usableFromInline package var mask: UnsafePointer<UInt8>?
    @usableFromInline package var maskStride: Int
    /// What replaces a hidden score; if `lowers`, what is subtracted from it.
    @usableFromInline package var hidden: Float
    @usableFromInline package var lowers: Bool

    @inlinable package init(
        scores: UnsafeMutablePointer<Float>, count: Int, scale: Float, firstVisible: Int,
        lastVisible: Int, mask: UnsafePointer<UInt8>?, maskStride: Int, hidden: Float, lowers: Bool
    ) {
        self.scores = scores
        self.count = count
        self.scale = scale
        self.firstVisible = firstVisible
        self.lastVisible = lastVisible
        self.mask = mask
        self.maskStride = maskStride
        self.hidden = hidden
        self.lowers = lowers
    }
}

/// Some keys of one query: scores to powers, and what is known of the query's row so far.
@usableFromInline
package struct AttentionWeights {
    @usableFromInline package var line: AttentionLine
    /// The largest score of the row, and Σ exp(score − peak); both are brought up to date.
    @usableFromInline package var peak: Float
    @usableFromInline package var sum: Float
    /// exp(old peak − new peak): what the sums of earlier keys are to be multiplied by.
    @usableFromInline package var correction: Float

    @inlinable package init(line: AttentionLine, peak: Float, sum: Float, correction: Float) {
        self.line = line
        self.peak = peak
        self.sum = sum
        self.correction = correction
    }
}

/// Some queries of one key, backward: scores to weights, and the weights' cotangents to the scores'.
@usableFromInline
package struct AttentionWeightsGradient {
    @usableFromInline package var line: AttentionLine
    /// The cotangents of the weights, replaced by those of the products q·k.
    @usableFromInline package var gradients: UnsafeMutablePointer<Float>
    /// Per query: the largest score, 1 / Σ exp(score − peak), and Σ y·dy.
    @usableFromInline package var peaks: UnsafePointer<Float>
    @usableFromInline package var inverseSums: UnsafePointer<Float>
    @usableFromInline package var deltas: UnsafePointer<Float>

    @inlinable package init(
        line: AttentionLine, gradients: UnsafeMutablePointer<Float>, peaks: UnsafePointer<Float>,
        inverseSums: UnsafePointer<Float>, deltas: UnsafePointer<Float>
    ) {
        self.line = line
        self.gradients = gradients
        self.peaks = peaks
        self.inverseSums = inverseSums
        self.deltas = deltas
    }
}

/// What attention does between its products.
package struct AttentionKernels: Sendable {
    package typealias Weights = @Sendable (UnsafeMutablePointer<AttentionWeights>) -> Void
    package typealias Gradient = @Sendable (UnsafePointer<AttentionWeightsGradient>) -> Void

    package let weights: Weights
    package let gradient: Gradient

    package init(weights: @escaping Weights, gradient: @escaping Gradient) {
        self.weights = weights
        self.gradient = gradient
    }
}
