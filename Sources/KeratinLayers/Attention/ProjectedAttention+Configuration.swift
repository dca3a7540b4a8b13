import KeratinCore
import KeratinTensor

extension ProjectedAttention.Arguments {
    init(from configuration: Configuration) throws {
        // What tf.keras keeps of the shapes, and what decides no result.
        configuration.ignore("query_shape", "key_shape", "value_shape", "flash_attention")
        self.init(
            dropout: try configuration.number("dropout", default: 0),
            useBias: try configuration.boolean("use_bias", default: true),
            slidingWindow: try configuration.optionalInteger("sliding_window"),
            useGate: try configuration.boolean("use_gate", default: false),
            seed: try configuration.optionalInteger("seed"),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            bias: try WeightSpecification(from: configuration, "bias", default: .zeros),
            activityRegularizer: try configuration.optionalObject("activity_regularizer"))
    }

    func config() throws -> [String: ConfigValue] {
        try [
            "dropout": ConfigValue.number(dropout), "use_bias": .boolean(useBias),
            "use_gate": .boolean(useGate),
            "sliding_window": slidingWindow.map { .integer($0) } ?? .null,
            "seed": seed.map { .integer($0) } ?? .null,
            "activity_regularizer": try activityRegularizer.serialized(),
        ].adding(kernel.config("kernel")).adding(bias.config("bias"))
    }
}

extension ProjectedAttention {
    /// Attends from a query to a value, and to a key if it is another tensor.
    ///
    /// - Parameters:
    ///   - query: [batch, T, features]; more axes between them are attended over too, unless the layer says otherwise.
    ///   - value: [batch, S, features of its own].
    ///   - key: [batch, S, features of its own]; nil: the value.
    ///   - attentionMask: true where a query may look: [batch, T, S], or [T, S], or [batch, heads, T, S].
    ///   - useCausalMask: whether query i sees the keys 0 … i only.
    /// - Returns: the result; it carries the error if the shapes do not fit.
    public final func callAsFunction(
        _ query: any TensorConvertible, _ value: any TensorConvertible,
        key: (any TensorConvertible)? = nil, attentionMask: (any TensorConvertible)? = nil,
        useCausalMask: Bool = false, training: Bool = false
    ) -> Tensor {
        Tensor.carrying {
            try outputs(
                query, value, key: key, attentionMask: attentionMask, useCausalMask: useCausalMask,
                returnAttentionScores: false, training: training)[0]
        }
    }

    /// The result, and with `returnAttentionScores` the weights [batch, heads, T, S] too.
    public final func outputs(
        _ query: any TensorConvertible, _ value: any TensorConvertible,
        key: (any TensorConvertible)? = nil, attentionMask: (any TensorConvertible)? = nil,
        useCausalMask: Bool = false, returnAttentionScores: Bool, training: Bool = false
    ) throws -> [Tensor] {
        var context = CallContext(training: training)
        if let attentionMask { context.tensors["attention_mask"] = [attentionMask.tensor] }
        if useCausalMask { context.options["use_causal_mask"] = true }
        if returnAttentionScores { context.options["return_attention_scores"] = true }
        let inputs = [query.tensor, value.tensor] + (key.map { [$0.tensor] } ?? [])
        return try apply(inputs, context, takesList: false)
    }
}
