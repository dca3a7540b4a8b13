import KeratinCore
import KeratinTensor

/// Attention whose heads share keys and values in groups (Ainslie et al., 2023, "GQA").
///
/// Query [batch, T, features], value and key [batch, S, features of their own] → [batch, T, query features]. Scores are q·k / √headDim. The
/// result has the query's mask.
///
/// Weights: query kernel [features, query heads, headDim] and bias, key's and value's [features, key heads, headDim] and bias, with
/// `useGate` the gate's after the key's, then the kernel [query heads, headDim, features] and bias of the result.
public final class GroupedQueryAttention: ProjectedAttention {
    private let headDim: Int
    private let queryHeads: Int
    private let keyHeads: Int

    package override class var publicName: String { "GroupQueryAttention" }

    /// - Parameters:
    ///   - headDim: numbers of each head.
    ///   - numKeyValueHeads: divides `numQueryHeads`.
    ///   - dropout: the part of the weights that is dropped in training.
    ///   - slidingWindow: query i sees the keys j with |i − j| < slidingWindow only; nil: all.
    ///   - useGate: whether the heads' results are multiplied by a gate, a sigmoid of the query's projection.
    public init(
        headDim: Int, numQueryHeads: Int, numKeyValueHeads: Int, dropout: Double = 0,
        useBias: Bool = true, slidingWindow: Int? = nil,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, useGate: Bool = false, seed: Int? = nil,
        name: String? = nil
    ) {
        self.headDim = headDim
        queryHeads = numQueryHeads
        keyHeads = numKeyValueHeads
        super.init(
            Arguments(
                dropout: dropout, useBias: useBias, slidingWindow: slidingWindow, useGate: useGate,
                seed: seed,
                kernel: WeightSpecification(kernelInitializer, kernelRegularizer, kernelConstraint),
                bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint),
                activityRegularizer: activityRegularizer?.regularizer), name: name)
    }

    /// From a file.
    private init(
        _ headDim: Int, _ queryHeads: Int, _ keyHeads: Int, _ arguments: Arguments, name: String?
    ) {
        self.headDim = headDim
        self.queryHeads = queryHeads
        self.keyHeads = keyHeads
        super.init(arguments, name: name)
    }

    override var heads: (query: Int, key: Int) { (queryHeads, keyHeads) }
    override var widths: (key: Int, value: Int) { (headDim, headDim) }

    override func attentionAxes(_ rank: Int) throws -> [Int] {
        guard rank == 3 else {
            throw KeratinError(
                .shapeMismatch, "expects [batch, length, features], got rank \(rank)")
        }
        return [1]
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "head_dim": .integer(headDim), "num_query_heads": .integer(queryHeads),
            "num_key_value_heads": .integer(keyHeads),
        ]).adding(arguments.config())
    }
}

extension GroupedQueryAttention: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("head_dim"),
            try configuration.integer("num_query_heads"),
            try configuration.integer("num_key_value_heads"),
            try Arguments(from: configuration), name: configuration.name)
    }
}

/// Keras's name of the class.
public typealias GroupQueryAttention = GroupedQueryAttention
