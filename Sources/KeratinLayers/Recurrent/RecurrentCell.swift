import KeratinCore
import KeratinTensor

/// One step of a recurrent network: from an input and the states to an output and the next states. `RNN` runs it over the
/// steps of a sequence.
///
/// A cell of your own overrides `stateSizes`, `build` (make weights with `addWeight`; the shape is that of one step,
/// [batch, features]) and `call(_:states:training:)`, forward code only. It is recorded once, whatever the length of
/// the sequence, and differentiated as a loop.
open class RecurrentCell: Layer {
    // MARK: To override

    /// The shape of each state, without the batch: `[[units]]`.
    open var stateSizes: [Shape] { [] }

    /// The shape of the output of one step, without the batch; the first state's if it is not overridden.
    open var outputSize: Shape { stateSizes.first ?? .scalar }

    /// The states that a sequence starts from: zeros [batch, size…] if it is not overridden.
    open func getInitialState(batchSize: Int) throws -> [Tensor] {
        stateSizes.map { Tensor(repeating: 0, shape: Shape([batchSize] + $0.dimensions)) }
    }

    /// One step.
    /// - Parameters:
    ///   - input: the inputs of one step [batch, …].
    ///   - states: as many as `stateSizes`, [batch, size…] each.
    ///   - training: true while a training step is recorded.
    /// - Returns: the output [batch, outputSize…], and the next states, of the shapes of those that were given.
    open func call(
        _ input: Tensor, states: [Tensor], training: Bool
    ) throws -> (output: Tensor, states: [Tensor]) {
        throw KeratinError(
            .unavailable, "must override call(_:states:training:)", at: place)
    }

    /// What is computed for a whole sequence before its steps, and the step itself. A cell overrides it to draw random
    /// numbers once for all steps, or to do a part of its work for all steps at once. If it is not overridden, the steps
    /// are `call` on the inputs as they are.
    /// - Parameter sequence: the inputs [batch, steps, …].
    open func steps(over sequence: Tensor, training: Bool) throws -> CellSteps {
        CellSteps(inputs: sequence) { try self.call($0, states: $1, training: training) }
    }

    // MARK: For recurrent layers

    /// Runs the cell over all steps of a sequence.
    /// - Parameters:
    ///   - sequence: [batch, steps, …], with at least one step.
    ///   - mask: bool [batch, steps]; steps that are false change no state.
    package func run(
        _ sequence: Tensor, states: [Tensor], mask: Tensor?, _ options: SequenceOptions
    ) throws -> SequenceResult {
        let steps = try self.steps(over: sequence, training: options.training)
        return try SequenceLoop(steps, outputSize: outputSize, mask: mask, options)
            .run(states: states)
    }

    /// What a stack of layers asks of each of them; a cell needs states, which a recurrent layer keeps.
    public final override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        throw KeratinError(
            .unavailable, "is a cell, not a layer over sequences: put it into an RNN", at: place)
    }
}

/// How a cell goes through a sequence.
public struct CellSteps {
    /// What each step reads a row of: [batch, steps, …].
    public var inputs: Tensor
    /// From a row of `inputs` [batch, …] and the states to the output and the next states.
    public var step: (Tensor, [Tensor]) throws -> (output: Tensor, states: [Tensor])

    /// What is computed for all steps at once, and what remains for each step.
    public init(
        inputs: Tensor,
        step: @escaping (Tensor, [Tensor]) throws -> (output: Tensor, states: [Tensor])
    ) {
        self.inputs = inputs
        self.step = step
    }
}

/// What a recurrent layer asks of a cell for a sequence.
package struct SequenceOptions: Sendable {
    /// From the last step to the first; results keep the order of the steps.
    var reverse = false
    var returnsSequences = false
    /// Whether the output of a step that is masked is zero, not the output before.
    var zeroOutputForMask = false
    var training = false
}

/// What a cell makes of a sequence.
package struct SequenceResult {
    /// [batch, steps, …] where sequences are returned, else the output of the last step that ran [batch, …].
    var output: Tensor
    var states: [Tensor]
}
