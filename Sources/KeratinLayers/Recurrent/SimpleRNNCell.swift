import KeratinCore
import KeratinTensor

/// The step of `SimpleRNN`: h' = activation(x·W + b + h·U).
///
/// State: h [batch, units]. Weights: kernel (in, units), recurrent_kernel (units, units), bias (units).
public final class SimpleRNNCell: VectorCell {
    /// - Parameters:
    ///   - units: the numbers of the state.
    ///   - dropout: the part of the inputs that is dropped in training.
    ///   - recurrentDropout: the part of the hidden state that is dropped in training.
    ///   - seed: of the dropouts; nil: a part of the run's own random numbers.
    public convenience init(
        _ units: Int, activation: any ActivationConvertible = .tanh, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, seed: Int? = nil, name: String? = nil
    ) {
        self.init(
            units,
            RecurrentArguments(
                activation: activation, useBias: useBias,
                kernel: WeightSpecification(
                    kernelInitializer, kernelRegularizer, kernelConstraint),
                recurrent: WeightSpecification(
                    recurrentInitializer, recurrentRegularizer, recurrentConstraint),
                bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint),
                dropout: dropout, recurrentDropout: recurrentDropout, seed: seed),
            name: name)
    }

    override init(_ units: Int, _ arguments: RecurrentArguments, name: String?) {
        super.init(units, arguments, name: name)
    }

    public override func steps(over sequence: Tensor, training: Bool) throws -> CellSteps {
        let recurrentKernel = try readRecurrentKernel()
        let masks = try hiddenMasks(sequence, training: training)
        let inputs = try projected(sequence, bias: readBias(), training: training)
        let activation = arguments.activation
        return CellSteps(inputs: inputs) { row, states in
            let inner = try self.recurrentProduct(
                states[0], recurrentKernel, gates: 0..<1, masks: masks)
            let output = try activation(row + inner)
            return (output, [output])
        }
    }
}

extension SimpleRNNCell: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("units"),
            try RecurrentArguments(from: configuration, hasGates: false),
            name: configuration.name)
    }
}
