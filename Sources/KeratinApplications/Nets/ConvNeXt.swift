import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor

/// Convolutions in the manner of transformers (Liu et al., 2022). Pictures of 224×224 with pixels in 0…255: preprocessing stands in the net.
public class ConvNeXt: StandardNet {
    class var variant: ConvNeXtVariant {
        get throws {
            throw KeratinError(.unavailable, "is no net: its subclasses are", at: "ConvNeXt")
        }
    }
    override class var architecture: Architecture {
        get throws { try variant.architecture(includePreprocessing: true) }
    }

    /// - Parameter includePreprocessing: whether the net begins with (x − mean) / deviation of ImageNet's colours.
    ///
    /// The others as in `StandardNet`.
    /// - Throws: `KeratinError` for arguments that do not fit the net or one another, and for weights that cannot be had or do not fit.
    public convenience init(
        includeTop: Bool = true, includePreprocessing: Bool = true,
        weights: (any PretrainedWeightsConvertible)? = .imagenet,
        inputTensor: (any TensorConvertible)? = nil, inputShape: [Int?]? = nil,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            Self.variant.architecture(includePreprocessing: includePreprocessing),
            ApplicationArguments(
                includeTop, weights, inputTensor, inputShape, pooling, classes,
                classifierActivation, name))
    }
}

/// 28 million weights.
public final class ConvNeXtTiny: ConvNeXt {
    override class var variant: ConvNeXtVariant {
        .init(
            "convnext_tiny", width: 96, depth: 9,
            (
                "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
                "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1"
            ))
    }
}

/// 50 million weights.
public final class ConvNeXtSmall: ConvNeXt {
    override class var variant: ConvNeXtVariant {
        .init(
            "convnext_small", width: 96, depth: 27,
            (
                "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
                "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab"
            ))
    }
}

/// 88 million weights.
public final class ConvNeXtBase: ConvNeXt {
    override class var variant: ConvNeXtVariant {
        .init(
            "convnext_base", width: 128, depth: 27,
            (
                "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
                "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45"
            ))
    }
}

/// 198 million weights.
public final class ConvNeXtLarge: ConvNeXt {
    override class var variant: ConvNeXtVariant {
        .init(
            "convnext_large", width: 192, depth: 27,
            (
                "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
                "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd"
            ))
    }
}

/// 350 million weights.
public final class ConvNeXtXLarge: ConvNeXt {
    override class var variant: ConvNeXtVariant {
        .init(
            "convnext_xlarge", width: 256, depth: 27,
            (
                "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
                "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05"
            ))
    }
}

/// What tells the ConvNeXts apart.
struct ConvNeXtVariant {
    let name: String
    /// The channels of the first stage; each has twice as many as the one before.
    let width: Int
    /// The blocks of the third stage; the others have three.
    let depth: Int
    let hashes: (String, String)

    init(_ name: String, width: Int, depth: Int, _ hashes: (String, String)) {
        self.name = name
        self.width = width
        self.depth = depth
        self.hashes = hashes
    }

    func architecture(includePreprocessing: Bool) -> Architecture {
        var net = Architecture(
            name: name, defaultSize: 224,
            weights: WeightsFile.pair(name, "_notop", in: "convnext", hashes)
        ) { x, picture in
            try features(
                includePreprocessing && picture.channels == 3 ? preprocessed(x, picture) : x,
                picture.netName)
        }
        net.classifier = { x, arguments in
            // The layers are called as the model is.
            let name = arguments.name ?? name
            var x = GlobalAveragePooling2D(name: name + "_head_gap")(x)
            x = LayerNormalization(epsilon: 1e-6, name: name + "_head_layernorm")(x)
            return Dense(
                arguments.classes, activation: arguments.classifierActivation,
                name: name + "_head_dense")(x)
        }
        net.afterPooling = { LayerNormalization(epsilon: 1e-6)($0) }
        return net
    }

    private func preprocessed(_ x: Tensor, _ picture: PictureExtents) -> Tensor {
        Normalization(
            mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
            variance: [0.229 * 255, 0.224 * 255, 0.225 * 255].map { $0 * $0 },
            name: picture.netName + "_prestem_normalization")(x)
    }

    private func features(_ input: Tensor, _ name: String) throws -> Tensor {
        var x = input
        for (stage, depth) in [3, 3, depth, 3].enumerated() {
            x = try narrowing(stage, name)(x)
            for number in 0..<depth {
                x = block(x, width << stage, "\(name)_stage_\(stage)_block_\(number)")
            }
        }
        return x
    }

    /// What comes before a stage: fewer places and more channels.
    private func narrowing(_ stage: Int, _ name: String) throws -> Sequential {
        guard stage > 0 else {
            return try Sequential(
                [
                    Conv2D(width, 4, strides: 4, name: name + "_stem_conv"),
                    LayerNormalization(epsilon: 1e-6, name: name + "_stem_layernorm"),
                ], name: name + "_stem")
        }
        let index = stage - 1
        return try Sequential(
            [
                LayerNormalization(epsilon: 1e-6, name: "\(name)_downsampling_layernorm_\(index)"),
                Conv2D(
                    width << stage, 2, strides: 2, name: "\(name)_downsampling_conv_\(index)"),
            ], name: "\(name)_downsampling_block_\(index)")
    }

    private func block(_ input: Tensor, _ width: Int, _ name: String) -> Tensor {
        var x = convolved(
            input, width, 7, padding: .same, useBias: true, groups: width,
            name: name + "_depthwise_conv")
        x = LayerNormalization(epsilon: 1e-6, name: name + "_layernorm")(x)
        x = Dense(4 * width, name: name + "_pointwise_conv_1")(x)
        x = activated(x, .gelu, name: name + "_gelu")
        x = Dense(width, name: name + "_pointwise_conv_2")(x)
        x = LayerScale(1e-6, width, name: name + "_layer_scale")(x)
        return input + activated(x, .linear, name: name + "_identity")
    }
}
