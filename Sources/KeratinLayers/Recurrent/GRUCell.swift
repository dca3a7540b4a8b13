import KeratinCore
import KeratinTensor

/// The step of `GRU` (Cho et al., 2014): with σ the recurrent activation and a the activation, z, r = σ(x·W + h·U + b),
/// h' = z·h + (1 − z)·a(x·W_h + b_h + candidate); the candidate is r·(h·U_h + b'_h) with `resetAfter`, else (r·h)·U_h.
///
/// State: h [batch, units]. Weights: kernel (in, 3·units), recurrent_kernel (units, 3·units), bias: (2, 3·units) with
/// `resetAfter`, the second row of the recurrent product, else (3·units); blocks z, r, h.
public final class GRUCell: VectorCell {
    override class var gateCount: Int { 3 }
    override var sequenceCell: RecurrentSequence.Cell { resetAfter ? .gru : .gruResetBefore }
    let resetAfter: Bool

    /// - Parameters:
    ///   - units: the numbers of the state.
    ///   - dropout: the part of the inputs that is dropped in training.
    ///   - recurrentDropout: the part of the hidden state that is dropped in training.
    ///   - resetAfter: whether the reset gate comes after the recurrent product (cuDNN's convention).
    ///   - seed: of the dropouts; nil: a part of the run's own random numbers.
    public convenience init(
        _ units: Int, activation: any ActivationConvertible = .tanh,
        recurrentActivation: any ActivationConvertible = .sigmoid, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, resetAfter: Bool = true,
        seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            units, resetAfter: resetAfter,
            RecurrentArguments(
                activation: activation, recurrentActivation: recurrentActivation,
                useBias: useBias,
                kernel: WeightSpecification(
                    kernelInitializer, kernelRegularizer, kernelConstraint),
                recurrent: WeightSpecification(
                    recurrentInitializer, recurrentRegularizer, recurrentConstraint),
                bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint),
                dropout: dropout, recurrentDropout: recurrentDropout, seed: seed),
            name: name)
    }

    init(_ units: Int, resetAfter: Bool, _ arguments: RecurrentArguments, name: String?) {
        self.resetAfter = resetAfter
        super.init(units, arguments, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["reset_after": .boolean(resetAfter)])
    }

    override var biasShape: Shape { resetAfter ? [2, 3 * units] : [3 * units] }

    override func biases() throws -> (input: Tensor?, recurrent: Tensor?) {
        guard let bias = try readBias() else { return (nil, nil) }
        guard resetAfter else { return (bias, nil) }
        func row(_ index: Int) throws -> Tensor {
            bias.slice(starts: [index, 0], limits: [index + 1, 3 * units])
                .reshaped([3 * units])
        }
        return (try row(0), try row(1))
    }

    public override func steps(over sequence: Tensor, training: Bool) throws -> CellSteps {
        let recurrentKernel = try readRecurrentKernel()
        let (inputBias, recurrentBias) = try biases()
        let masks = try hiddenMasks(sequence, training: training)
        let inputs = try projected(sequence, bias: inputBias, training: training)
        let activation = arguments.activation
        let gateActivation = arguments.recurrentActivation ?? .sigmoid
        return CellSteps(inputs: inputs) { row, states in
            let hidden = states[0]
            var inner = try self.recurrentProduct(
                hidden, recurrentKernel, gates: 0..<(self.resetAfter ? 3 : 2), masks: masks)
            if let recurrentBias { inner = inner + recurrentBias }
            let z = try gateActivation(self.gate(0, of: row) + self.gate(0, of: inner))
            let r = try gateActivation(self.gate(1, of: row) + self.gate(1, of: inner))
            let candidate =
                self.resetAfter
                ? try r * self.gate(2, of: inner)
                : try (r * (masks.map { hidden * $0[2] } ?? hidden))
                    .matmul(self.gate(2, of: recurrentKernel))
            let new = try activation(self.gate(2, of: row) + candidate)
            let output = z * hidden + (1 - z) * new
            return (output, [output])
        }
    }
}

extension GRUCell: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("units"),
            resetAfter: try configuration.boolean("reset_after", default: true),
            try RecurrentArguments(from: configuration, hasGates: true), name: configuration.name)
    }
}
