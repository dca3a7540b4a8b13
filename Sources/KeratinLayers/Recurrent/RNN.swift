import KeratinCore
import KeratinTensor

/// Runs a cell over the steps of sequences: inputs [batch, steps, …], result [batch, outputSize…], or
/// [batch, steps, outputSize…] with `returnSequences`.
///
/// With a mask, a step that does not count keeps the states, and its output repeats the one before it (zeros at first),
/// or is zero with `zeroOutputForMask`. The result of `returnSequences` keeps the mask. Weights: those of the cell.
public class RNN: Layer, BuiltInLayer {
    /// What runs at every step; it holds the weights.
    public let cell: RecurrentCell
    final var arguments: SequenceArguments
    /// What a stateful layer remembers, once its batch is known.
    private var states: [Variable] = []

    init(cell: RecurrentCell, _ arguments: SequenceArguments, name: String?) {
        self.cell = cell
        self.arguments = arguments
        super.init(name: name)
    }

    /// - Parameters:
    ///   - cell: what is run; one of your own too.
    ///   - returnSequences: whether the result holds every step, not only the last.
    ///   - returnState: whether the states are wanted too; `sequence(_:initialState:training:)` gives them.
    ///   - goBackwards: whether steps run from the last to the first; the result is in the order of running.
    ///   - stateful: whether a batch starts from the states in which the one before it ended, sample by sample. Batches then
    ///     have one size, which `Input(shape:batchSize:)` tells.
    ///   - unroll: for files: the program is a loop in any case.
    ///   - zeroOutputForMask: whether the output of masked steps is zero.
    public convenience init(
        _ cell: RecurrentCell, returnSequences: Bool = false, returnState: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, unroll: Bool = false,
        zeroOutputForMask: Bool = false, activityRegularizer: (any RegularizerConvertible)? = nil,
        name: String? = nil
    ) {
        self.init(
            cell: cell,
            SequenceArguments(
                returnSequences: returnSequences, returnState: returnState,
                goBackwards: goBackwards, stateful: stateful, unroll: unroll,
                zeroOutputForMask: zeroOutputForMask),
            name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
    }

    /// Cells on top of each other, as one `StackedRNNCells`.
    public convenience init(
        _ cells: [RecurrentCell], returnSequences: Bool = false, returnState: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, unroll: Bool = false,
        zeroOutputForMask: Bool = false, activityRegularizer: (any RegularizerConvertible)? = nil,
        name: String? = nil
    ) {
        self.init(
            StackedRNNCells(cells), returnSequences: returnSequences, returnState: returnState,
            goBackwards: goBackwards, stateful: stateful, unroll: unroll,
            zeroOutputForMask: zeroOutputForMask, activityRegularizer: activityRegularizer,
            name: name)
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            cell: try configuration.cell("cell"), try SequenceArguments(from: configuration),
            name: configuration.name)
    }

