import KeratinCore
import KeratinTensor

/// Attention of several heads (Vaswani et al., 2017, "Attention is all you need"):
///
///     let attended = try MultiHeadAttention(numHeads: 4, keyDim: 32)(x, x, useCausalMask: true)
///
/// Query [batch, …, features], value and key [batch, …, features of their own] → [batch, …, query features]. Scores are q·k / √keyDim;
/// masks of the inputs and those of the call are ANDed. The result has the query's mask; the inputs' masks end here, as in Keras: what
/// else uses these tensors in a graph sees none.
///
/// Weights: query, key and value kernel [features, heads, width] and bias [heads, width], with `useGate` the gate's after the key's, then
/// the kernel [heads, width, features] and bias of the result.
public final class MultiHeadAttention: ProjectedAttention {
    private let numHeads: Int
    private let keyDim: Int
    private let valueDim: Int?
    private let outputExtents: [Int]?
    private let axes: [Int]?

    /// - Parameters:
    ///   - keyDim: numbers of each head's queries and keys.
    ///   - valueDim: numbers of each head's values; nil: `keyDim`.
    ///   - dropout: the part of the weights that is dropped in training.
    ///   - outputShape: the result's extents behind the sequence; nil: the query's last one.
    ///   - attentionAxes: the axes that are attended over; nil: all between the batch and the features.
    ///   - slidingWindow: query i sees the keys j with |i − j| < slidingWindow only; nil: all.
    ///   - useGate: whether the heads' results are multiplied by a gate, a sigmoid of the query's projection.
    public init(
        numHeads: Int, keyDim: Int, valueDim: Int? = nil, dropout: Double = 0,
        useBias: Bool = true, outputShape: [Int]? = nil, attentionAxes: [Int]? = nil,
        slidingWindow: Int? = nil, kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil,
        useGate: Bool = false, seed: Int? = nil, name: String? = nil
    ) {
        self.numHeads = numHeads
        self.keyDim = keyDim
        self.valueDim = valueDim
        outputExtents = outputShape.flatMap { $0.isEmpty ? nil : $0 }
        axes = attentionAxes
        super.init(
            Arguments(
                dropout: dropout, useBias: useBias, slidingWindow: slidingWindow, useGate: useGate,
                seed: seed,
                kernel: WeightSpecification(kernelInitializer, kernelRegularizer, kernelConstraint),
                bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint),
                activityRegularizer: activityRegularizer?.regularizer), name: name)
    }

    override var heads: (query: Int, key: Int) { (numHeads, numHeads) }
    override var widths: (key: Int, value: Int) { (keyDim, valueDim ?? keyDim) }
    override var resultShape: [Int]? { outputExtents }

    /// There is a property for each.
    override func attribute(_ projection: String) -> String { "\(projection)_dense" }

    /// The inputs' masks end here.
    package override var endsMasks: Bool { true }

    override func attentionAxes(_ rank: Int) throws -> [Int] {
        guard let axes else { return try super.attentionAxes(rank) }
        let places = axes.map { $0 < 0 ? $0 + rank : $0 }
        guard Set(places).count == places.count, !places.isEmpty,
            places.allSatisfy({ (1..<(rank - 1)).contains($0) })
        else {
            throw KeratinError(
                .invalidArgument,
                "attentionAxes \(axes) must be different axes between the batch and the features of rank \(rank)"
            )
        }
        return places
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "num_heads": .integer(numHeads), "key_dim": .integer(keyDim),
            "value_dim": .integer(valueDim ?? keyDim),
            "output_shape": outputExtents.map { ConfigValue($0) } ?? .null,
            "attention_axes": axes.map { ConfigValue($0) } ?? .null,
        ]).adding(arguments.config())
    }
}

extension MultiHeadAttention: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        let arguments = try Arguments(from: configuration)
        self.init(
            numHeads: try configuration.integer("num_heads"),
            keyDim: try configuration.integer("key_dim"),
            valueDim: try configuration.optionalInteger("value_dim"),
            outputShape: try configuration.optionalIntegers("output_shape"),
            attentionAxes: try configuration.optionalIntegers("attention_axes"), arguments,
            name: configuration.name)
    }

    private convenience init(
        numHeads: Int, keyDim: Int, valueDim: Int?, outputShape: [Int]?, attentionAxes: [Int]?,
        _ arguments: Arguments, name: String?
    ) {
        self.init(
            numHeads: numHeads, keyDim: keyDim, valueDim: valueDim, dropout: arguments.dropout,
            useBias: arguments.useBias, outputShape: outputShape, attentionAxes: attentionAxes,
            slidingWindow: arguments.slidingWindow,
            kernelInitializer: arguments.kernel.initializer,
            biasInitializer: arguments.bias.initializer,
            kernelRegularizer: arguments.kernel.regularizer,
            biasRegularizer: arguments.bias.regularizer,
            activityRegularizer: arguments.activityRegularizer,
            kernelConstraint: arguments.kernel.constraint,
            biasConstraint: arguments.bias.constraint, useGate: arguments.useGate,
            seed: arguments.seed, name: name)
    }
}
