import KeratinCore
import KeratinLayers

/// Keras 1 → Keras 2: `keras/layers/*.py` of Keras 1.0.8 and 1.2.2, `keras/legacy/interfaces.py` of 2.2.4.
enum Keras1Layers {
    private typealias Rule = LayerRule

    /// Weights of one kernel and one bias.
    private static let kernelAndBias: [LayerRule.Change] = [
        Rule.rename([
            "init": "kernel_initializer", "W_regularizer": "kernel_regularizer",
            "b_regularizer": "bias_regularizer", "W_constraint": "kernel_constraint",
            "b_constraint": "bias_constraint", "bias": "use_bias",
        ]),
        Rule.drop("input_dim", "input_length", "weights"),
    ]

    private static let dense: [LayerRule.Change] =
        [Rule.rename(["output_dim": "units"])] + kernelAndBias

    private static let ordering: [LayerRule.Change] = [
        Rule.rename(["dim_ordering": "data_format"]),
        Rule.convert("data_format") { value in
            switch value {
            case "th": "channels_first"
            case "tf": "channels_last"
            default: value
            }
        },
    ]

    private static let border = Rule.rename(["border_mode": "padding"])

    private static let convolution: [LayerRule.Change] =
        [
            Rule.rename([
                "nb_filter": "filters", "subsample": "strides", "atrous_rate": "dilation_rate",
            ]), border,
        ] + ordering + kernelAndBias

    private static let local1D: [LayerRule.Change] =
        [
            Rule.rename([
                "filter_length": "kernel_size", "subsample_length": "strides",
            ])
        ] + convolution

    private static let convolution1D = local1D + [Rule.drop("data_format")]

    private static let convolution2D: [LayerRule.Change] =
        [Rule.gather(["nb_row", "nb_col"], "kernel_size")] + convolution

    private static let convolution3D: [LayerRule.Change] =
        [Rule.gather(["kernel_dim1", "kernel_dim2", "kernel_dim3"], "kernel_size")] + convolution

    private static let pooling1D: [LayerRule.Change] = [
        Rule.rename(["pool_length": "pool_size", "stride": "strides"]), border,
    ]

    private static let pooling: [LayerRule.Change] = [border] + ordering

    private static let recurrent: [LayerRule.Change] = [
        Rule.rename([
            "output_dim": "units", "init": "kernel_initializer",
            "inner_init": "recurrent_initializer", "inner_activation": "recurrent_activation",
            "W_regularizer": "kernel_regularizer", "U_regularizer": "recurrent_regularizer",
            "b_regularizer": "bias_regularizer", "dropout_W": "dropout",
            "dropout_U": "recurrent_dropout", "p_W": "dropout", "p_U": "recurrent_dropout",
        ]),
        {
            if let bias = $0.removeValue(forKey: "forget_bias_init") {
                $0["unit_forget_bias"] = .boolean(bias == "one" || bias == "ones")
            }
        },
        Rule.drop("consume_less", "input_dim", "input_length", "weights"),
    ]

    /// The defaults of Keras 0.3 and 1, where they are not written.
    private static let gates: [LayerRule.Change] =
        recurrent + [Rule.absent("recurrent_activation", means: "hard_sigmoid")]

    /// What tells how the numbers of an activation began, which the file has.
    private static let trainedActivation = Rule.drop(
        "t_left_init", "a_left_init", "t_right_init", "a_right_init", "alpha_init", "beta_init",
        "weights", "input_dim")

    private static let rate: [LayerRule.Change] = [Rule.rename(["p": "rate"])]

