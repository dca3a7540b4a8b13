import KeratinCore
import KeratinTensor

/// scale·x/√(mean of x² + ε) over some axes (Zhang and Sennrich, 2019).
///
/// Weight: scale, of the extents of the axes. As in Keras it is broadcast as it is, so it fits the last axes.
public final class RMSNormalization: Layer {
    private let axis: Axes
    private let epsilon: Double
    private var scale: Variable?

    /// - Parameter axis: the axes over which the mean of squares is taken.
    public init(axis: any AxisConvertible = -1, epsilon: Double = 1e-6, name: String? = nil) {
        self.axis = Axes(axis)
        self.epsilon = epsilon
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["axis": axis.config, "epsilon": .number(epsilon)])
    }

    public override func build(inputShape: [Int?]) throws {
        _ = try axis.resolved(rank: inputShape.count)
        let extents = try knownExtents(inputShape, axes: axis.values.sorted())
        scale = try addWeight(name: "scale", shape: Shape(extents), initializer: .ones)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let scale = try built(self.scale)
        let axes = try axis.resolved(rank: input.rank)
        guard scale.shape.broadcasts(to: input.shape) else {
            throw KeratinError(
                .shapeMismatch, "scale \(scale.shape) does not broadcast to \(input.shape)")
        }
        let squares = input.square().mean(axes: axes, keepDimensions: true)
        return try input * (squares + epsilon).unary(.rsqrt) * scale.read()
    }
}

extension RMSNormalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            axis: try Axes(from: configuration, "axis", default: -1),
            epsilon: try configuration.number("epsilon", default: 1e-6), name: configuration.name)
    }
}
