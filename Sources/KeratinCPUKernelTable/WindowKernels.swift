/// Kernels of one output pixel of a depthwise convolution or a pooling, vectorised over channels.
public struct WindowKernels: Sendable {
    /// (x taps, w taps, count, channels, multiplier, bias or nil, activation, y):
    /// y[c·m + j] = act(Σ_t x[t][c]·w[t][c·m + j] + bias[c·m + j])
    public typealias Depthwise =
        @Sendable (
            UnsafePointer<UnsafePointer<Float>>, UnsafePointer<UnsafePointer<Float>>, Int, Int, Int,
            FloatInput?, MatrixActivation, FloatOutput
        ) -> Void
    /// (x, y, remaining, dx, channels): where x equals the maximum y and its gradient is still to
    /// be given away, dx += remaining and remaining = 0.
    public typealias MaximumGradient =
        @Sendable (FloatInput, FloatInput, FloatOutput, FloatOutput, Int) -> Void
    /// (x taps, count, channels, y): the maximum over taps, NaN wins.
    public typealias Maximum =
        @Sendable (UnsafePointer<UnsafePointer<Float>>, Int, Int, FloatOutput) -> Void
    /// (x taps, count, channels, scale, y): scale·Σ_t x[t]
    public typealias ScaledSum =
        @Sendable (UnsafePointer<UnsafePointer<Float>>, Int, Int, Float, FloatOutput) -> Void
    /// (x, scale, y, count): y += scale·x
    public typealias AddScaled = @Sendable (FloatInput, Float, FloatOutput, Int) -> Void

    public let depthwise: Depthwise
    public let maximumGradient: MaximumGradient
    public let maximum: Maximum
    public let scaledSum: ScaledSum
    public let addScaled: AddScaled

    public init(
        depthwise: @escaping Depthwise, maximumGradient: @escaping MaximumGradient,
        maximum: @escaping Maximum, scaledSum: @escaping ScaledSum, addScaled: @escaping AddScaled
    ) {
        self.depthwise = depthwise
        self.maximumGradient = maximumGradient
        self.maximum = maximum
        self.scaledSum = scaledSum
        self.addScaled = addScaled
    }
}

/// What the machine can reach, for `keratin-bench roofline`.
public struct RooflineKernels: Sendable {
    /// Independent multiply-adds in registers, `iterations` times; returns a value that depends on
    /// all.
    public typealias Peak = @Sendable (Int) -> Float
    /// (x, y, count): copies floats.
    public typealias Copy = @Sendable (FloatInput, FloatOutput, Int) -> Void

    public let peak: Peak
    /// Floating-point operations of one iteration of `peak`.
    public let peakOperations: Int
    public let copy: Copy

    public init(peak: @escaping Peak, peakOperations: Int, copy: @escaping Copy) {
        self.peak = peak
        self.peakOperations = peakOperations
        self.copy = copy
    }
}
