import KeratinCore
import KeratinTensor

/// What the built-in cells have in common: arguments, three weights, and masks for dropout.
///
/// Weights: kernel (in, gates·units), recurrent_kernel (units, gates·units), bias.
public class GatedCell: RecurrentCell {
    let arguments: RecurrentArguments
    private var kernel: Variable?
    private var recurrentKernel: Variable?
    private var bias: Variable?

    init(_ arguments: RecurrentArguments, name: String?) {
        self.arguments = arguments
        super.init(name: name)
    }

    /// Blocks of the kernels' columns, one a gate.
    class var gateCount: Int { 1 }
    final var gateCount: Int { type(of: self).gateCount }

    /// Whether a dropout of the hidden state makes every gate draw masks of its own, for the inputs too. Source: Keras
    /// 3.15.1, `implementation` 1 in layers/rnn/lstm.py and gru.py.
    var drawsMasksForEachGate: Bool { arguments.recurrentDropout != 0 }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(arguments.config())
    }

    // MARK: Weights

    /// Makes the weights.
    final func buildWeights(kernel: Shape, recurrentKernel: Shape, bias: Shape) throws {
        try arguments.activation.validate()
        try arguments.recurrentActivation?.validate()
        self.kernel = try addWeight(name: "kernel", shape: kernel, arguments.kernel)
        self.recurrentKernel = try addWeight(
            name: "recurrent_kernel", shape: recurrentKernel, arguments.recurrent)
        if arguments.useBias {
            self.bias = try addWeight(name: "bias", shape: bias, arguments.gateBias)
        }
    }

    final func readKernel() throws -> Tensor { try built(kernel).read() }
    final func readRecurrentKernel() throws -> Tensor { try built(recurrentKernel).read() }
    final func readBias() throws -> Tensor? { try bias?.read() }

    // MARK: Dropout

    /// What inputs of a shape [batch, …] are multiplied with in training: one mask for all gates, or one each; nil: nothing
    /// is dropped.
    final func inputMasks(_ shape: Shape, training: Bool) throws -> [Tensor]? {
        try masks(arguments.dropout, shape, training, firstStream: 0)
    }

    /// The same for the hidden state.
    final func recurrentMasks(_ shape: Shape, training: Bool) throws -> [Tensor]? {
        try masks(arguments.recurrentDropout, shape, training, firstStream: gateCount)
    }

    private func masks(
        _ rate: Double, _ shape: Shape, _ training: Bool, firstStream: Int
    ) throws -> [Tensor]? {
        // Keras's gated cells drop nothing where everything should be dropped.
        guard training, rate > 0, rate < 1 else { return nil }
        return try (0..<(drawsMasksForEachGate ? gateCount : 1)).map { gate in
            let stream = UInt32(firstStream + gate)
            let kept = try RandomDraws(seed: arguments.seed).uniform(shape, stream: stream)
                .binary(.greaterEqual, rate)
            return kept.cast(to: .float32) * (1 / (1 - rate))
        }
    }

    // MARK: Steps

    /// One step, with masks drawn for it alone.
    public final override func call(
        _ input: Tensor, states: [Tensor], training: Bool
    ) throws -> (output: Tensor, states: [Tensor]) {
        let steps = try self.steps(over: input.expandingDimension(at: 1), training: training)
        var row = steps.inputs.shape.dimensions
        row.remove(at: 1)
        return try steps.step(steps.inputs.reshaped(Shape(row)), states)
    }
}
