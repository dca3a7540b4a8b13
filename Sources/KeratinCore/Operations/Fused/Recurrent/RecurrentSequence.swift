/// A recurrent cell over all steps of a sequence, with its recurrent product, gates, masks and reversed time.
///
/// B samples, T steps, U units, G gates (`Cell.gateCount`); gates lie in Keras's order.
///
/// Inputs, float32 unless said otherwise:
/// - projected [B, T, G·U]: x·W + b of every step;
/// - recurrent kernel [U, G·U]; for `gru` also the recurrent bias [G·U];
/// - the initial hidden state [B, U]; for `lstm` also the initial cell state [B, U];
/// - with `hasMask` bool [B, T]: a step that is false keeps the states, and its output repeats the one before (zeros
///   before the first true step) or is zero (`zeroesMaskedOutput`);
/// - with `hasDropout` [G, B, U]: what the hidden state is multiplied with before the product of each gate.
///
/// Results: the outputs [B, T, U] (`returnsSequences`) or that of the last step [B, U]; the final hidden state; for `lstm`
/// the final cell state; with `keepsHistory` what the gradient needs (`historyTypes`). With `reverse` the steps run
/// from the last to the first, and row t of a result belongs to row t of the input.
///
/// Formulas: Keras 3.15.1, `layers/rnn/{simple_rnn,lstm,gru}.py`; masks: `backend/tensorflow/rnn.py`.
public struct RecurrentSequence: FusedOperation {
    /// How a step makes its state: z are the products, p the projected inputs, h the hidden and c the cell state.
    public enum Cell: String, Hashable, Sendable, CaseIterable {
        /// h = a(p + h·U)
        case simple
        /// Gates i, f, c, o: c = f·c + i·a(z_c), h = o·a(c).
        case lstm
        /// Gates z, r, h: h = z·h + (1 − z)·a(p_h + r·(h·U_h + b_h)).
        case gru
        /// Gates z, r, h: h = z·h + (1 − z)·a(p_h + (r·h)·U_h).
        case gruResetBefore

        /// Blocks of U columns in the kernels: 1, 4 or 3.
        public var gateCount: Int {
            switch self {
            case .simple: 1
            case .lstm: 4
            case .gru, .gruResetBefore: 3
            }
        }
    }

    /// The kind of cell.
    public var cell: Cell
    /// a in the cells' formulas.
    public var activation: RecurrentActivation
    /// The gates' activation; a `simple` cell has no use for it.
    public var recurrentActivation: RecurrentActivation
    /// Whether the steps run from the last to the first.
    public var reverse: Bool
    /// Whether the output of every step is a result, not only that of the last.
    public var returnsSequences: Bool
    /// Whether the output of a masked step is zero rather than the one before it.
    public var zeroesMaskedOutput: Bool
    /// Whether a mask is among the inputs.
    public var hasMask: Bool
    /// Whether factors for the hidden state are among the inputs.
    public var hasDropout: Bool
    /// Whether the results end with what the gradient needs.
    public var keepsHistory: Bool

    /// A sequence as Keras's layers run it, unless said otherwise: forwards, of which only the last output is wanted.
    public init(
        _ cell: Cell, activation: RecurrentActivation = .tanh,
        recurrentActivation: RecurrentActivation = .sigmoid, reverse: Bool = false,
        returnsSequences: Bool = false, zeroesMaskedOutput: Bool = false, hasMask: Bool = false,
        hasDropout: Bool = false, keepsHistory: Bool = false
    ) {
        self.cell = cell
        self.activation = activation
        self.recurrentActivation = cell == .simple ? .none : recurrentActivation
        self.reverse = reverse
        self.returnsSequences = returnsSequences
        self.zeroesMaskedOutput = zeroesMaskedOutput
        self.hasMask = hasMask
        self.hasDropout = hasDropout
        self.keepsHistory = keepsHistory
    }

    public var name: String { "\(cell.rawValue)_sequence" }

    /// Whether the recurrent product has a bias of its own, an input.
    public var hasRecurrentBias: Bool { cell == .gru }
    /// Whether there is a cell state beside the hidden one.
    public var hasCellState: Bool { cell == .lstm }

    /// The inputs or results by what they are.
    public struct Inputs<Element> {
        /// x·W + b of every step.
        public var projected: Element
        /// The recurrent kernel.
        public var kernel: Element
        /// The recurrent bias of a `gru`.
        public var bias: Element?
        /// The initial hidden state.
        public var hidden: Element
        /// The initial cell state of an `lstm`.
        public var cell: Element?
        /// Which steps count, if `hasMask`.
        public var mask: Element?
        /// The hidden state's factors, if `hasDropout`.
        public var dropout: Element?
    }

