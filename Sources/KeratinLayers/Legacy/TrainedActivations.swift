import KeratinCore
import KeratinTensor

/// Activations of Keras 1 with numbers of their own for each cell of a sample, or for those that axes do not share.
package class TrainedActivation: Layer {
    private let sharedAxes: [Int]
    private var numbers: [Variable] = []

    package required init(from configuration: Configuration) throws {
        sharedAxes = try configuration.optionalIntegers("shared_axes") ?? []
        super.init(name: configuration.name)
    }

    /// The weights, in the order of Keras 1, and how they begin.
    class var weightNames: KeyValuePairs<String, Initializer> { [:] }

    package override var wantsFloats: Bool { true }
    package override var supportsMasking: Bool { true }

    package override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "shared_axes": sharedAxes.isEmpty ? .null : ConfigValue(sharedAxes)
        ])
    }

    package override func build(inputShape: [Int?]) throws {
        let extents = try inputShape.indices.dropFirst().map { axis -> Int in
            if sharedAxes.contains(axis) { return 1 }
            guard let extent = inputShape[axis] else {
                throw KeratinError(
                    .shapeMismatch,
                    "extents must be known along axes that are not shared, got \(describe(inputShape))"
                )
            }
            return extent
        }
        numbers = try type(of: self).weightNames.map {
            try addWeight(name: $0.key, shape: Shape(extents), initializer: $0.value)
        }
    }

    package override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let values = try numbers.map { try $0.read() }
        guard values.count == type(of: self).weightNames.count else {
            throw KeratinError(.invalidState, "is not built")
        }
        return try value(input, values)
    }

    func value(_ x: Tensor, _ numbers: [Tensor]) throws -> Tensor { x }

    package override func unbuild() {
        super.unbuild()
        numbers = []
    }
}

/// Three straight lines (Jin et al., 2015): slope a_left below t_left, 1 up to t_left + |t_right|, a_right above.
package final class SReLU: TrainedActivation, BuiltInLayer {
    override class var weightNames: KeyValuePairs<String, Initializer> {
        ["t_left": .zeros, "a_left": .glorotUniform, "t_right": .glorotUniform, "a_right": .ones]
    }

    override func value(_ x: Tensor, _ numbers: [Tensor]) throws -> Tensor {
        let (left, right) = (numbers[0], numbers[0] + numbers[2].abs())
        let middle = (x - left).relu().binary(.minimum, right - left)
        return left + middle - numbers[1] * (left - x).relu() + numbers[3] * (x - right).relu()
    }
}

/// alpha·ln(1 + e^(beta·x)).
package final class ParametricSoftplus: TrainedActivation, BuiltInLayer {
    override class var weightNames: KeyValuePairs<String, Initializer> {
        ["alpha": .constant(0.2), "beta": .constant(5)]
    }

    override func value(_ x: Tensor, _ numbers: [Tensor]) throws -> Tensor {
        try numbers[0] * ActivationFunction.softplus(numbers[1] * x)
    }
}
