import KeratinCore
import KeratinTensor

/// Keras's initializers, wherever one is asked for: `.heNormal`, `.heNormal()`, `.heNormal(seed: 1)`.
extension InitializerConvertible where Self == Initializer {
    /// Kernels of a convolution that is a short-time Fourier transform: w(t)·cos(−2πtk/n) or w(t)·sin(−2πtk/n) in the shape
    /// (frame length, 1, n/2 + 1).
    /// - Parameters:
    ///   - window: what a frame is weighed with; nil: nothing, and nothing is scaled then.
    ///   - scaling: what the window is divided by; nil: nothing.
    ///   - periodic: whether a named window is one period, or symmetric.
    public static func stft(
        side: Initializer.FourierSide = .real, window: SpectralWindow? = "hann",
        scaling: Initializer.FourierScaling? = .density, periodic: Bool = false
    ) -> Initializer {
        Initializer.stft(side: side, window: window, scaling: scaling, periodic: periodic)
    }

    /// `stft(side:window:scaling:periodic:)` with its defaults.
    public static var stft: Initializer { Initializer.stft() }

    /// 0 everywhere.
    public static var zeros: Initializer { Initializer.zeros }

    /// 1 everywhere.
    public static var ones: Initializer { Initializer.ones }

    /// One number everywhere.
    public static func constant(_ value: Double) -> Initializer {
        Initializer.constant(value)
    }

    /// Numbers that are broadcast to a weight's shape: `.constant([0.5, 1])` for the rows of a matrix of two columns.
    @_disfavoredOverload
    public static func constant(_ values: any NumbersConvertible) -> Initializer {
        Initializer.constant(values)
    }

    /// A matrix with `gain` where the row is the column, else 0.
    public static func identity(gain: Double = 1) -> Initializer {
        Initializer.identity(gain: gain)
    }

    /// `identity(gain:)` with its defaults.
    public static var identity: Initializer { Initializer.identity() }

    /// An orthogonal matrix times `gain`: drawn uniformly, its columns (or rows, if it is wider than high) have length
    /// `gain` and are at right angles. Leading axes are taken together as rows.
    public static func orthogonal(gain: Double = 1, seed: UInt64? = nil) -> Initializer {
        Initializer.orthogonal(gain: gain, seed: seed)
    }

    /// `orthogonal(gain:seed:)` with its defaults.
    public static var orthogonal: Initializer { Initializer.orthogonal() }

    /// Uniform in [minval, maxval).
    public static func randomUniform(
        minval: Double = -0.05, maxval: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        Initializer.randomUniform(minval: minval, maxval: maxval, seed: seed)
    }

    /// `randomUniform(minval:maxval:seed:)` with its defaults.
    public static var randomUniform: Initializer { Initializer.randomUniform() }

    /// A normal distribution.
    public static func randomNormal(mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil)
        -> Initializer
    {
        Initializer.randomNormal(mean: mean, stddev: stddev, seed: seed)
    }

    /// `randomNormal(mean:stddev:seed:)` with its defaults.
    public static var randomNormal: Initializer { Initializer.randomNormal() }

    /// A normal distribution whose values beyond two standard deviations are drawn again.
    public static func truncatedNormal(mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil)
        -> Initializer
    {
        Initializer.truncatedNormal(mean: mean, stddev: stddev, seed: seed)
    }

    /// `truncatedNormal(mean:stddev:seed:)` with its defaults.
    public static var truncatedNormal: Initializer { Initializer.truncatedNormal() }

    /// Uniform in ±√(6/(fan in + fan out)) (Glorot and Bengio, 2010).
    public static var glorotUniform: Initializer { Initializer.glorotUniform }

    /// `glorotUniform`, with values that a seed decides; nil: others each time.
    public static func glorotUniform(seed: UInt64? = nil) -> Initializer {
        seed.map { Initializer.glorotUniform.seeded($0) } ?? Initializer.glorotUniform
    }

    /// Normal with variance 2/(fan in + fan out), cut at two standard deviations (Glorot and Bengio, 2010).
    public static var glorotNormal: Initializer { Initializer.glorotNormal }

    /// `glorotNormal`, with values that a seed decides; nil: others each time.
    public static func glorotNormal(seed: UInt64? = nil) -> Initializer {
        seed.map { Initializer.glorotNormal.seeded($0) } ?? Initializer.glorotNormal
    }

    /// Uniform in ±√(6/fan in) (He et al., 2015).
    public static var heUniform: Initializer { Initializer.heUniform }

    /// `heUniform`, with values that a seed decides; nil: others each time.
    public static func heUniform(seed: UInt64? = nil) -> Initializer {
        seed.map { Initializer.heUniform.seeded($0) } ?? Initializer.heUniform
    }

    /// Normal with variance 2/fan in, cut at two standard deviations (He et al., 2015).
    public static var heNormal: Initializer { Initializer.heNormal }

    /// `heNormal`, with values that a seed decides; nil: others each time.
    public static func heNormal(seed: UInt64? = nil) -> Initializer {
        seed.map { Initializer.heNormal.seeded($0) } ?? Initializer.heNormal
    }

    /// Uniform in ±√(3/fan in) (Klambauer et al., 2017).
    public static var lecunUniform: Initializer { Initializer.lecunUniform }

    /// `lecunUniform`, with values that a seed decides; nil: others each time.
    public static func lecunUniform(seed: UInt64? = nil) -> Initializer {
        seed.map { Initializer.lecunUniform.seeded($0) } ?? Initializer.lecunUniform
    }

    /// Normal with variance 1/fan in, cut at two standard deviations (Klambauer et al., 2017).
    public static var lecunNormal: Initializer { Initializer.lecunNormal }

    /// `lecunNormal`, with values that a seed decides; nil: others each time.
    public static func lecunNormal(seed: UInt64? = nil) -> Initializer {
        seed.map { Initializer.lecunNormal.seeded($0) } ?? Initializer.lecunNormal
    }

    /// Variance scale/n, n a fan.
    public static func varianceScaling(
        scale: Double = 1, mode: Initializer.FanMode = .input,
        distribution: Initializer.VarianceDistribution = .truncatedNormal, seed: UInt64? = nil
    ) -> Initializer {
        Initializer.varianceScaling(
            scale: scale, mode: mode, distribution: distribution, seed: seed)
    }

    /// `varianceScaling(scale:mode:distribution:seed:)` with its defaults.
    public static var varianceScaling: Initializer { Initializer.varianceScaling() }
}
