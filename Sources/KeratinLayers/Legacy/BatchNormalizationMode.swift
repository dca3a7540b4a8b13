import KeratinCore
import KeratinTensor

/// BatchNormalization of Keras 1 in its modes 1 and 2, which Keras 2 dropped: by the numbers of a sample, over its last axis, or by those of
/// the batch, also in prediction.
///
/// Weights: gamma, beta (trainable), moving_mean, moving_variance, which these modes keep and do not use.
package final class BatchNormalizationMode: Layer {
    private let mode: Int
    private let axis: Int
    private let epsilon: Double
    private var affine: ScaleAndOffset
    private var moving: [Variable] = []

    package init(from configuration: Configuration) throws {
        mode = try configuration.integer("mode")
        axis = try configuration.integer("axis", default: -1)
        epsilon = try configuration.number("epsilon", default: 1e-3)
        affine = ScaleAndOffset(
            center: true, scale: true,
            beta: try WeightSpecification(from: configuration, "beta", default: .zeros),
            gamma: try WeightSpecification(from: configuration, "gamma", default: .ones))
        super.init(name: configuration.name)
    }

    package override var wantsFloats: Bool { true }

    package override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "mode": .integer(mode), "axis": .integer(axis), "epsilon": .number(epsilon),
            ])
            .adding(affine.config())
    }

    package override func build(inputShape: [Int?]) throws {
        guard mode == 1 || mode == 2 else {
            throw KeratinError(.invalidArgument, "mode must be 1 or 2, got \(mode)")
        }
        let shape = Shape(try knownExtents(inputShape, axes: [axis]))
        try affine.build(self, shape: shape)
        moving = try [("moving_mean", Initializer.zeros), ("moving_variance", .ones)].map {
            try addWeight(name: $0.0, shape: shape, initializer: $0.1, trainable: false)
        }
    }

    package override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let (gamma, beta) = (
            try built(affine.gamma).read(), try built(affine.beta).read()
        )
        if mode == 1 {
            let difference = input - input.mean(axes: [-1], keepDimensions: true)
            let variance = difference.square().mean(axes: [-1], keepDimensions: true)
            // ε stands twice in Keras 1.
            let deviation = (variance + epsilon).sqrt() + epsilon
            return difference / deviation * gamma + beta
        }
        let axis = try input.shape.resolve(axis: self.axis)
        var permutation = Array(0..<input.rank)
        permutation.swapAt(axis, input.rank - 1)
        let x = input.transposed(permutation)
        let axes = Array(0..<(x.rank - 1))
        let difference = x - x.mean(axes: axes)
        let variance = difference.square().mean(axes: axes)
        let y = difference * ((variance + epsilon).unary(.rsqrt) * gamma) + beta
        return y.transposed(permutation)
    }

    package override func unbuild() {
        super.unbuild()
        moving = []
    }
}

extension BatchNormalizationMode: BuiltInLayer {}
