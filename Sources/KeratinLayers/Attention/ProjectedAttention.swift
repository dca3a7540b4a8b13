import KeratinCore
import KeratinTensor

/// What `MultiHeadAttention` and `GroupedQueryAttention` have in common: queries, keys and values are projected to heads, the
/// heads attend, and their results are projected back.
///
/// Inputs: query, value and, if it is not the value, key. Masks of all three count, and are ANDed with what the call says.
public class ProjectedAttention: Layer {
    /// The arguments of both layers.
    struct Arguments {
        var dropout: Double
        var useBias: Bool
        var slidingWindow: Int?
        var useGate: Bool
        var seed: Int?
        var kernel: WeightSpecification
        var bias: WeightSpecification
        /// Of the projections' results, not of the layer's.
        var activityRegularizer: Regularizer?
    }

    let arguments: Arguments
    private var children: (query: EinsumDense, key: EinsumDense, value: EinsumDense)?
    private var gateDense: EinsumDense?
    private var outputDense: EinsumDense?

    init(_ arguments: Arguments, name: String?) {
        self.arguments = arguments
        super.init(name: name)
    }

    public override var supportsMasking: Bool { true }

    package override var wantsFloats: Bool { true }

    package override var handsOnActivityRegularizer: Bool { true }

    package override var argumentNames: [String] { ["query", "value", "key"] }

