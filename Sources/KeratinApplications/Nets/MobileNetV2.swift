import KeratinCore
import KeratinLayers
import KeratinTensor

/// Blocks that widen, convolve each channel by itself and narrow (Sandler et al., 2018). Pictures of 224×224, 192×192, 160×160, 128×128 or
/// 96×96; preprocessing `tf`.
public final class MobileNetV2: StandardNet {
    static let trainedSizes = [96, 128, 160, 192, 224]

    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture { get throws { try architecture(alpha: 1) } }

    /// - Parameters:
    ///   - inputShape: the extents of a picture: rows, columns, channels; nil: 224×224×3, or without the classifier any size.
    ///   - alpha: a factor of the widths of all layers; 0.35, 0.5, 0.75, 1, 1.3 or 1.4 with weights of ImageNet.
    ///
    /// The others as in `StandardNet`.
    /// - Throws: `KeratinError` for arguments that do not fit the net or one another, and for weights that cannot be had or do not fit.
    public convenience init(
        inputShape: [Int?]? = nil, alpha: Double = 1, includeTop: Bool = true,
        weights: (any PretrainedWeightsConvertible)? = .imagenet,
        inputTensor: (any TensorConvertible)? = nil,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            Self.architecture(alpha: alpha),
            ApplicationArguments(
                includeTop, weights, inputTensor, inputShape, pooling, classes,
                classifierActivation, name))
    }

    private static func architecture(alpha: Double) throws -> Architecture {
        try Width.check(alpha)
        var net = Architecture(
            name: "mobilenetv2", defaultSize: 224,
            weights: { arguments, picture in
                try Width.check(alpha, among: [0.35, 0.5, 0.75, 1, 1.3, 1.4])
                let size = picture.namedSize(trainedSizes)
                let ending = arguments.includeTop ? "" : "_no_top"
                return WeightsFile(
                    "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_\(alpha)_\(size)\(ending).h5",
                    in: "mobilenet_v2", hash: nil)
            },
            features: { x, _ in MobileNetV2Blocks.features(x, alpha) })
        net.name = { "mobilenetv2_\(Width.text(alpha))_\($0.namedSize(trainedSizes))" }
        net.trainedSizes = trainedSizes
        net.classifier = { x, arguments in
            Dense(
                arguments.classes, activation: arguments.classifierActivation, name: "predictions"
            )(GlobalAveragePooling2D()(x))
        }
        return net
    }
}

/// The blocks of the net.
private enum MobileNetV2Blocks {
    static func features(_ input: Tensor, _ alpha: Double) -> Tensor {
        var x = convolved(
            input, multiple(32 * alpha), 3, strides: 2, padding: .same, name: "Conv1")
        x = limited(normalization(x, "bn_Conv1"), "Conv1_relu")
        var number = 0
        for (width, count, strides) in [
            (16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1),
        ] {
            for index in 0..<count {
                let filters = multiple(Double(Int(Double(width) * alpha)))
                x = block(x, filters, strides: index == 0 ? strides : 1, number)
                number += 1
            }
        }
        x = convolved(x, alpha > 1 ? multiple(1280 * alpha) : 1280, 1, name: "Conv_1")
        return limited(normalization(x, "Conv_1_bn"), "out_relu")
    }

    private static func block(
        _ input: Tensor, _ filters: Int, strides: Int, _ number: Int
    ) -> Tensor {
        let prefix = number == 0 ? "expanded_conv_" : "block_\(number)_"
        let width = channels(input)
        var x = input
        if number > 0 {
            x = convolved(x, 6 * width, 1, padding: .same, name: prefix + "expand")
            x = limited(normalization(x, prefix + "expand_BN"), prefix + "expand_relu")
        }
        if strides == 2 { x = paddedForStrides(x, kernel: 3, name: prefix + "pad") }
        x = depthwise(
            x, 3, strides: strides, padding: strides == 1 ? .same : .valid,
            name: prefix + "depthwise")
        x = limited(normalization(x, prefix + "depthwise_BN"), prefix + "depthwise_relu")
        x = convolved(x, filters, 1, padding: .same, name: prefix + "project")
        x = normalization(x, prefix + "project_BN")
        return width == filters && strides == 1 ? Add(name: prefix + "add")([input, x]) : x
    }

    private static func normalization(_ x: Tensor, _ name: String) -> Tensor {
        normalized(x, axis: -1, momentum: 0.999, name: name)
    }

    private static func limited(_ x: Tensor, _ name: String) -> Tensor {
        ReLU(maximum: 6, name: name)(x)
    }
}
