import KeratinCore
import KeratinTensor

/// The plain recurrent network, h' = activation(x·W + b + h·U): inputs [batch, steps, features], result [batch, units],
/// or [batch, steps, units] with `returnSequences`.
public final class SimpleRNN: VectorRNN {
    /// - Parameters:
    ///   - units: the numbers of each state and of the output.
    ///   - activation: of what is new in the state.
    ///   - dropout: the part of the inputs that is dropped in training, with one mask for all steps.
    ///   - recurrentDropout: the same of the hidden state.
    ///   - returnSequences: whether the result holds every step, not only the last.
    ///   - returnState: whether the states are wanted too; `sequence(_:initialState:training:)` gives them.
    ///   - goBackwards: whether steps run from the last to the first; the result is in the order of running.
    ///   - stateful: whether a batch starts from the states in which the one before it ended, sample by sample.
    ///   - unroll: only written into files: the program is a loop in any case.
    ///   - zeroOutputForMask: whether the output of masked steps is zero.
    ///   - seed: of the dropouts; nil: a part of the run's own random numbers.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    public convenience init(
        _ units: Int, activation: any ActivationConvertible = .tanh,
        useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, returnSequences: Bool = false,
        returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        unroll: Bool = false, zeroOutputForMask: Bool = false, seed: Int? = nil,
        name: String? = nil, inputShape: [Int?]? = nil
    ) {
        self.init(
            cell: SimpleRNNCell(
                units, activation: activation, useBias: useBias,
                kernelInitializer: kernelInitializer,
                recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
                kernelRegularizer: kernelRegularizer,
                recurrentRegularizer: recurrentRegularizer, biasRegularizer: biasRegularizer,
                kernelConstraint: kernelConstraint, recurrentConstraint: recurrentConstraint,
                biasConstraint: biasConstraint, dropout: dropout,
                recurrentDropout: recurrentDropout, seed: seed, name: "simple_rnn_cell"),
            SequenceArguments(
                returnSequences: returnSequences, returnState: returnState,
                goBackwards: goBackwards, stateful: stateful, unroll: unroll,
                zeroOutputForMask: zeroOutputForMask),
            name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
        sampleShape = inputShape
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            cell: SimpleRNNCell(
                try configuration.integer("units"),
                try RecurrentArguments(from: configuration, hasGates: false),
                name: "simple_rnn_cell"),
            try SequenceArguments(from: configuration), name: configuration.name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig()
        // Keras's layer does not write it; its cell does.
        config["seed"] = nil
        return config
    }
}
