import KeratinCore
import KeratinTensor

/// γ·x with a trained γ for each channel, which begins small (Touvron et al., 2021). Weight: gamma (channels).
public final class LayerScale: Layer {
    private let initialValue: Double
    private let projectionDim: Int
    private var gamma: Variable?

    /// - Parameters:
    ///   - initialValue: what γ begins with.
    ///   - projectionDim: the channels, the extent of the last axis.
    public init(_ initialValue: Double, _ projectionDim: Int, name: String? = nil) {
        self.initialValue = initialValue
        self.projectionDim = projectionDim
        super.init(name: name)
    }

    package override class var kerasModule: String { "keras.src.applications.convnext" }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "init_values": .number(initialValue), "projection_dim": .integer(projectionDim),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        guard projectionDim > 0 else {
            throw KeratinError(
                .invalidArgument, "projectionDim must be positive, got \(projectionDim)")
        }
        if let channels = inputShape.last ?? nil, channels != projectionDim {
            throw KeratinError(
                .shapeMismatch, "scales \(projectionDim) channels, got \(describe(inputShape))")
        }
        gamma = try addWeight(
            name: "gamma", shape: [projectionDim], initializer: Initializer.constant(initialValue))
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try input * built(gamma).read()
    }
}

extension LayerScale: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.number("init_values"), try configuration.integer("projection_dim"),
            name: configuration.name)
    }
}
