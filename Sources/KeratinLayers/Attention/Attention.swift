import KeratinCore
import KeratinTensor

/// Attention without projections (Luong et al., 2015):
///
///     let context = try Attention()([query, value])
///
/// Inputs: query [batch, T, dim], value [batch, S, width] and, if it is not the value, key [batch, S, dim] → [batch, T, width]. Scores are q·k,
/// not divided by √dim, times a weight `scale` if there is one; or with `.concat` Σ tanh(scale·(q + k)) times a weight
/// `concat_score_weight`. Where the value's mask is false 10⁹ is subtracted from the score; where the query's is false the result is 0. The
/// result has the query's mask.
public class Attention: Layer {
    /// How a query and a key make a score.
    public enum ScoreMode: String, Hashable, Sendable, CaseIterable {
        case dot
        case concat
    }

    let useScale: Bool
    private let scoreMode: ScoreMode
    private let dropout: Double
    private let seed: Int?
    private(set) var scale: Variable?
    private var concatScoreWeight: Variable?

    /// - Parameters:
    ///   - useScale: whether scores are multiplied by a weight that is trained.
    ///   - dropout: the part of the weights that is dropped in training.
    public init(
        useScale: Bool = false, scoreMode: ScoreMode = .dot, dropout: Double = 0, seed: Int? = nil,
        name: String? = nil
    ) {
        self.useScale = useScale
        self.scoreMode = scoreMode
        self.dropout = dropout
        self.seed = seed
        super.init(name: name)
    }

    public override var supportsMasking: Bool { true }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "use_scale": .boolean(useScale), "score_mode": .string(scoreMode.rawValue),
            "dropout": .number(dropout), "seed": seed.map { .integer($0) } ?? .null,
        ])
    }

    // MARK: To override

    /// The shape and the start of the weight `scale`, for queries of a width.
    func scaleWeight(_ width: Int?) throws -> (Shape, Initializer) { (.scalar, .ones) }

    /// The scores [batch, T, S] of queries and keys, if they are not mere products.
    func scores(_ query: Tensor, _ key: Tensor) throws -> Tensor? {
        guard scoreMode == .concat else { return nil }
        var sum = try pairs(query, key)
        if let scale { sum = try sum * scale.read() }
        var scores = sum.unary(.tanh).reduce(.sum, axes: [-1])
        if let concatScoreWeight { scores = try scores * concatScoreWeight.read() }
        return scores
    }

    /// q + k for all pairs, [batch, T, S, dim].
    final func pairs(_ query: Tensor, _ key: Tensor) throws -> Tensor {
        query.expandingDimension(at: -2) + key.expandingDimension(at: -3)
    }

    // MARK: Building

    public override func build(inputShapes: [[Int?]]) throws {
        guard (2...3).contains(inputShapes.count) else {
            throw KeratinError(
                .invalidArgument,
                "takes a list of a query, a value and perhaps a key, got \(inputShapes.count) tensors"
            )
        }
        guard inputShapes.allSatisfy({ $0.count == 3 }) else {
            throw KeratinError(
                .shapeMismatch,
                "expects tensors [batch, length, width], got \(inputShapes.map { describe($0) }.joined(separator: ", "))"
            )
        }
        guard (0...1).contains(dropout) else {
            throw KeratinError(.invalidArgument, "dropout must lie in 0…1, got \(dropout)")
        }
        if useScale {
            let (shape, initializer) = try scaleWeight(inputShapes[0].last ?? nil)
            scale = try addWeight(name: "scale", shape: shape, initializer: initializer)
        }
        if scoreMode == .concat {
            concatScoreWeight = try addWeight(
                name: "concat_score_weight", shape: .scalar, initializer: .ones)
        }
    }

    public override func unbuild() {
        super.unbuild()
        scale = nil
        concatScoreWeight = nil
    }

    // MARK: Calling

    /// The result, and with the option `return_attention_scores` the weights [batch, T, S] too.
    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        try context.require(only: ["return_attention_scores", "use_causal_mask"])
        guard (2...3).contains(inputs.count) else {
            throw KeratinError(
                .invalidArgument, "takes a list of 2 or 3 tensors, got \(inputs.count)")
        }
        let (query, value, key) = (inputs[0], inputs[1], inputs[inputs.count - 1])
        var core = HeadAttention(
            pattern: AttentionPattern(
                isCausal: context.flag("use_causal_mask"), lowersMasked: true),
            dropout: context.training ? dropout : 0, seed: seed,
            returnsScores: context.flag("return_attention_scores"))
        if let mask = value.mask {
            // [batch, S], or [batch, T, S].
            let rows = mask.rank == 2 ? mask.expandingDimension(at: -2) : mask
            core.mask = rows.expandingDimension(at: 1)
        }
        var results: (output: Tensor, scores: Tensor?)
        if let scores = try scores(query, key) {
            results = try core.weighted(
                scores.expandingDimension(at: 1), value.expandingDimension(at: 2))
        } else {
            var query = query
            if let scale { query = try query * scale.read() }
            results = try core(
                query.expandingDimension(at: 2), key.expandingDimension(at: 2),
                value.expandingDimension(at: 2))
        }
        var output = results.output.squeezed([2])
        if let mask = query.mask {
            let rows = mask.cast(to: .bool).expandingDimension(at: -1)
            output = rows.broadcast(to: output.shape).select(output, Tensor(0))
        }
        guard let scores = results.scores else { return [output] }
        return [output, scores.squeezed([1])]
    }

    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        [inputs.first?.mask]
    }

    /// Attends from the first of two or three tensors (query, value, key) to the others.
    /// - Parameter useCausalMask: whether query i sees the keys 0 … i only.
    /// - Returns: the result; it carries the error if the shapes do not fit.
    public final func callAsFunction(
        _ inputs: [any TensorConvertible], useCausalMask: Bool, training: Bool = false
    ) -> Tensor {
        Tensor.carrying {
            try outputs(
                inputs, useCausalMask: useCausalMask, returnAttentionScores: false,
                training: training)[0]
        }
    }

    /// The result, and with `returnAttentionScores` the weights [batch, T, S] too.
    public final func outputs(
        _ inputs: [any TensorConvertible], useCausalMask: Bool = false,
        returnAttentionScores: Bool, training: Bool = false
    ) throws -> [Tensor] {
        var context = CallContext(training: training)
        if useCausalMask { context.options["use_causal_mask"] = true }
        if returnAttentionScores { context.options["return_attention_scores"] = true }
        return try apply(inputs.map(\.tensor), context, takesList: true)
    }

    /// - Throws: `KeratinError` if an argument is missing or of another type.
    package required init(from configuration: Configuration) throws {
        useScale = try configuration.boolean("use_scale", default: false)
        let mode = try configuration.optionalString("score_mode") ?? "dot"
        guard let scoreMode = ScoreMode(rawValue: mode) else {
            throw configuration.mismatch("score_mode", expected: "'dot' or 'concat'")
        }
        self.scoreMode = scoreMode
        dropout = try configuration.number("dropout", default: 0)
        seed = try configuration.optionalInteger("seed")
        super.init(name: configuration.name)
    }
}

extension Attention: BuiltInLayer {}
