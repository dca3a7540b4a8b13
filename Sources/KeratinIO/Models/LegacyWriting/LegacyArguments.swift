import KeratinLayers

/// What of Keras 3's words tf.keras 2.15 knows, by its signatures.
enum LegacyArguments {
    enum Argument {
        /// It has another name there, which Keras 3 reads too.
        case renamed(String)
        /// It is not there; these values mean what is done without it.
        case only([ConfigValue])
        /// It is not there, and decides nothing but which random numbers are drawn.
        case seed
    }

    struct Rules {
        var isUnknown = false
        var arguments: [String: Argument] = [:]
    }

    /// Layers that came with Keras 3, and one that tf.keras 2.15 does not find in files.
    private static let newLayers: Set<String> = [
        "SpectralNormalization", "GroupQueryAttention", "GroupedQueryAttention", "RMSNormalization",
        "ReversibleEmbedding",
        "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D",
        "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D",
    ]

    static func rules(_ className: String) -> Rules {
        Rules(isUnknown: newLayers.contains(className), arguments: arguments[className] ?? [:])
    }

    private static let arguments: [String: [String: Argument]] = {
        var rules: [String: [String: Argument]] = [
            "InputLayer": ["batch_shape": .renamed("batch_input_shape")],
            "LeakyReLU": ["negative_slope": .renamed("alpha")],
        ]
        let seeded =
            ["GRU", "LSTM", "SimpleRNN"].flatMap { [$0, $0 + "Cell"] }
            + (1...3).flatMap { ["SpatialDropout\($0)D", "ConvLSTM\($0)D"] }
            + ["Attention", "AdditiveAttention", "MultiHeadAttention"]
        for className in seeded { rules[className] = ["seed": .seed] }
        for rank in 1...3 {
            rules["ConvLSTM\(rank)D"]?["zero_output_for_mask"] = .only([false])
            rules["ConvLSTM\(rank)D"]?["unroll"] = .only([false])
        }
        return rules
    }()

    static let activations: Set<String> = [
        "linear", "relu", "relu6", "elu", "selu", "gelu", "sigmoid", "tanh", "softplus", "softsign",
        "exponential",
        "silu", "swish", "mish", "softmax",
    ]

    /// Those that tf.keras 2.15 finds by their names in these files.
    static let optimizers: Set<String> = [
        "SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl",
    ]

    /// Losses and metrics that came with Keras 3.
    static let newFunctions: Set<String> = [
        "Dice", "Tversky", "Circle", "CategoricalGeneralizedCrossEntropy", "CTC",
        "PearsonCorrelation",
        "ConcordanceCorrelation",
    ]

    static let newReductions: Set<String> = ["mean", "mean_with_sample_weight"]

    /// Arguments of every optimizer that those of Keras 2 have not, and what means the same as leaving them out. (tf.keras 2.15 takes its
    /// newer optimizers only by `is_legacy_optimizer`, which Keras 3 refuses.)
    static let optimizerArguments: [String: [ConfigValue]] = [
        "loss_scale_factor": [.null], "gradient_accumulation_steps": [.null],
        "weight_decay": [.null], "use_ema": [false],
        // What decides nothing without `use_ema`.
        "ema_momentum": [0.99], "ema_overwrite_frequency": [.null], "jit_compile": [true, false],
    ]
}
