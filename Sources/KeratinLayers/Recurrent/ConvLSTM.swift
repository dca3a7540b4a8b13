import KeratinCore
import KeratinTensor

/// An LSTM whose products are convolutions (Shi et al., 2015): inputs [batch, steps, spatial…, channels] (channels third with
/// `channelsFirst`), result [batch, result…, filters], or with `returnSequences` [batch, steps, result…, filters].
///
/// The spatial extents of inputs must be known. The convolution of the hidden state has stride 1 and padding `same`.
/// Weights: kernel (k…, in, 4·filters), recurrent_kernel (k…, filters, 4·filters), bias (4·filters); blocks i, f, c, o.
public class ConvLSTM: RNN {
    /// The number of spatial axes.
    class var rank: Int { 2 }

    override var inputRank: Int? { type(of: self).rank + 3 }
    override var savesCell: Bool { false }

    /// - Parameters:
    ///   - filters: the channels of the result.
    ///   - kernelSize: the cells of the windows along each axis.
    ///   - padding: `.valid` or `.same`.
    ///   - dilationRate: the distance between the cells of the inputs' window; not together with strides.
    ///   - unitForgetBias: whether the forget gate's bias starts as 1.
    ///   - dropout: the part of the inputs that is dropped in training, with one mask for all steps.
    ///   - recurrentDropout: the same of the hidden state.
    ///   - seed: of the dropouts; nil: a part of the run's own random numbers.
    ///   - returnSequences: whether the result holds every step, not only the last.
    ///   - returnState: whether the states are wanted too; `sequence(_:initialState:training:)` gives them.
    ///   - goBackwards: whether steps run from the last to the first; the result is in the order of running.
    ///   - stateful: whether a batch starts from the states in which the one before it ended, sample by sample.
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: any ActivationConvertible = .tanh,
        recurrentActivation: any ActivationConvertible = .sigmoid, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        unitForgetBias: Bool = true, kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, seed: Int? = nil,
        returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false, zeroOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: ConvLSTMCell(
                ConvLSTMGeometry(
                    rank: Self.rank, filters: filters, kernelSize: kernelSize, strides: strides,
                    padding: padding, dataFormat: dataFormat, dilationRate: dilationRate),
                RecurrentArguments(
                    activation: activation, recurrentActivation: recurrentActivation,
                    useBias: useBias,
                    kernel: WeightSpecification(
                        kernelInitializer, kernelRegularizer, kernelConstraint),
                    recurrent: WeightSpecification(
                        recurrentInitializer, recurrentRegularizer, recurrentConstraint),
                    bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint),
                    unitForgetBias: unitForgetBias, dropout: dropout,
                    recurrentDropout: recurrentDropout, seed: seed)),
            SequenceArguments(
                returnSequences: returnSequences, returnState: returnState,
                goBackwards: goBackwards, stateful: stateful,
                zeroOutputForMask: zeroOutputForMask),
            name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            cell: ConvLSTMCell(
                try ConvLSTMGeometry(from: configuration, rank: Self.rank),
                try RecurrentArguments(from: configuration, hasGates: true, hasForgetGate: true)),
            try SequenceArguments(from: configuration), name: configuration.name)
    }
}

/// A ConvLSTM over signals: inputs [batch, steps, length, channels].
public final class ConvLSTM1D: ConvLSTM { override class var rank: Int { 1 } }

/// A ConvLSTM over films: inputs [batch, steps, rows, columns, channels].
public final class ConvLSTM2D: ConvLSTM {}

/// A ConvLSTM over moving volumes: inputs [batch, steps, x, y, z, channels].
public final class ConvLSTM3D: ConvLSTM { override class var rank: Int { 3 } }