    static let rules: [String: LayerRule] = [
        "Dense": Rule("Dense", dense),
        // A dense layer works on the last axis: it is its own distribution over time.
        "TimeDistributedDense": Rule("Dense", dense),
        "Convolution1D": Rule("Conv1D", convolution1D),
        "AtrousConvolution1D": Rule("Conv1D", convolution1D),
        "Convolution2D": Rule("Conv2D", convolution2D),
        "AtrousConvolution2D": Rule("Conv2D", convolution2D),
        "Convolution3D": Rule("Conv3D", convolution3D),
        "Deconvolution2D": Rule("Conv2DTranspose", convolution2D),
        "SeparableConvolution2D": Rule(
            "SeparableConv2D",
            [
                Rule.rename([
                    "depthwise_init": "depthwise_initializer",
                    "pointwise_init": "pointwise_initializer",
                ])
            ] + convolution2D, Rule.drop("kernel_initializer")),
        "LocallyConnected1D": Rule("LocallyConnected1D", local1D),
        "LocallyConnected2D": Rule("LocallyConnected2D", convolution2D),
        "Highway": Rule("Highway", kernelAndBias, Rule.drop("transform_bias")),
        "SReLU": Rule("SReLU", trainedActivation),
        "ParametricSoftplus": Rule("ParametricSoftplus", trainedActivation),
        "MaxPooling1D": Rule("MaxPooling1D", pooling1D),
        "AveragePooling1D": Rule("AveragePooling1D", pooling1D),
        "MaxPooling2D": Rule("MaxPooling2D", pooling),
        "AveragePooling2D": Rule("AveragePooling2D", pooling),
        "MaxPooling3D": Rule("MaxPooling3D", pooling),
        "AveragePooling3D": Rule("AveragePooling3D", pooling),
        "GlobalMaxPooling2D": Rule("GlobalMaxPooling2D", ordering),
        "GlobalAveragePooling2D": Rule("GlobalAveragePooling2D", ordering),
        "GlobalMaxPooling3D": Rule("GlobalMaxPooling3D", ordering),
        "GlobalAveragePooling3D": Rule("GlobalAveragePooling3D", ordering),
        "UpSampling1D": Rule("UpSampling1D", Rule.rename(["length": "size"])),
        "UpSampling2D": Rule("UpSampling2D", ordering),
        "UpSampling3D": Rule("UpSampling3D", ordering),
        "ZeroPadding1D": Rule(
            "ZeroPadding1D",
            Rule.convert("padding") { sides($0, [["left_pad", "right_pad"]]) ?? $0 }),
        "ZeroPadding2D": Rule(
            "ZeroPadding2D", ordering,
            Rule.convert("padding") { value in
                // Four numbers: above, below, left, right.
                if case .list(let values) = value, values.count == 4 {
                    return .list([.list(Array(values[..<2])), .list(Array(values[2...]))])
                }
                return sides(value, [["top_pad", "bottom_pad"], ["left_pad", "right_pad"]])
                    ?? value
            }),
        "ZeroPadding3D": Rule("ZeroPadding3D", ordering),
        "Cropping2D": Rule("Cropping2D", ordering),
        "Cropping3D": Rule("Cropping3D", ordering),
        "LSTM": Rule("LSTM", gates), "GRU": Rule("GRU", gates),
        "SimpleRNN": Rule("SimpleRNN", recurrent),
        "ConvLSTM2D": Rule(
            "ConvLSTM2D", convolution2D + gates),
        "Embedding": Rule(
            "Embedding",
            Rule.rename([
                "init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
                "W_constraint": "embeddings_constraint",
            ]), Rule.drop("dropout", "weights")),
        "BatchNormalization": Rule(
            "BatchNormalization",
            Rule.rename([
                "beta_init": "beta_initializer", "gamma_init": "gamma_initializer",
            ]),
            { if $0["mode"] == 0 || $0["mode"] == .null { $0["mode"] = nil } }),
        "Dropout": Rule("Dropout", rate),
        "SpatialDropout1D": Rule("SpatialDropout1D", rate),
        "SpatialDropout2D": Rule("SpatialDropout2D", rate + ordering),
        "SpatialDropout3D": Rule("SpatialDropout3D", rate + ordering),
        "GaussianDropout": Rule("GaussianDropout", rate),
        "GaussianNoise": Rule("GaussianNoise", Rule.rename(["sigma": "stddev"])),
        "PReLU": Rule("PReLU", Rule.rename(["init": "alpha_initializer"]), Rule.drop("weights")),
        "Reshape": Rule("Reshape", Rule.rename(["dims": "target_shape"])),
    ]

    /// Pads by their sides, as one or two pairs; nil if the value has no such names.
    private static func sides(_ value: ConfigValue, _ names: [[String]]) -> ConfigValue? {
        guard case .object(let fields) = value, fields["class_name"] == nil else { return nil }
        let pairs = names.map { pair in
            ConfigValue.list(pair.map { fields[$0] ?? .integer(0) })
        }
        return pairs.count == 1 ? pairs[0] : .list(pairs)
    }

    /// The class that a `Merge` layer of a mode stands for, with its arguments.
    /// - Throws: `KeratinError` for modes that are Python functions.
    static func merge(
        _ arguments: LayerRule.Arguments
    ) throws -> (className: String, arguments: LayerRule.Arguments, isCosine: Bool) {
        var kept = arguments.filter { ["name", "trainable"].contains($0.key) }
        guard case .string(let mode) = arguments["mode"] ?? "sum",
            arguments["mode_type"] == nil || arguments["mode_type"] == "raw"
        else { throw KeratinError(.unavailable, UnusableLayers.mergeFunction) }
        switch mode {
        case "sum": return ("Add", kept, false)
        case "mul": return ("Multiply", kept, false)
        case "ave": return ("Average", kept, false)
        case "max": return ("Maximum", kept, false)
        case "concat":
            kept["axis"] = arguments["concat_axis"] ?? -1
            return ("Concatenate", kept, false)
        case "dot", "cos":
            kept["axes"] = dotAxes(arguments["dot_axes"] ?? -1)
            kept["normalize"] = .boolean(mode == "cos")
            return ("Dot", kept, mode == "cos")
        default:
            throw KeratinError(
                .unavailable,
                "Merge has no mode '\(mode)' here; there are sum, mul, concat, ave, max, dot and cos"
            )
        }
    }

    /// One axis, or one of each input; Keras 1.0 put each into a list.
    private static func dotAxes(_ value: ConfigValue) -> ConfigValue {
        guard case .list(let axes) = value else { return value }
        return .list(
            axes.map { axis in
                if case .list(let inner) = axis, inner.count == 1 { inner[0] } else { axis }
            })
    }
}
