// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

// Keras's classes of initializers.

/// Kernels of a convolution that is a short-time Fourier transform: w(t)·cos(−2πtk/n) or w(t)·sin(−2πtk/n) in the shape
/// (frame length, 1, n/2 + 1).
/// - Parameters:
///   - window: what a frame is weighed with; nil: nothing, and nothing is scaled then.
///   - scaling: what the window is divided by; nil: nothing.
///   - periodic: whether a named window is one period, or symmetric.
public func STFT(
    side: Initializer.FourierSide = .real, window: SpectralWindow? = "hann",
    scaling: Initializer.FourierScaling? = .density, periodic: Bool = false
) -> Initializer {
    Initializer.stft(side: side, window: window, scaling: scaling, periodic: periodic)
}

/// 0 everywhere.
public func Zeros() -> Initializer {
    Initializer.zeros
}

/// 1 everywhere.
public func Ones() -> Initializer {
    Initializer.ones
}

/// One number everywhere.
public func Constant(_ value: Double) -> Initializer {
    Initializer.constant(value)
}

/// Numbers that are broadcast to a weight's shape: `.constant([0.5, 1])` for the rows of a matrix of two columns.
@_disfavoredOverload
public func Constant(_ values: any NumbersConvertible) -> Initializer {
    Initializer.constant(values)
}

/// A matrix with `gain` where the row is the column, else 0.
public func IdentityInitializer(gain: Double = 1) -> Initializer {
    Initializer.identity(gain: gain)
}

/// An orthogonal matrix times `gain`: drawn uniformly, its columns (or rows, if it is wider than high) have length
/// `gain` and are at right angles. Leading axes are taken together as rows.
public func Orthogonal(gain: Double = 1, seed: UInt64? = nil) -> Initializer {
    Initializer.orthogonal(gain: gain, seed: seed)
}

/// Uniform in [minval, maxval).
public func RandomUniform(minval: Double = -0.05, maxval: Double = 0.05, seed: UInt64? = nil)
    -> Initializer
{
    Initializer.randomUniform(minval: minval, maxval: maxval, seed: seed)
}

/// A normal distribution.
public func RandomNormal(mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil)
    -> Initializer
{
    Initializer.randomNormal(mean: mean, stddev: stddev, seed: seed)
}

/// A normal distribution whose values beyond two standard deviations are drawn again.
public func TruncatedNormal(mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil)
    -> Initializer
{
    Initializer.truncatedNormal(mean: mean, stddev: stddev, seed: seed)
}

/// Uniform in ±√(6/(fan in + fan out)) (Glorot and Bengio, 2010).
public func GlorotUniform(seed: UInt64? = nil) -> Initializer {
    seed.map { Initializer.glorotUniform.seeded($0) } ?? Initializer.glorotUniform
}

/// Normal with variance 2/(fan in + fan out), cut at two standard deviations (Glorot and Bengio, 2010).
public func GlorotNormal(seed: UInt64? = nil) -> Initializer {
    seed.map { Initializer.glorotNormal.seeded($0) } ?? Initializer.glorotNormal
}

/// Uniform in ±√(6/fan in) (He et al., 2015).
public func HeUniform(seed: UInt64? = nil) -> Initializer {
    seed.map { Initializer.heUniform.seeded($0) } ?? Initializer.heUniform
}

/// Normal with variance 2/fan in, cut at two standard deviations (He et al., 2015).
public func HeNormal(seed: UInt64? = nil) -> Initializer {
    seed.map { Initializer.heNormal.seeded($0) } ?? Initializer.heNormal
}

/// Uniform in ±√(3/fan in) (Klambauer et al., 2017).
public func LecunUniform(seed: UInt64? = nil) -> Initializer {
    seed.map { Initializer.lecunUniform.seeded($0) } ?? Initializer.lecunUniform
}

/// Normal with variance 1/fan in, cut at two standard deviations (Klambauer et al., 2017).
public func LecunNormal(seed: UInt64? = nil) -> Initializer {
    seed.map { Initializer.lecunNormal.seeded($0) } ?? Initializer.lecunNormal
}

/// Variance scale/n, n a fan.
public func VarianceScaling(
    scale: Double = 1, mode: Initializer.FanMode = .input,
    distribution: Initializer.VarianceDistribution = .truncatedNormal, seed: UInt64? = nil
) -> Initializer {
    Initializer.varianceScaling(scale: scale, mode: mode, distribution: distribution, seed: seed)
}
