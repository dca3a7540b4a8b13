import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How a weight gets its first values: `.glorotUniform`, `"he_normal"`, …
///
/// Drawn on the host, so every backend starts from the same numbers. Fans follow Keras: for a stored
/// shape (…, in, out) fan-in is in times the product of the leading axes, fan-out out times it.
public struct Initializer: Sendable, ExpressibleByStringLiteral {
    /// Keras's snake_case name.
    public let name: String
    let make: (@Sendable (_ shape: Shape, _ seed: UInt64) -> [Float])?
    let seed: UInt64?

    /// An initialiser of your own: values for a shape, row-major.
    public init(
        _ name: String, seed: UInt64? = nil,
        _ make: @escaping @Sendable (_ shape: Shape, _ seed: UInt64) -> [Float]
    ) {
        self.name = name
        self.make = make
        self.seed = seed
    }

    /// By Keras's name; an unknown one throws when the layer is built.
    public init(stringLiteral value: String) {
        let known = Initializer.known[value]
        name = value
        make = known?.make
        seed = nil
    }

    /// Values for a weight.
    /// - Throws: `KeratinError` for an unknown name.
    package func values(_ shape: Shape) throws -> [Float] {
        guard let make else {
            throw unknownName(name, among: Initializer.known.keys.sorted(), what: "initializer")
        }
        return make(shape, seed ?? RandomSeed.next())
    }

    private static let known: [String: Initializer] = {
        var known: [String: Initializer] = [
            "uniform": randomUniform(), "normal": randomNormal(), "zero": zeros, "one": ones,
        ]
        let named = [
            zeros, ones, randomUniform(), randomNormal(), truncatedNormal(), glorotUniform,
            glorotNormal, heUniform, heNormal, lecunUniform, lecunNormal,
        ]
        for initializer in named { known[initializer.name] = initializer }
        return known
    }()

    // MARK: The initialisers

    public static let zeros = constant(0, name: "zeros")
    public static let ones = constant(1, name: "ones")

    public static func constant(_ value: Double) -> Initializer {
        constant(value, name: "constant")
    }

    private static func constant(_ value: Double, name: String) -> Initializer {
        Initializer(name) { shape, _ in [Float](repeating: Float(value), count: shape.count) }
    }

    /// Uniform in [minval, maxval).
    public static func randomUniform(
        minval: Double = -0.05, maxval: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        Initializer("random_uniform", seed: seed) { shape, seed in
            uniform(shape, seed, minval, maxval)
        }
    }

    private static func uniform(
        _ shape: Shape, _ seed: UInt64, _ low: Double, _ high: Double
    ) -> [Float] {
        var generator = PhiloxGenerator(seed: seed)
        return (0..<shape.count).map { _ in Float(low + (high - low) * generator.uniform()) }
    }

    public static func randomNormal(
        mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        Initializer("random_normal", seed: seed) { shape, seed in
            var normals = NormalGenerator(seed: seed)
            return (0..<shape.count).map { _ in Float(mean + stddev * normals.next()) }
        }
    }

    /// A normal distribution whose values beyond two standard deviations are drawn again.
    public static func truncatedNormal(
        mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        Initializer("truncated_normal", seed: seed) { shape, seed in
            truncatedNormal(shape, seed, mean, stddev)
        }
    }

    private static func truncatedNormal(
        _ shape: Shape, _ seed: UInt64, _ mean: Double, _ stddev: Double
    ) -> [Float] {
        var normals = NormalGenerator(seed: seed)
        return (0..<shape.count).map { _ in Float(mean + stddev * normals.truncated()) }
    }

    public static let glorotUniform = variance("glorot_uniform", 1, .average, .uniform)
    public static let glorotNormal = variance("glorot_normal", 1, .average, .truncatedNormal)
    public static let heUniform = variance("he_uniform", 2, .input, .uniform)
    public static let heNormal = variance("he_normal", 2, .input, .truncatedNormal)
    public static let lecunUniform = variance("lecun_uniform", 1, .input, .uniform)
    public static let lecunNormal = variance("lecun_normal", 1, .input, .truncatedNormal)

    /// An initialiser of this kind that draws the same values each time.
    public func seeded(_ seed: UInt64) -> Initializer {
        guard let make else { return self }
        return Initializer(name, seed: seed, make)
    }

    private enum Fan { case input, average }
    private enum Distribution { case uniform, truncatedNormal }

    /// The standard deviation of a normal cut at two standard deviations.
    private static let truncation = 0.87962566103423978

    /// Variance scale/n, n the fan-in or the mean of both fans.
    private static func variance(
        _ name: String, _ scale: Double, _ fan: Fan, _ distribution: Distribution
    ) -> Initializer {
        Initializer(name) { shape, seed in
            let fans = Self.fans(shape)
            let n = Swift.max(1, fan == .input ? fans.input : (fans.input + fans.output) / 2)
            switch distribution {
            case .uniform:
                let limit = (3 * scale / n).squareRoot()
                return uniform(shape, seed, -limit, limit)
            case .truncatedNormal:
                let stddev = (scale / n).squareRoot() / truncation
                return truncatedNormal(shape, seed, 0, stddev)
            }
        }
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

/// Standard normal numbers by the method of Box and Muller.
struct NormalGenerator {
    private var generator: PhiloxGenerator
    private var spare: Double?

    init(seed: UInt64) { generator = PhiloxGenerator(seed: seed) }

    mutating func next() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        let radius = (-2 * log(1 - generator.uniform())).squareRoot()
        let angle = 2 * Double.pi * generator.uniform()
        spare = radius * sin(angle)
        return radius * cos(angle)
    }

    /// A number within two standard deviations.
    mutating func truncated() -> Double {
        while true {
            let value = next()
            if abs(value) <= 2 { return value }
        }
    }
}
