/// The gradient of `RecurrentSequence` through all steps, without that of the recurrent weights, which are products over
/// all steps afterwards.
///
/// Inputs: the recurrent kernel, the history, the mask and the dropout if there are any, then the cotangents of the
/// output, of the final hidden state and for `lstm` of the final cell state.
/// Results: the cotangent of the projected input [B, T, G·U]; for `gru` that of h·U + b [B, T, G·U], which differs in the
/// last gate; the cotangents of the initial hidden state and for `lstm` of the initial cell state [B, U].
public struct RecurrentSequenceGradient: FusedOperation {
    /// The operation that is differentiated; it keeps its history.
    public let forward: RecurrentSequence

    /// The gradient of an operation that keeps its history.
    public init(_ forward: RecurrentSequence) { self.forward = forward }

    public var name: String { "\(forward.cell.rawValue)_sequence_gradient" }

    /// The inputs by what they are.
    public struct Inputs<Element> {
        /// The recurrent kernel.
        public var kernel: Element
        /// The hidden state before each step.
        public var hidden: Element
        /// The gates after their activation.
        public var gates: Element
        /// `lstm`: the cell state before each step; `gru`: h·U_h + b_h.
        public var extra: Element?
        /// The forward operation's mask.
        public var mask: Element?
        /// The forward operation's factors for the hidden state.
        public var dropout: Element?
        /// The cotangent of the outputs.
        public var dOutput: Element
        /// The cotangent of the final hidden state.
        public var dHidden: Element
        /// The cotangent of the final cell state of an `lstm`.
        public var dCell: Element?
    }

    /// Names the inputs of an instruction or launch; they are as many as `inputCount`.
    public func named<Element>(_ inputs: [Element]) -> Inputs<Element> {
        var rest = inputs[...]
        func next() -> Element { rest.removeFirst() }
        let kernel = next()
        let hidden = next()
        let gates = next()
        let extra = hasExtra ? next() : nil
        let mask = forward.hasMask ? next() : nil
        let dropout = forward.hasDropout ? next() : nil
        let dOutput = next()
        let dHidden = next()
        return Inputs(
            kernel: kernel, hidden: hidden, gates: gates, extra: extra, mask: mask,
            dropout: dropout, dOutput: dOutput, dHidden: dHidden,
            dCell: forward.hasCellState ? next() : nil)
    }

    private var hasExtra: Bool { forward.cell == .lstm || forward.cell == .gru }

    /// How many inputs the forward operation's options ask for.
    public var inputCount: Int {
        5 + [hasExtra, forward.hasMask, forward.hasDropout, forward.hasCellState].count { $0 }
    }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(inputCount, inputs)
        let named = named(inputs)
        let shape = named.hidden.shape
        guard shape.rank == 3 else {
            throw KeratinError(.shapeMismatch, "needs [batch, steps, units], got \(shape)")
        }
        let (batch, steps, units) = (shape[0], shape[1], shape[2])
        let width = forward.cell.gateCount * units
        let state = TensorType([batch, units])
        let gates = TensorType([batch, steps, width])
        try expect("the recurrent kernel", named.kernel, TensorType([units, width]))
        try expect("the hidden states", named.hidden, TensorType(shape))
        try expect("the gates", named.gates, gates)
        if let extra = named.extra { try expect("the history", extra, TensorType(shape)) }
        if let mask = named.mask {
            try expect("the mask", mask, TensorType([batch, steps], .bool))
        }
        if let dropout = named.dropout {
            try expect("the dropout", dropout, TensorType([forward.cell.gateCount, batch, units]))
        }
        let output = forward.returnsSequences ? TensorType(shape) : state
        try expect("the output's cotangent", named.dOutput, output)
        try expect("the hidden state's cotangent", named.dHidden, state)
        if let dCell = named.dCell { try expect("the cell state's cotangent", dCell, state) }
        var results = [gates]
        if forward.hasRecurrentBias { results.append(gates) }
        results.append(state)
        if forward.hasCellState { results.append(state) }
        return results
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        try RecurrentBackwardLoop(operation: forward, builder: builder, inputs: named(inputs))
            .record()
    }
}
