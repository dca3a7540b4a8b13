/// Kernels of one output pixel of a depthwise convolution or a pooling, vectorised over channels.
package struct WindowKernels: Sendable {
    /// (x taps, w taps, count, channels, multiplier, bias or nil, activation, y):
    /// y[c·m + j] = act(Σ_t x[t][c]·w[t][c·m + j] + bias[c·m + j])
    package typealias Depthwise =
        @Sendable (
            UnsafePointer<UnsafePointer<Float>>, UnsafePointer<UnsafePointer<Float>>, Int, Int, Int,
            FloatInput?, MatrixActivation, FloatOutput
        ) -> Void
    /// (x, y, remaining, dx, channels): where x equals the maximum y and its gradient is still to
    /// be given away, dx += remaining and remaining = 0.
    package typealias MaximumGradient =
        @Sendable (FloatInput, FloatInput, FloatOutput, FloatOutput, Int) -> Void
    /// (x taps, count, channels, y): the maximum over taps, NaN wins.
    package typealias Maximum =
        @Sendable (UnsafePointer<UnsafePointer<Float>>, Int, Int, FloatOutput) -> Void
    /// (x taps, count, channels, scale, y): scale·Σ_t x[t]
    package typealias ScaledSum =
        @Sendable (UnsafePointer<UnsafePointer<Float>>, Int, Int, Float, FloatOutput) -> Void
    /// (x, scale, y, count): y += scale·x
    package typealias AddScaled = @Sendable (FloatInput, Float, FloatOutput, Int) -> Void

    package let depthwise: Depthwise
    package let maximumGradient: MaximumGradient
    package let maximum: Maximum
    package let scaledSum: ScaledSum
    package let addScaled: AddScaled

    package init(
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
package struct RooflineKernels: Sendable {
    /// Independent multiply-adds in registers, `iterations` times; returns a value that depends on
    /// all.
    package typealias Peak = @Sendable (Int) -> Float
    /// (x, y, count): copies floats.
    package typealias Copy = @Sendable (FloatInput, FloatOutput, Int) -> Void

    package let peak: Peak
    /// Floating-point operations of one iteration of `peak`.
    package let peakOperations: Int
    package let copy: Copy

    package init(peak: @escaping Peak, peakOperations: Int, copy: @escaping Copy) {
        self.peak = peak
        self.peakOperations = peakOperations
        self.copy = copy
    }
}