    public override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        guard let children, let outputDense else { return [] }
        let gate = gateDense.map { [("_gate_dense", SavedLayers.one($0))] } ?? []
        return [
            (attribute("query"), .one(children.query)), (attribute("key"), .one(children.key)),
        ] + gate + [
            (attribute("value"), .one(children.value)), (attribute("output"), .one(outputDense)),
        ]
    }

    public override func unbuild() {
        super.unbuild()
        children = nil
        gateDense = nil
        outputDense = nil
    }

    // MARK: To override

    /// Heads of queries, and of keys and values; numbers of each query and key, and of each value.
    var heads: (query: Int, key: Int) { (1, 1) }
    var widths: (key: Int, value: Int) { (1, 1) }
    /// Keras's attribute that holds a projection.
    func attribute(_ projection: String) -> String { "_\(projection)_dense" }
    /// The result's extents behind the sequence; nil: the query's last one.
    var resultShape: [Int]? { nil }

    /// The axes that are attended over, for a query of a rank.
    func attentionAxes(_ rank: Int) throws -> [Int] { Array(1..<(rank - 1)) }

    /// - Throws: `KeratinError` if an argument is not possible.
    func validate() throws {
        for (what, number) in [
            ("the number of heads", heads.query), ("the number of heads of keys", heads.key),
            ("the width of a key", widths.key), ("the width of a value", widths.value),
            ("slidingWindow", arguments.slidingWindow ?? 1),
        ] where number <= 0 {
            throw KeratinError(.invalidArgument, "\(what) must be positive, got \(number)")
        }
        guard heads.query % heads.key == 0 else {
            throw KeratinError(
                .invalidArgument,
                "the heads of the keys, \(heads.key), must divide those of the queries, \(heads.query)"
            )
        }
        guard (0...1).contains(arguments.dropout) else {
            throw KeratinError(
                .invalidArgument, "dropout must lie in 0…1, got \(arguments.dropout)")
        }
    }

    private func requireInputs(_ count: Int) throws {
        guard (2...3).contains(count) else {
            throw KeratinError(
                .invalidArgument, "takes a query, a value and perhaps a key, got \(count) tensors")
        }
    }

    // MARK: Building

    public override func build(inputShapes: [[Int?]]) throws {
        try validate()
        try requireInputs(inputShapes.count)
        let (query, value) = (inputShapes[0], inputShapes[1])
        let key = inputShapes.last ?? value
        guard query.count >= 3, value.count == query.count, key.count == query.count else {
            throw KeratinError(
                .shapeMismatch,
                "query, value and key must have one rank of 3 or more, got \(describe(query)), \(describe(value)), \(describe(key))"
            )
        }
        guard value.dropFirst().dropLast() == key.dropFirst().dropLast() else {
            throw KeratinError(
                .shapeMismatch,
                "value \(describe(value)) and key \(describe(key)) must agree in all axes but the last"
            )
        }
        _ = try attentionAxes(query.count)
        let (queryHeads, keyHeads) = heads
        let queryDense = projection("query", query.count, [queryHeads, widths.key])
        let keyDense = projection("key", query.count, [keyHeads, widths.key])
        let valueDense = projection("value", query.count, [keyHeads, widths.value])
        children = (queryDense, keyDense, valueDense)
        try queryDense.buildIfNeeded(inputShape: query)
        try keyDense.buildIfNeeded(inputShape: key)
        if arguments.useGate {
            let dense = projection(
                "gate", query.count, [queryHeads, widths.value], activation: .sigmoid)
            gateDense = dense
            try dense.buildIfNeeded(inputShape: query)
        }
        try valueDense.buildIfNeeded(inputShape: value)
        let width = try channels(of: query, minimumRank: 3)
        let dense = projection(
            "attention_output", query.count + 1, resultShape ?? [width], bound: 2)
        outputDense = dense
        try dense.buildIfNeeded(
            inputShape: query.dropLast() + [queryHeads, widths.value])
    }

    /// The dense layer from the last `bound` axes of a tensor of a rank to others.
    private func projection(
        _ name: String, _ rank: Int, _ result: [Int], bound: Int = 1,
        activation: ActivationFunction = .linear
    ) -> EinsumDense {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let free = String(letters[0..<(rank - bound)])
        let summed = String(letters[(rank - bound)..<rank])
        let made = String(letters[rank..<(rank + result.count)])
        let layer = EinsumDense(
            "\(free)\(summed),\(summed)\(made)->\(free)\(made)",
            PartialShape([Int?](repeating: nil, count: rank - bound - 1) + result),
            activation: activation, biasAxes: arguments.useBias ? made : nil,
            kernel: arguments.kernel, bias: arguments.bias, name: name)
        layer.activityRegularizer = arguments.activityRegularizer
        layer.trainable = trainable
        return layer
    }

    // MARK: Calling

    /// The result [batch, …, width], and with the option `return_attention_scores` the weights too.
    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        try context.require(
            only: [
                "query_mask", "value_mask", "key_mask", "attention_mask", "return_attention_scores",
                "use_causal_mask",
            ])
        try requireInputs(inputs.count)
        let (children, outputDense) = (try built(self.children), try built(self.outputDense))
        let returnsScores = context.flag("return_attention_scores")
        let axes = try attentionAxes(inputs[0].rank)
        let layout = AttentionLayout(axes: axes, rank: inputs[0].rank)
        let core = HeadAttention(
            pattern: AttentionPattern(
                scale: 1 / Double(widths.key).squareRoot(),
                isCausal: context.flag("use_causal_mask"), window: arguments.slidingWindow),
            mask: try mask(inputs, context, layout),
            dropout: context.training ? arguments.dropout : 0, seed: arguments.seed,
            returnsScores: returnsScores,
            zeroesBlindRows: arguments.dropout > 0 || returnsScores || inputs[0].rank != 3)
        let query = try children.query.apply(inputs[0].withoutMask)
        let key = try children.key.apply(inputs[inputs.count - 1].withoutMask)
        let value = try children.value.apply(inputs[1].withoutMask)
        var (output, scores) = try core(
            layout.flattened(query), layout.flattened(key), layout.flattened(value))
        output = try layout.restored(output, like: query.shape)
        if let gateDense {
            output = try output * gateDense.apply(inputs[0].withoutMask)
        }
        let result = try outputDense.apply(output)
        guard returnsScores, let scores else { return [result] }
        return [result, try layout.restoredScores(scores, query.shape, key.shape)]
    }

    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        [inputs.first?.mask]
    }

    /// All masks in one, as [batch, 1 or heads, queries, keys].
    private func mask(
        _ inputs: [Tensor], _ context: CallContext, _ layout: AttentionLayout
    ) throws -> Tensor? {
        var masks: [Tensor] = []
        if let query = context.tensor("query_mask") ?? inputs[0].mask {
            masks.append(query.cast(to: .bool).expandingDimension(at: -1))
        }
        if let value = context.tensor("value_mask") ?? inputs[1].mask {
            masks.append(value.cast(to: .bool).expandingDimension(at: -2))
        }
        if let key = context.tensor("key_mask") ?? (inputs.count > 2 ? inputs[2].mask : nil) {
            masks.append(key.cast(to: .bool).expandingDimension(at: -2))
        }
        if let given = context.tensor("attention_mask") { masks.append(given.cast(to: .bool)) }
        guard let first = masks.first else { return nil }
        let all = masks.dropFirst().reduce(first) { $0.binary(.and, $1) }
        return try layout.flattenedMask(all, query: inputs[0].shape, key: inputs[1].shape)
    }
}

extension CallContext {
    /// An option that is true or false; false if it was not given.
    func flag(_ name: String) -> Bool { options[name] == .boolean(true) }
}

extension Tensor {
    var withoutMask: Tensor {
        var tensor = self
        tensor.mask = nil
        return tensor
    }
}