    /// Whether files hold the cell by itself, not its arguments among the layer's.
    var savesCell: Bool { true }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        let config = try super.getConfig().adding(arguments.config)
        if savesCell { return config.adding(["cell": try cell.serialized().value]) }
        return try cell.getConfig().adding(config)
            .adding(["activity_regularizer": activityRegularizer.serialized()])
    }

    public override var supportsMasking: Bool { true }

    public override func computeMask(_ input: Tensor, _ mask: Tensor?) throws -> Tensor? {
        arguments.returnSequences ? mask : nil
    }

    public override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        [("cell", .one(cell))]
    }

    /// The rank of inputs; nil: any of 3 or more.
    var inputRank: Int? { nil }

    // MARK: Building

    public override func build(inputShape: [Int?]) throws {
        guard inputShape.count >= 3, inputShape.count == inputRank ?? inputShape.count else {
            throw rankError(describe(inputShape))
        }
        try cell.buildIfNeeded(inputShape: [inputShape[0]] + inputShape[2...])
        guard arguments.stateful else { return }
        guard let batch = inputShape[0] else {
            throw KeratinError(
                .invalidArgument,
                "a stateful layer needs batches of one size: Input(shape:batchSize:) tells it")
        }
        let backend = try cell.backend ?? Context.backend
        states = try withBackend(backend) {
            try cell.getInitialState(batchSize: batch).map {
                let state = try Variable(
                    name: "rnn_state", shape: $0.shape, initializer: .zeros, trainable: false,
                    backend: backend)
                try state.state.setValues(try $0.floats())
                return state
            }
        }
    }

    private func rankError(_ got: String) -> KeratinError {
        KeratinError(
            .shapeMismatch,
            "expects sequences of rank \(inputRank.map(String.init) ?? "3 or more") [batch, steps, …], got \(got)"
        )
    }

    package override var isStateful: Bool { arguments.stateful || super.isStateful }

    package override var batchStates: [Variable] { states + super.batchStates }

    /// Sets what a stateful layer remembers to zero.
    /// - Throws: `BackendError` from the device.
    public func resetStates() throws {
        for state in states {
            try state.state.setValues([Float](repeating: 0, count: state.count))
        }
    }

    // MARK: Running

    /// - Throws: `KeratinError` if the layer returns its states: in a stack each layer has one result.
    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try inOrder(run(input, initialState: nil, training: training)).output
    }

    /// The result, then with `returnState` the final states. States to begin with are passed as `initial_state`, or as further
    /// inputs.
    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard let input = inputs.first else {
            throw KeratinError(.invalidArgument, "needs an input")
        }
        try context.require(only: ["initial_state"])
        let further = inputs.count > 1 ? Array(inputs.dropFirst()) : nil
        let result = try inOrder(
            run(
                input, initialState: context.tensors["initial_state"] ?? further,
                training: context.training))
        return [result.output] + (arguments.returnState ? result.states : [])
    }

    /// The result together with the final states, from states of your own.
    ///
    /// - Parameter initialState: as many as the cell has, [batch, size…] each; nil: zeros, or what a stateful layer
    ///   remembers.
    /// - Throws: `KeratinError` if inputs or states do not fit.
    public final func sequence(
        _ input: Tensor, initialState: [Tensor]? = nil, training: Bool = false
    ) throws -> (output: Tensor, states: [Tensor]) {
        let result = try inOrder(
            stepResult(input, initialState: initialState, training: training))
        return (result.output, result.states)
    }

    /// The same with the steps in the order of the input, whatever the direction.
    final func stepResult(
        _ input: Tensor, initialState: [Tensor]?, training: Bool
    ) throws -> SequenceResult {
        try inPlace([input]) {
            let input = try converted(input)
            var result = try run(input, initialState: initialState, training: training)
            result.output.mask = try computeMask(input, input.mask)
            try addActivityLoss(result.output)
            if arguments.returnState {
                for state in result.states { try addActivityLoss(state) }
            }
            return result
        }
    }

    /// The result in the order in which the steps ran.
    private func inOrder(_ result: SequenceResult) throws -> SequenceResult {
        guard arguments.goBackwards, arguments.returnSequences else { return result }
        var result = result
        let mask = result.output.mask
        result.output = result.output.reversed(axes: [1])
        // Keras hands the mask on as it came.
        result.output.mask = mask
        return result
    }

    private func run(
        _ input: Tensor, initialState: [Tensor]?, training: Bool
    ) throws -> SequenceResult {
        guard input.rank >= 3, input.rank == inputRank ?? input.rank else {
            throw rankError(String(describing: input.shape))
        }
        let (batch, length) = (input.shape[0], input.shape[1])
        guard length > 0 else {
            throw KeratinError(.shapeMismatch, "an empty sequence has no result: \(input.shape)")
        }
        if let first = states.first, first.shape[0] != batch {
            throw KeratinError(
                .shapeMismatch,
                "a stateful layer needs batches of one size: expected \(first.shape[0]) samples, got \(batch)"
            )
        }
        let remembered = try states.isEmpty ? nil : states.map { try $0.read() }
        let zeros = try cell.getInitialState(batchSize: batch)
        let initial = initialState ?? remembered ?? zeros
        guard initial.map(\.type) == zeros.map(\.type) else {
            throw KeratinError(
                .shapeMismatch,
                "the cell needs states of shapes \(zeros.map(\.shape)), got \(initial.map(\.shape))"
            )
        }
        let mask = try stepMask(of: input)
        // Keras's unrolled steps go backwards through the mask, but its zeros are put in forwards.
        let putsZerosForwards =
            arguments.unroll && arguments.goBackwards && arguments.returnSequences
            && arguments.zeroOutputForMask
        let options = SequenceOptions(
            reverse: arguments.goBackwards, returnsSequences: arguments.returnSequences,
            zeroOutputForMask: arguments.zeroOutputForMask && !putsZerosForwards,
            training: training)
        var result = try cell.run(input, states: initial, mask: mask, options)
        if putsZerosForwards, let mask {
            let rank = result.output.rank
            let shape = Shape([batch, length] + [Int](repeating: 1, count: rank - 2))
            result.output = mask.reversed(axes: [1]).reshaped(shape)
                .select(result.output, Tensor(0))
        }
        for (state, value) in zip(states, result.states) { try state.store(value) }
        return result
    }

    /// The input's mask [batch, steps] as bool.
    private func stepMask(of input: Tensor) throws -> Tensor? {
        guard let mask = input.mask else { return nil }
        let shape = Shape(Array(input.shape.dimensions.prefix(2)))
        guard mask.count == shape.count, mask.shape.dimensions.prefix(2) == shape.dimensions[...]
        else {
            throw KeratinError(
                .shapeMismatch, "expects a mask of shape \(shape), got \(mask.shape)")
        }
        return mask.cast(to: .bool).reshaped(shape)
    }
}

