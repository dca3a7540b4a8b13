import KeratinCore
import KeratinTensor

/// A built-in cell whose states are vectors: SimpleRNN, GRU and LSTM.
public class VectorCell: GatedCell {
    /// The numbers of each state and of the output.
    public let units: Int

    init(_ units: Int, _ arguments: RecurrentArguments, name: String?) {
        self.units = units
        super.init(arguments, name: name)
    }

    public override var stateSizes: [Shape] { [[units]] }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["units": .integer(units)])
    }

    /// The shape of the bias.
    var biasShape: Shape { [gateCount * units] }

    public override func build(inputShape: [Int?]) throws {
        guard units > 0 else {
            throw KeratinError(.invalidArgument, "units must be positive, got \(units)")
        }
        let channels = try channels(of: inputShape, minimumRank: 2)
        try buildWeights(
            kernel: [channels, gateCount * units], recurrentKernel: [units, gateCount * units],
            bias: biasShape)
    }

    // MARK: The whole sequence as one operation

    /// Whether sequences run as loops although there is an operation for them, for tests.
    @TaskLocal package static var runsLoops = false

    /// Which of the sequence operation's cells this is.
    var sequenceCell: RecurrentSequence.Cell { .simple }
    /// What is added to the inputs' product, and to the recurrent one.
    func biases() throws -> (input: Tensor?, recurrent: Tensor?) { (try readBias(), nil) }

    /// Runs as one operation if that knows the cell's activations, else as a loop.
    package override func run(
        _ sequence: Tensor, states: [Tensor], mask: Tensor?, _ options: SequenceOptions
    ) throws -> SequenceResult {
        let gateActivation = arguments.recurrentActivation ?? .linear
        guard let activation = arguments.activation.recurrent,
            let recurrentActivation = gateActivation.recurrent, !VectorCell.runsLoops
        else { return try super.run(sequence, states: states, mask: mask, options) }
        let (inputBias, recurrentBias) = try biases()
        let masks = try hiddenMasks(sequence, training: options.training)
        let operation = RecurrentSequence(
            sequenceCell, activation: activation, recurrentActivation: recurrentActivation,
            reverse: options.reverse, returnsSequences: options.returnsSequences,
            zeroesMaskedOutput: options.zeroOutputForMask, hasMask: mask != nil,
            hasDropout: masks != nil, keepsHistory: options.training)
        var inputs = [
            try projected(sequence, bias: inputBias, training: options.training),
            try readRecurrentKernel(),
        ]
        if operation.hasRecurrentBias {
            inputs.append(
                recurrentBias ?? Tensor(repeating: 0, shape: [gateCount * units]))
        }
        inputs += states
        if let mask { inputs.append(mask) }
        if let masks {
            inputs.append(
                Tensor.concatenate(masks.map { $0.expandingDimension(at: 0) }, axis: 0))
        }
        let results = try Tensor.results(operation, inputs)
        return SequenceResult(
            output: results[0], states: Array(results[1..<(1 + states.count)]))
    }

    // MARK: Parts of a step

    /// x·W + b of every step: [batch, steps, in] → [batch, steps, gates·units].
    final func projected(
        _ sequence: Tensor, bias: Tensor?, training: Bool
    ) throws -> Tensor {
        let kernel = try readKernel()
        let (batch, steps) = (sequence.shape[0], sequence.shape[1])
        guard sequence.rank == 3, sequence.shape[2] == kernel.shape[0] else {
            throw KeratinError(
                .shapeMismatch,
                "expects inputs [batch, steps, \(kernel.shape[0])], got \(sequence.shape)")
        }
        let channels = kernel.shape[0]
        func product(_ x: Tensor, _ weights: Tensor) throws -> Tensor {
            x.reshaped([batch * steps, channels]).matmul(weights)
        }
        let masks = try inputMasks([batch, 1, channels], training: training) ?? []
        var y: Tensor
        if masks.count > 1 {
            y = try Tensor.concatenate(
                masks.enumerated().map { gate, mask in
                    try product(sequence * mask, self.gate(gate, of: kernel))
                }, axis: 1)
        } else {
            y = try product(masks.first.map { sequence * $0 } ?? sequence, kernel)
        }
        if let bias { y = y + bias }
        return y.reshaped([batch, steps, gateCount * units])
    }

    /// The columns of one gate, or of several that follow each other, of a matrix [rows, gates·units].
    final func gate(_ index: Int, count: Int = 1, of matrix: Tensor) throws -> Tensor {
        matrix.slice(
            starts: [0, index * units], limits: [matrix.shape[0], (index + count) * units])
    }

    /// Masks for the hidden states of a sequence.
    final func hiddenMasks(_ sequence: Tensor, training: Bool) throws -> [Tensor]? {
        try recurrentMasks([sequence.shape[0], units], training: training)
    }

    /// h·U for some gates that follow each other; with masks every gate reads h through its own.
    final func recurrentProduct(
        _ hidden: Tensor, _ kernel: Tensor, gates: Range<Int>, masks: [Tensor]?
    ) throws -> Tensor {
        guard let masks else {
            let isWhole = gates.count == gateCount
            return try hidden.matmul(
                isWhole ? kernel : gate(gates.lowerBound, count: gates.count, of: kernel))
        }
        return try Tensor.concatenate(
            gates.map { index in
                try (hidden * masks[index]).matmul(gate(index, of: kernel))
            }, axis: 1)
    }
}