    /// Names the inputs of an instruction or launch; they are as many as `inputCount`.
    public func named<Element>(_ inputs: [Element]) -> Inputs<Element> {
        var rest = inputs[...]
        func next() -> Element { rest.removeFirst() }
        let projected = next()
        let kernel = next()
        let bias = hasRecurrentBias ? next() : nil
        let hidden = next()
        let cell = hasCellState ? next() : nil
        let mask = hasMask ? next() : nil
        return Inputs(
            projected: projected, kernel: kernel, bias: bias, hidden: hidden, cell: cell,
            mask: mask, dropout: hasDropout ? next() : nil)
    }

    /// How many inputs the options ask for.
    public var inputCount: Int {
        3 + [hasRecurrentBias, hasCellState, hasMask, hasDropout].count { $0 }
    }

    /// Results before the history.
    public var stateResultCount: Int { hasCellState ? 3 : 2 }

    /// What the gradient needs of every step: the hidden state before it [B, T, U]; the gates after their activation
    /// [B, T, G·U]; for `lstm` the cell state before it, for `gru` h·U_h + b_h, each [B, T, U].
    func historyTypes(batch: Int, steps: Int, units: Int) -> [TensorType] {
        let row = TensorType([batch, steps, units])
        let gates = TensorType([batch, steps, cell.gateCount * units])
        switch cell {
        case .simple, .gruResetBefore: return [row, gates]
        case .lstm, .gru: return [row, gates, row]
        }
    }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(inputCount, inputs)
        let named = named(inputs)
        let shape = named.projected.shape
        guard shape.rank == 3, shape[2] % cell.gateCount == 0, shape[1] > 0, shape[2] > 0 else {
            throw KeratinError(
                .shapeMismatch,
                "needs [batch, steps, \(cell.gateCount)·units] with one step at least, got \(shape)"
            )
        }
        let (batch, steps, width) = (shape[0], shape[1], shape[2])
        let units = width / cell.gateCount
        let state = TensorType([batch, units])
        try expect("the projected input", named.projected, TensorType(shape))
        try expect("the recurrent kernel", named.kernel, TensorType([units, width]))
        if let bias = named.bias { try expect("the recurrent bias", bias, TensorType([width])) }
        try expect("the initial hidden state", named.hidden, state)
        if let cell = named.cell { try expect("the initial cell state", cell, state) }
        if let mask = named.mask {
            try expect("the mask", mask, TensorType([batch, steps], .bool))
        }
        if let dropout = named.dropout {
            try expect("the dropout", dropout, TensorType([cell.gateCount, batch, units]))
        }
        let output = returnsSequences ? TensorType([batch, steps, units]) : state
        let results = [output] + Array(repeating: state, count: stateResultCount - 1)
        return keepsHistory
            ? results + historyTypes(batch: batch, steps: steps, units: units) : results
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        // What is kept is a function of the inputs, too: where something depends on it, as the gradient of a gradient
        // does, the loop itself is differentiated.
        guard cotangents[stateResultCount...].allSatisfy({ $0 == nil }) else { return nil }
        var forward = self
        var results = results
        if !keepsHistory {
            forward.keepsHistory = true
            results = try builder.append(forward, inputs)
        }
        let history = Array(results[stateResultCount...])
        let named = named(inputs)
        var arguments = [named.kernel] + history
        if let mask = named.mask { arguments.append(mask) }
        if let dropout = named.dropout { arguments.append(dropout) }
        for index in 0..<stateResultCount {
            if let cotangent = cotangents[index] {
                arguments.append(cotangent)
            } else {
                arguments.append(try builder.fill(0, builder.type(of: results[index])))
            }
        }
        let gradients = try builder.append(RecurrentSequenceGradient(forward), arguments)
        let gates = hasRecurrentBias ? gradients[1] : gradients[0]
        let weights = RecurrentWeightGradient(
            operation: self, builder: builder, hidden: history[0], activated: history[1],
            gates: gates, dropout: named.dropout)
        let states = gradients.suffix(hasCellState ? 2 : 1)
        var answer: [Value?] = [gradients[0], try weights.kernel()]
        if hasRecurrentBias { answer.append(try builder.reduce(.sum, gates, axes: [0, 1])) }
        answer += states.map { $0 }
        if hasMask { answer.append(nil) }
        if hasDropout { answer.append(try weights.dropoutScales(named.kernel)) }
        return answer
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        try RecurrentForwardLoop(operation: self, builder: builder, inputs: named(inputs)).record()
    }
}
