import KeratinCore
import KeratinTensor

/// The step of `LSTM` (Hochreiter and Schmidhuber, 1997): with σ the recurrent activation and a the activation,
/// i, f, o = σ(x·W + h·U + b), c' = f·c + i·a(x·W_c + h·U_c + b_c), h' = o·a(c').
///
/// States: h and c, [batch, units] each. Weights: kernel (in, 4·units), recurrent_kernel (units, 4·units), bias
/// (4·units); blocks i, f, c, o.
public final class LSTMCell: VectorCell {
    override class var gateCount: Int { 4 }
    override var sequenceCell: RecurrentSequence.Cell { .lstm }

    /// - Parameters:
    ///   - units: the numbers of each state.
    ///   - unitForgetBias: whether the forget gate's bias starts as 1 (Jozefowicz et al., 2015).
    ///   - dropout: the part of the inputs that is dropped in training.
    ///   - recurrentDropout: the part of the hidden state that is dropped in training.
    ///   - seed: of the dropouts; nil: a part of the run's own random numbers.
    public convenience init(
        _ units: Int, activation: any ActivationConvertible = .tanh,
        recurrentActivation: any ActivationConvertible = .sigmoid, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        unitForgetBias: Bool = true, kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0,
        seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            units,
            RecurrentArguments(
                activation: activation, recurrentActivation: recurrentActivation,
                useBias: useBias,
                kernel: WeightSpecification(
                    kernelInitializer, kernelRegularizer, kernelConstraint),
                recurrent: WeightSpecification(
                    recurrentInitializer, recurrentRegularizer, recurrentConstraint),
                bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint),
                unitForgetBias: unitForgetBias, dropout: dropout,
                recurrentDropout: recurrentDropout, seed: seed),
            name: name)
    }

    override init(_ units: Int, _ arguments: RecurrentArguments, name: String?) {
        super.init(units, arguments, name: name)
    }

    public override var stateSizes: [Shape] { [[units], [units]] }

    public override func steps(over sequence: Tensor, training: Bool) throws -> CellSteps {
        let recurrentKernel = try readRecurrentKernel()
        let masks = try hiddenMasks(sequence, training: training)
        let inputs = try projected(sequence, bias: readBias(), training: training)
        let activation = arguments.activation
        let gateActivation = arguments.recurrentActivation ?? .sigmoid
        return CellSteps(inputs: inputs) { row, states in
            let (hidden, carry) = (states[0], states[1])
            let z =
                try row
                + self.recurrentProduct(hidden, recurrentKernel, gates: 0..<4, masks: masks)
            let i = try gateActivation(self.gate(0, of: z))
            let f = try gateActivation(self.gate(1, of: z))
            let next = try f * carry + i * activation(self.gate(2, of: z))
            let o = try gateActivation(self.gate(3, of: z))
            let output = try o * activation(next)
            return (output, [output, next])
        }
    }
}

extension LSTMCell: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("units"),
            try RecurrentArguments(from: configuration, hasGates: true, hasForgetGate: true),
            name: configuration.name)
    }
}