extension RNN {
    /// Calls the layer from states of your own.
    /// - Returns: the result; with `returnState` also the final states, which are found by their places: `y[0]`, `y[1]`. It carries
    ///   the error if the shapes do not fit.
    public final func callAsFunction(
        _ input: any TensorConvertible, initialState: [any TensorConvertible],
        training: Bool = false
    ) -> Tensor {
        Tensor.carrying {
            Tensor(results: try outputs(input, initialState, training), at: place)
        }
    }

    /// The same, where a list is wanted: the result, then with `returnState` the final states.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, initialState: [any TensorConvertible],
        training: Bool = false
    ) -> [Tensor] {
        let count = 1 + initialState.count
        return Tensor.carrying(count: count, [input.tensor]) {
            try outputs(input, initialState, training)
        }
    }

    private func outputs(
        _ input: any TensorConvertible, _ states: [any TensorConvertible], _ training: Bool
    ) throws -> [Tensor] {
        try apply(
            [input.tensor],
            CallContext(training: training, tensors: ["initial_state": states.map(\.tensor)]))
    }

    /// The same for a layer with one state and `returnState`: `let (y, h) = gru(x, initialState: [h0])`.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, initialState: [any TensorConvertible],
        training: Bool = false
    ) -> (Tensor, Tensor) {
        let results = results(2, input, initialState, training)
        return (results[0], results[1])
    }

    /// The same for a layer with two states and `returnState`: `let (y, h, c) = lstm(x, initialState: [h0, c0])`.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, initialState: [any TensorConvertible],
        training: Bool = false
    ) -> (Tensor, Tensor, Tensor) {
        let results = results(3, input, initialState, training)
        return (results[0], results[1], results[2])
    }

    private func results(
        _ count: Int, _ input: any TensorConvertible, _ states: [any TensorConvertible],
        _ training: Bool
    ) -> [Tensor] {
        Tensor.carrying(count: count, [input.tensor]) {
            let results = try outputs(input, states, training)
            guard results.count == count else {
                throw KeratinError(
                    .invalidArgument, "has \(results.count) results, not \(count)", at: place)
            }
            return results
        }
    }
}

extension Configuration {
    /// The cell under a key.
    func cell(_ key: String) throws -> RecurrentCell { try cell(try layer(key), key) }

    /// The cells that a list under a key holds.
    func cells(_ key: String) throws -> [RecurrentCell] {
        try layers(key).map { try cell($0, key) }
    }

    private func cell(_ layer: Layer, _ key: String) throws -> RecurrentCell {
        guard let cell = layer as? RecurrentCell else {
            throw KeratinError(
                .invalidData, "'\(key)' must hold a cell, got \(layer.place)", at: className)
        }
        return cell
    }
}
