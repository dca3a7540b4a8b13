import KeratinCore
import KeratinTensor

extension Initializer {
    /// Uniform in [minval, maxval).
    static func randomUniform(
        minval: Double = -0.05, maxval: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        let config: [String: ConfigValue] = ["minval": .number(minval), "maxval": .number(maxval)]
        return Initializer(FunctionIdentity("RandomUniform", config), seed) { shape, seed in
            uniform(shape, seed, minval, maxval)
        }
    }

    private static func uniform(
        _ shape: Shape, _ seed: UInt64, _ low: Double, _ high: Double
    ) -> [Float] {
        var generator = PhiloxGenerator(seed: seed)
        return (0..<shape.count).map { _ in Float(low + (high - low) * generator.uniform()) }
    }

    /// A normal distribution.
    static func randomNormal(
        mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        let config: [String: ConfigValue] = ["mean": .number(mean), "stddev": .number(stddev)]
        return Initializer(FunctionIdentity("RandomNormal", config), seed) { shape, seed in
            normal(shape, seed, mean, stddev)
        }
    }

    private static func normal(
        _ shape: Shape, _ seed: UInt64, _ mean: Double, _ stddev: Double
    ) -> [Float] {
        var normals = NormalGenerator(seed: seed)
        return (0..<shape.count).map { _ in Float(mean + stddev * normals.next()) }
    }

    /// A normal distribution whose values beyond two standard deviations are drawn again.
    static func truncatedNormal(
        mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        let config: [String: ConfigValue] = ["mean": .number(mean), "stddev": .number(stddev)]
        return Initializer(FunctionIdentity("TruncatedNormal", config), seed) { shape, seed in
            truncatedNormal(shape, seed, mean, stddev)
        }
    }

    private static func truncatedNormal(
        _ shape: Shape, _ seed: UInt64, _ mean: Double, _ stddev: Double
    ) -> [Float] {
        var normals = NormalGenerator(seed: seed)
        return (0..<shape.count).map { _ in Float(mean + stddev * normals.truncated()) }
    }

    // MARK: By the fans

    /// Which fan the variance is divided by.
    public enum FanMode: String, Hashable, Sendable, CaseIterable {
        case input = "fan_in"
        case output = "fan_out"
        /// The mean of both.
        case average = "fan_avg"
    }

    /// What numbers of a given variance are drawn from.
    public enum VarianceDistribution: String, Hashable, Sendable, CaseIterable {
        case uniform
        /// Cut at two standard deviations and widened, so that the variance stays.
        case truncatedNormal = "truncated_normal"
        case untruncatedNormal = "untruncated_normal"
    }

    /// Uniform in ±√(6/(fan in + fan out)) (Glorot and Bengio, 2010).
    static let glorotUniform = variance("GlorotUniform", 1, .average, .uniform)
    /// Normal with variance 2/(fan in + fan out), cut at two standard deviations (Glorot and Bengio, 2010).
    static let glorotNormal = variance("GlorotNormal", 1, .average, .truncatedNormal)
    /// Uniform in ±√(6/fan in) (He et al., 2015).
    static let heUniform = variance("HeUniform", 2, .input, .uniform)
    /// Normal with variance 2/fan in, cut at two standard deviations (He et al., 2015).
    static let heNormal = variance("HeNormal", 2, .input, .truncatedNormal)
    /// Uniform in ±√(3/fan in) (Klambauer et al., 2017).
    static let lecunUniform = variance("LecunUniform", 1, .input, .uniform)
    /// Normal with variance 1/fan in, cut at two standard deviations (Klambauer et al., 2017).
    static let lecunNormal = variance("LecunNormal", 1, .input, .truncatedNormal)

