import KeratinCore
import KeratinTensor

/// Files hold an initialiser as its class with its arguments.
extension Initializer: SerializableFunction {
    package static let kind = "initializer"
    package static let module = "keras.initializers"

    /// The classes whose arguments include a seed.
    static let seeded: Set<String> = [
        "RandomUniform", "RandomNormal", "TruncatedNormal", "VarianceScaling", "GlorotUniform",
        "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal", "Orthogonal",
    ]

    /// Keras 3.0 to 3.5 know it by no other name.
    package static let fileNames = ["Orthogonal": "OrthogonalInitializer"]

    package static let aliases = [
        "zeros": "Zeros", "zero": "Zeros", "ones": "Ones", "one": "Ones", "constant": "Constant",
        "identity": "Identity", "IdentityInitializer": "Identity",
        "uniform": "RandomUniform", "random_uniform": "RandomUniform", "normal": "RandomNormal",
        "random_normal": "RandomNormal", "truncated_normal": "TruncatedNormal",
        "variance_scaling": "VarianceScaling", "glorot_uniform": "GlorotUniform",
        "glorot_normal": "GlorotNormal", "he_uniform": "HeUniform", "he_normal": "HeNormal",
        "lecun_uniform": "LecunUniform", "lecun_normal": "LecunNormal",
        "orthogonal": "Orthogonal", "OrthogonalInitializer": "Orthogonal",
        "stft": "STFT", "STFTInitializer": "STFT",
    ]

    package static let classes: [String: @Sendable (Configuration) throws -> Initializer] =
        makers.mapValues { make in
            { configuration in
                configuration.ignore("dtype")
                var initializer = try make(configuration)
                // Keras ≥ 3.15 writes the axes of the fans.
                if let inputAxes = try configuration.optionalIntegers("input_axes"),
                    let outputAxes = try configuration.optionalIntegers("output_axes")
                {
                    initializer = initializer.naming(
                        inputAxes: inputAxes, outputAxes: outputAxes)
                }
                return try seed(configuration).map { initializer.seeded($0) } ?? initializer
            }
        }

    private static let makers: [String: @Sendable (Configuration) throws -> Initializer] = [
        "Zeros": { _ in .zeros },
        "Ones": { _ in .ones },
        "Constant": { .constant(try $0.optionalNumbersArray("value") ?? 0) },
        "Identity": { .identity(gain: try $0.number("gain", default: 1)) },
        "RandomUniform": {
            .randomUniform(
                minval: try $0.number("minval", default: -0.05),
                maxval: try $0.number("maxval", default: 0.05))
        },
        "RandomNormal": {
            .randomNormal(
                mean: try $0.number("mean", default: 0),
                stddev: try $0.number("stddev", default: 0.05))
        },
        "TruncatedNormal": {
            .truncatedNormal(
                mean: try $0.number("mean", default: 0),
                stddev: try $0.number("stddev", default: 0.05))
        },
        "VarianceScaling": { try varianceScaling($0) },
        "GlorotUniform": { _ in .glorotUniform },
        "GlorotNormal": { _ in .glorotNormal },
        "HeUniform": { _ in .heUniform },
        "HeNormal": { _ in .heNormal },
        "LecunUniform": { _ in .lecunUniform },
        "LecunNormal": { _ in .lecunNormal },
        "Orthogonal": { .orthogonal(gain: try $0.number("gain", default: 1)) },
        "STFT": { try stft($0) },
    ]

    private static func varianceScaling(_ configuration: Configuration) throws -> Initializer {
        let scale = try configuration.number("scale", default: 1)
        guard scale > 0 else { throw configuration.mismatch("scale", expected: "positive") }
        let mode = try configuration.string("mode", default: "fan_in")
        guard let fan = FanMode(rawValue: mode) else {
            throw unknownName(mode, among: FanMode.allCases.map(\.rawValue), what: "mode")
        }
        var name = try configuration.string("distribution", default: "truncated_normal")
            .lowercased()
        if name == "normal" { name = "truncated_normal" }
        guard let distribution = VarianceDistribution(rawValue: name) else {
            throw unknownName(
                name, among: VarianceDistribution.allCases.map(\.rawValue), what: "distribution")
        }
        return .varianceScaling(scale: scale, mode: fan, distribution: distribution)
    }

    /// A number, or Keras's generator that starts from one.
    private static func seed(_ configuration: Configuration) throws -> UInt64? {
        if case .object? = configuration.value("seed"),
            let seed = configuration.value("seed")?["config"]?["seed"]
        {
            return seed.asInteger.map { UInt64(truncatingIfNeeded: $0) }
        }
        return try configuration.optionalInteger("seed").map { UInt64(truncatingIfNeeded: $0) }
    }
}
