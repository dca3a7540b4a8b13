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
public struct Initializer: Sendable, ExpressibleByStringLiteral, SerializableFunction {
    package typealias Body = @Sendable (_ shape: Shape, _ seed: UInt64) -> [Float]
    private let source: FunctionSource<Body>
    private let seed: UInt64?

    /// An initialiser of your own: values for a shape, row-major. It can be saved under its name once it is registered
    /// with `CustomObjects`.
    public init(
        _ name: String, seed: UInt64? = nil,
        _ make: @escaping @Sendable (_ shape: Shape, _ seed: UInt64) -> [Float]
    ) {
        self.init(FunctionIdentity(name), seed, make)
    }

    /// By Keras's name; an unknown one throws when the layer is built.
    public init(stringLiteral value: String) {
        source = .name(value)
        seed = nil
    }

    private init(_ identity: FunctionIdentity, _ seed: UInt64?, _ make: @escaping Body) {
        source = .function(identity, make)
        self.seed = seed
    }

    package var identity: FunctionIdentity? {
        guard var identity = source.identity, Initializer.seeded.contains(identity.className) else {
            return source.identity
        }
        identity.config["seed"] = seed.map { .integer(Int(truncatingIfNeeded: $0)) } ?? .null
        return identity
    }

    /// Values for a weight.
    /// - Throws: `KeratinError` for an unknown name.
    package func values(_ shape: Shape) throws -> [Float] {
        switch source {
        case .function(_, let make): make(shape, seed ?? RandomSeed.next())
        case .name(let name): try Initializer.named(name).values(shape)
        }
    }

    /// An initialiser of this kind that draws the same values each time.
    public func seeded(_ seed: UInt64) -> Initializer {
        switch source {
        case .function(let identity, let make):
            Initializer(identity ?? FunctionIdentity("custom"), seed, make)
        case .name(let name): (try? Initializer.named(name))?.seeded(seed) ?? self
        }
    }

    package static let kind = "initializer"
    package static let module = "keras.initializers"
    /// The classes whose arguments include a seed.
    private static let seeded: Set<String> = [
        "RandomUniform", "RandomNormal", "TruncatedNormal", "GlorotUniform", "GlorotNormal",
        "HeUniform", "HeNormal", "LecunUniform", "LecunNormal",
    ]
    package static let aliases = [
        "zeros": "Zeros", "zero": "Zeros", "ones": "Ones", "one": "Ones", "constant": "Constant",
        "uniform": "RandomUniform", "random_uniform": "RandomUniform", "normal": "RandomNormal",
        "random_normal": "RandomNormal", "truncated_normal": "TruncatedNormal",
        "glorot_uniform": "GlorotUniform", "glorot_normal": "GlorotNormal",
        "he_uniform": "HeUniform", "he_normal": "HeNormal", "lecun_uniform": "LecunUniform",
        "lecun_normal": "LecunNormal",
    ]
    package static let classes: [String: @Sendable (Configuration) throws -> Initializer] = [
        "Zeros": { _ in .zeros },
        "Ones": { _ in .ones },
        "Constant": { .constant(try $0.number("value", default: 0)) },
        "RandomUniform": {
            .randomUniform(
                minval: try $0.number("minval", default: -0.05),
                maxval: try $0.number("maxval", default: 0.05), seed: try seed($0))
        },
        "RandomNormal": {
            .randomNormal(
                mean: try $0.number("mean", default: 0),
                stddev: try $0.number("stddev", default: 0.05), seed: try seed($0))
        },
        "TruncatedNormal": {
            .truncatedNormal(
                mean: try $0.number("mean", default: 0),
                stddev: try $0.number("stddev", default: 0.05), seed: try seed($0))
        },
        "GlorotUniform": { try seeded(.glorotUniform, $0) },
        "GlorotNormal": { try seeded(.glorotNormal, $0) },
        "HeUniform": { try seeded(.heUniform, $0) },
        "HeNormal": { try seeded(.heNormal, $0) },
        "LecunUniform": { try seeded(.lecunUniform, $0) },
        "LecunNormal": { try seeded(.lecunNormal, $0) },
    ]

    private static func seed(_ configuration: Configuration) throws -> UInt64? {
        try configuration.optionalInteger("seed").map { UInt64(truncatingIfNeeded: $0) }
    }

    private static func seeded(
        _ initializer: Initializer, _ configuration: Configuration
    ) throws -> Initializer {
        try seed(configuration).map { initializer.seeded($0) } ?? initializer
    }

    // MARK: The initialisers

    public static let zeros = constant(FunctionIdentity("Zeros"), 0)
    public static let ones = constant(FunctionIdentity("Ones"), 1)

    public static func constant(_ value: Double) -> Initializer {
        constant(FunctionIdentity("Constant", ["value": .number(value)]), value)
    }

    private static func constant(_ identity: FunctionIdentity, _ value: Double) -> Initializer {
        Initializer(identity, nil) { shape, _ in
            [Float](repeating: Float(value), count: shape.count)
        }
    }

    /// Uniform in [minval, maxval).
    public static func randomUniform(
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

    public static func randomNormal(
        mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        let config: [String: ConfigValue] = ["mean": .number(mean), "stddev": .number(stddev)]
        return Initializer(FunctionIdentity("RandomNormal", config), seed) { shape, seed in
            var normals = NormalGenerator(seed: seed)
            return (0..<shape.count).map { _ in Float(mean + stddev * normals.next()) }
        }
    }

    /// A normal distribution whose values beyond two standard deviations are drawn again.
    public static func truncatedNormal(
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

    public static let glorotUniform = variance("GlorotUniform", 1, .average, .uniform)
    public static let glorotNormal = variance("GlorotNormal", 1, .average, .truncatedNormal)
    public static let heUniform = variance("HeUniform", 2, .input, .uniform)
    public static let heNormal = variance("HeNormal", 2, .input, .truncatedNormal)
    public static let lecunUniform = variance("LecunUniform", 1, .input, .uniform)
    public static let lecunNormal = variance("LecunNormal", 1, .input, .truncatedNormal)

    private enum Fan { case input, average }
    private enum Distribution { case uniform, truncatedNormal }

    /// The standard deviation of a normal cut at two standard deviations.
    private static let truncation = 0.87962566103423978

    /// Variance scale/n, n the fan-in or the mean of both fans.
    private static func variance(
        _ className: String, _ scale: Double, _ fan: Fan, _ distribution: Distribution
    ) -> Initializer {
        Initializer(FunctionIdentity(className), nil) { shape, seed in
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
