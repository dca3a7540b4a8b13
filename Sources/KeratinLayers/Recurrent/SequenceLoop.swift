import KeratinCore
import KeratinTensor

/// Runs the steps of a cell as a loop. Its program does not grow with the length of the sequence.
///
/// At a masked step every state is kept, and the output repeats the one before it (zeros before the first step that
/// counts), or is zero. Source: Keras 3.15.1, `backend/tensorflow/rnn.py`.
struct SequenceLoop {
    private let steps: CellSteps
    private let outputSize: Shape
    private let mask: Tensor?
    private let options: SequenceOptions
    private let batch: Int
    private let length: Int

    init(_ steps: CellSteps, outputSize: Shape, mask: Tensor?, _ options: SequenceOptions) {
        self.steps = steps
        self.outputSize = outputSize
        self.mask = mask
        self.options = options
        batch = steps.inputs.shape[0]
        length = steps.inputs.shape[1]
    }

    func run(states: [Tensor]) throws -> SequenceResult {
        var rows = [try stepsFirst(steps.inputs)]
        if let mask { rows.append(try stepsFirst(mask)) }
        // The last output is needed for masked steps, and at the end if it is all that is asked for.
        let carriesOutput = mask != nil || !options.returnsSequences
        let outputShape = Shape([batch] + outputSize.dimensions)
        let first = carriesOutput ? [Tensor(repeating: 0, shape: outputShape)] : []
        let (carries, outputs) = try scan(
            carries: states + first, sequences: rows, reverse: options.reverse
        ) { carries, rows in
            let old = Array(carries.prefix(states.count))
            var (output, new) = try steps.step(rows[0], old)
            try check(output, outputShape, new, old)
            if rows.count > 1 {
                new = try zip(new, old).map { try select(rows[1], $0, $1) }
                let otherwise =
                    options.zeroOutputForMask ? Tensor(0.0) : carries[states.count]
                output = try select(rows[1], output, otherwise)
            }
            return (
                new + (carriesOutput ? [output] : []), options.returnsSequences ? [output] : []
            )
        }
        let result = options.returnsSequences ? try stepsFirst(outputs[0]) : carries[states.count]
        return SequenceResult(output: result, states: Array(carries.prefix(states.count)))
    }

    /// Exchanges the first two axes.
    private func stepsFirst(_ x: Tensor) throws -> Tensor {
        x.transposed([1, 0] + Array(2..<x.rank))
    }

    /// Where the step's mask [batch] holds the one, else the other.
    private func select(_ mask: Tensor, _ one: Tensor, _ other: Tensor) throws -> Tensor {
        mask.reshaped(Shape([batch] + [Int](repeating: 1, count: one.rank - 1)))
            .select(one, other)
    }

    private func check(
        _ output: Tensor, _ outputShape: Shape, _ new: [Tensor], _ old: [Tensor]
    ) throws {
        guard output.shape == outputShape else {
            throw KeratinError(
                .shapeMismatch,
                "the cell's outputSize says \(outputShape), its step gave \(output.shape)")
        }
        guard new.map(\.type) == old.map(\.type) else {
            throw KeratinError(
                .shapeMismatch,
                "the cell's states are \(old.map(\.shape)), its step gave \(new.map(\.shape))")
        }
    }
}
