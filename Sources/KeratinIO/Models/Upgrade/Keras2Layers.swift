import KeratinLayers

/// Keras 2 and tf.keras → Keras 3: `keras/layers` of 2.2.4 and 2.3.1, and of tf.keras 2.15.
enum Keras2Layers {
    private typealias Rule = LayerRule

    private static let recurrent: [LayerRule.Change] = [
        Rule.drop("implementation", "input_length", "input_dim"),
        Rule.refuse(
            "num_constants", unless: { $0 == 0 },
            "inputs that are the same at every step are not there"),
        Rule.refuse(
            "time_major", unless: { $0 == false },
            "inputs with the time before the batch are not there: put a Permute before the layer"),
    ]

    private static let gru: [LayerRule.Change] =
        recurrent + [Rule.absent("reset_after", means: false)]

    /// Kernels of NVIDIA's library compute with these functions, and files do not say so.
    private static let cudnn: [LayerRule.Change] =
        recurrent + [
            Rule.set("activation", "tanh"), Rule.set("recurrent_activation", "sigmoid"),
            Rule.set("use_bias", true),
        ]

    /// Arguments of a plain convolution that these layers inherit and do not use.
    private static let unusedKernel = Rule.drop(
        "kernel_initializer", "kernel_regularizer", "kernel_constraint", "groups")

    private static let oneAxis = Rule.convert("axis") { value in
        if case .list(let axes) = value, axes.count == 1 { axes[0] } else { value }
    }

    static let rules: [String: LayerRule] = [
        "LSTM": Rule("LSTM", recurrent), "GRU": Rule("GRU", gru),
        "LSTMV1": Rule("LSTM", recurrent), "GRUV1": Rule("GRU", gru),
        "SimpleRNN": Rule("SimpleRNN", recurrent), "RNN": Rule("RNN", recurrent),
        "GRUCell": Rule("GRUCell", gru), "LSTMCell": Rule("LSTMCell", recurrent),
        "SimpleRNNCell": Rule("SimpleRNNCell", recurrent),
        "ConvLSTM1D": Rule("ConvLSTM1D", recurrent), "ConvLSTM2D": Rule("ConvLSTM2D", recurrent),
        "ConvLSTM3D": Rule("ConvLSTM3D", recurrent),
        "CuDNNLSTM": Rule("LSTM", cudnn),
        "CuDNNGRU": Rule("GRU", cudnn, Rule.set("reset_after", true)),
        "DepthwiseConv1D": Rule("DepthwiseConv1D", unusedKernel, Rule.drop("filters")),
        "DepthwiseConv2D": Rule("DepthwiseConv2D", unusedKernel, Rule.drop("filters")),
        "SeparableConv1D": Rule("SeparableConv1D", unusedKernel),
        "SeparableConv2D": Rule("SeparableConv2D", unusedKernel),
        "Conv1DTranspose": Rule("Conv1DTranspose", Rule.drop("groups")),
        "Conv2DTranspose": Rule("Conv2DTranspose", Rule.drop("groups")),
        "Conv3DTranspose": Rule("Conv3DTranspose", Rule.drop("groups")),
        "BatchNormalization": Rule(
            "BatchNormalization", oneAxis,
            Rule.drop("virtual_batch_size", "fused", "adjustment")),
        "BatchNormalizationMode": Rule("BatchNormalizationMode", Rule.drop("momentum")),
        "BatchNormalizationV1": Rule(
            "BatchNormalization", oneAxis,
            Rule.drop("virtual_batch_size", "fused", "adjustment")),
        "BatchNormalizationV2": Rule(
            "BatchNormalization", oneAxis,
            Rule.drop("virtual_batch_size", "fused", "adjustment")),
        "LayerNormalization": Rule("LayerNormalization", oneAxis),
        "MultiHeadAttention": Rule(
            "MultiHeadAttention", Rule.drop("query_shape", "key_shape", "value_shape")),
        "LeakyReLU": Rule("LeakyReLU", Rule.rename(["alpha": "negative_slope"])),
        "ThresholdedReLU": Rule("ReLU", Rule.rename(["theta": "threshold"])),
        "ReLU": Rule(
            "ReLU", Rule.absent("negative_slope", means: 0), Rule.absent("threshold", means: 0)),
        "Embedding": Rule("Embedding", Rule.drop("input_length", "sparse")),
        "InputLayer": Rule(
            "InputLayer",
            Rule.rename(["batch_input_shape": "batch_shape", "input_dtype": "dtype"]),
            Rule.drop("type_spec")),
    ]

    /// Arguments of any layer that say nothing about what it computes.
    static let dropped: Set<String> = [
        "batch_input_shape", "input_dtype", "autocast", "input_shape", "create_input",
    ]
}
