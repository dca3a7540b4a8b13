/// Which scores of one line count. Positions outside `visible…` and those whose byte of `mask` is 0 are hidden.
public struct AttentionLine {
    /// The products q·k of the line, replaced by what the kernel makes of them.
    public var scores: UnsafeMutablePointer<Float>
    public var count: Int
    public var scale: Float
    /// The first visible position, and the one after the last.
    public var firstVisible: Int
    public var lastVisible: Int
    /// One byte per position, `maskStride` bytes apart; nil: nothing is hidden by it.
    public var mask: UnsafePointer<UInt8>?
    public var maskStride: Int
    /// What replaces a hidden score; if `lowers`, what is subtracted from it.
    public var hidden: Float
    public var lowers: Bool

    public init(
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
public struct AttentionWeights {
    public var line: AttentionLine
    /// The largest score of the row, and Σ exp(score − peak); both are brought up to date.
    public var peak: Float
    public var sum: Float
    /// exp(old peak − new peak): what the sums of earlier keys are to be multiplied by.
    public var correction: Float

    public init(line: AttentionLine, peak: Float, sum: Float, correction: Float) {
        self.line = line
        self.peak = peak
        self.sum = sum
        self.correction = correction
    }
}

/// Some queries of one key, backward: scores to weights, and the weights' cotangents to the scores'.
public struct AttentionWeightsGradient {
    public var line: AttentionLine
    /// The cotangents of the weights, replaced by those of the products q·k.
    public var gradients: UnsafeMutablePointer<Float>
    /// Per query: the largest score, 1 / Σ exp(score − peak), and Σ y·dy.
    public var peaks: UnsafePointer<Float>
    public var inverseSums: UnsafePointer<Float>
    public var deltas: UnsafePointer<Float>

    public init(
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
public struct AttentionKernels: Sendable {
    public typealias Weights = @Sendable (UnsafeMutablePointer<AttentionWeights>) -> Void
    public typealias Gradient = @Sendable (UnsafePointer<AttentionWeightsGradient>) -> Void

    public let weights: Weights
    public let gradient: Gradient

    public init(weights: @escaping Weights, gradient: @escaping Gradient) {
        self.weights = weights
        self.gradient = gradient
    }
}