    /// Variance scale/n, n a fan.
    static func varianceScaling(
        scale: Double = 1, mode: FanMode = .input,
        distribution: VarianceDistribution = .truncatedNormal, seed: UInt64? = nil
    ) -> Initializer {
        let config: [String: ConfigValue] = [
            "scale": .number(scale), "mode": .string(mode.rawValue),
            "distribution": .string(distribution.rawValue),
        ]
        return variance(
            FunctionIdentity("VarianceScaling", config), scale, mode, distribution, seed)
    }

    private static func variance(
        _ className: String, _ scale: Double, _ mode: FanMode, _ distribution: VarianceDistribution
    ) -> Initializer {
        variance(FunctionIdentity(className), scale, mode, distribution, nil)
    }

    /// The standard deviation of a normal cut at two standard deviations.
    private static let truncation = 0.87962566103423978

    private static func variance(
        _ identity: FunctionIdentity, _ scale: Double, _ mode: FanMode,
        _ distribution: VarianceDistribution, _ seed: UInt64?
    ) -> Initializer {
        Initializer(
            identity, seed,
            scaling: VarianceScaling(scale: scale, mode: mode, distribution: distribution))
    }

    /// Variance by the fans: what all initialisers of this section do.
    struct VarianceScaling: Sendable {
        var scale: Double
        var mode: FanMode
        var distribution: VarianceDistribution
        /// The axes that the fans count; nil: the last two, times the others.
        var axes: (input: [Int], output: [Int])?

        func values(_ shape: Shape, _ seed: UInt64) throws -> [Float] {
            let fans = try fans(shape)
            let fan =
                switch mode {
                case .input: fans.input
                case .output: fans.output
                case .average: (fans.input + fans.output) / 2
                }
            let variance = scale / Swift.max(1, fan)
            switch distribution {
            case .uniform:
                let limit = (3 * variance).squareRoot()
                return uniform(shape, seed, -limit, limit)
            case .truncatedNormal:
                return truncatedNormal(shape, seed, 0, variance.squareRoot() / truncation)
            case .untruncatedNormal:
                return normal(shape, seed, 0, variance.squareRoot())
            }
        }

        private func fans(_ shape: Shape) throws -> (input: Double, output: Double) {
            guard let axes else { return Initializer.fans(shape) }
            func product(_ axes: [Int]) throws -> Double {
                try axes.reduce(1) { $0 * Double(shape[try shape.resolve(axis: $1)]) }
            }
            return (try product(axes.input), try product(axes.output))
        }
    }

    /// With fans that count some axes of the weight, as layers ask for whose kernels have axes of other meaning. Of initialisers without fans,
    /// and of those that name axes themselves, nothing changes.
    func scaled(inputAxes: [Int], outputAxes: [Int]) -> Initializer {
        guard let known = try? resolved(), var scaling = known.scaling, scaling.axes == nil else {
            return self
        }
        scaling.axes = (inputAxes, outputAxes)
        return Initializer(
            known.identity ?? FunctionIdentity("custom"), known.seed, scaling: scaling)
    }

    /// As `scaled`, for an initialiser that a file says so of: the axes are among its arguments.
    func naming(inputAxes: [Int], outputAxes: [Int]) -> Initializer {
        var identity = identity ?? FunctionIdentity("custom")
        identity.config["input_axes"] = ConfigValue(inputAxes)
        identity.config["output_axes"] = ConfigValue(outputAxes)
        guard let scaling = scaled(inputAxes: inputAxes, outputAxes: outputAxes).scaling else {
            return self
        }
        return Initializer(identity, seed, scaling: scaling)
    }

    /// Keras's fans of a stored weight.
    static func fans(_ shape: Shape) -> (input: Double, output: Double) {
        switch shape.rank {
        case 0: return (1, 1)
        case 1: return (Double(shape[0]), Double(shape[0]))
        default:
            let field = shape.dimensions.dropLast(2).reduce(1, *)
            return (
                Double(shape[shape.rank - 2] * field), Double(shape[shape.rank - 1] * field)
            )
        }
    }
}
