import KeratinCore
import KeratinTensor

/// An embedding that also goes back, from rows […, outputDim] to a number for each word […, inputDim]: `embedding(x, reverse: true)`. So a
/// language model reads and writes with one table (Press and Wolf, 2016).
///
/// Weights: embeddings (inputDim, outputDim); if they are not tied, reverse_embeddings (outputDim, inputDim).
public final class ReversibleEmbedding: Embedding {
    private var tieWeights = true
    private var logitSoftCap: Double?
    private var reverseEmbeddings: Variable?

    /// - Parameters:
    ///   - inputDim: how many rows there are: the largest number and 1.
    ///   - outputDim: the length of a row.
    ///   - tieWeights: whether the way back uses the same table.
    ///   - maskZero: whether 0 stands for padding.
    ///   - logitSoftCap: bounds the results of the way back smoothly: cap · tanh(x / cap).
    public convenience init(
        _ inputDim: Int, _ outputDim: Int, tieWeights: Bool = true,
        embeddingsInitializer: any InitializerConvertible = .randomUniform(),
        embeddingsRegularizer: (any RegularizerConvertible)? = nil,
        embeddingsConstraint: (any ConstraintConvertible)? = nil,
        maskZero: Bool = false, logitSoftCap: Double? = nil, name: String? = nil
    ) {
        self.init(
            inputDim, outputDim,
            WeightSpecification(
                embeddingsInitializer, embeddingsRegularizer, embeddingsConstraint),
            maskZero: maskZero, name: name)
        self.tieWeights = tieWeights
        self.logitSoftCap = logitSoftCap
    }

    package required convenience init(from configuration: Configuration) throws {
        try configuration.refuseQuantization()
        if let type = try configuration.optionalString("reverse_dtype"), type != "float32" {
            throw KeratinError(
                .unavailable, "reverse_dtype \(type) is not there yet, only float32",
                at: configuration.className)
        }
        self.init(
            try configuration.integer("input_dim"), try configuration.integer("output_dim"),
            try WeightSpecification(from: configuration, "embeddings", default: .randomUniform()),
            maskZero: try configuration.boolean("mask_zero", default: false),
            name: configuration.name)
        tieWeights = try configuration.boolean("tie_weights", default: true)
        logitSoftCap = try configuration.optionalNumber("logit_soft_cap")
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "tie_weights": .boolean(tieWeights), "reverse_dtype": .null,
            "logit_soft_cap": ConfigValue(logitSoftCap),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        try super.build(inputShape: inputShape)
        if let logitSoftCap, logitSoftCap <= 0 {
            throw KeratinError(
                .invalidArgument, "logitSoftCap must be positive, got \(logitSoftCap)")
        }
        guard !tieWeights else { return }
        reverseEmbeddings = try addWeight(
            name: "reverse_embeddings", shape: [outputDim, inputDim],
            initializer: specification.initializer)
    }

    /// Numbers to rows, or, with `reverse`, rows to a number for each word.
    public final func callAsFunction(
        _ input: any TensorConvertible, reverse: Bool, training: Bool = false
    ) -> Tensor {
        Tensor.carrying {
            try apply(
                [input.tensor],
                CallContext(
                    training: training, options: reverse ? ["reverse": .boolean(true)] : [:]))[0]
        }
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard inputs.count == 1 else {
            throw KeratinError(.invalidArgument, "takes one input, got \(inputs.count)")
        }
        try context.require(only: ["reverse"])
        guard context.options["reverse"] == .boolean(true) else {
            return [try call(inputs[0], training: context.training)]
        }
        return [try project(inputs[0].cast(to: .float32))]
    }

    /// […, outputDim] to […, inputDim].
    private func project(_ x: Tensor) throws -> Tensor {
        let table = try built(tieWeights ? embeddings : reverseEmbeddings)
        guard x.rank >= 1, x.shape.dimensions.last == outputDim else {
            throw KeratinError(
                .shapeMismatch, "goes back from a last extent of \(outputDim), got \(x.shape)")
        }
        let outer = x.shape.dimensions.dropLast()
        let rows = x.reshaped([outer.reduce(1, *), outputDim])
        let logits = try rows.matmul(table.read(), transposeRight: tieWeights)
            .reshaped(Shape(outer + [inputDim]))
        guard let cap = logitSoftCap else { return logits }
        return (logits / cap).tanh() * cap
    }

    /// Words have masks, the way back has none.
    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        guard let input = inputs.first, results.first?.rank == input.rank + 1 else { return [nil] }
        return [try computeMask(input, input.mask)]
    }

    public override func unbuild() {
        super.unbuild()
        reverseEmbeddings = nil
    }
}
