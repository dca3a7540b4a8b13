import KeratinCore
import KeratinLayers
import KeratinTensor

/// Convolutions of each channel by itself, then of all at one place, for small machines (Howard et al., 2017). Pictures of 224×224, 192×192,
/// 160×160 or 128×128; preprocessing `tf`.
public final class MobileNet: StandardNet {
    static let trainedSizes = [128, 160, 192, 224]

    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        get throws { try architecture(alpha: 1, depthMultiplier: 1, dropout: 1e-3) }
    }

    /// - Parameters:
    ///   - inputShape: the extents of a picture: rows, columns, channels; nil: 224×224×3, or without the classifier any size.
    ///   - alpha: a factor of the widths of all layers; 0.25, 0.5, 0.75 or 1 with weights of ImageNet.
    ///   - depthMultiplier: how many channels each is made to; 1 with weights of ImageNet.
    ///   - dropout: the part that the classifier drops in training.
    ///
    /// The others as in `StandardNet`.
    /// - Throws: `KeratinError` for arguments that do not fit the net or one another, and for weights that cannot be had or do not fit.
    public convenience init(
        inputShape: [Int?]? = nil, alpha: Double = 1, depthMultiplier: Int = 1,
        dropout: Double = 1e-3, includeTop: Bool = true,
        weights: (any PretrainedWeightsConvertible)? = .imagenet,
        inputTensor: (any TensorConvertible)? = nil,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            Self.architecture(alpha: alpha, depthMultiplier: depthMultiplier, dropout: dropout),
            ApplicationArguments(
                includeTop, weights, inputTensor, inputShape, pooling, classes,
                classifierActivation, name))
    }

    private static func architecture(
        alpha: Double, depthMultiplier: Int, dropout: Double
    ) throws -> Architecture {
        try Width.check(alpha)
        var net = Architecture(
            name: "mobilenet", defaultSize: 224,
            weights: { arguments, picture in
                try Width.check(alpha, among: [0.25, 0.5, 0.75, 1])
                guard depthMultiplier == 1 else {
                    throw KeratinError(
                        .invalidArgument,
                        "weights of ImageNet are for depthMultiplier 1, got \(depthMultiplier)")
                }
                let width = [0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1: "1_0"][alpha] ?? ""
                let size = picture.namedSize(trainedSizes)
                let ending = arguments.includeTop ? "" : "_no_top"
                return WeightsFile(
                    "mobilenet_\(width)_\(size)_tf\(ending).h5", in: "mobilenet", hash: nil)
            },
            features: { x, _ in MobileNetBlocks.features(x, alpha, depthMultiplier) })
        net.name = { "mobilenet_\(Width.text(alpha))_\($0.namedSize(trainedSizes))" }
        net.trainedSizes = trainedSizes
        net.classifier = { x, arguments in
            var x = GlobalAveragePooling2D(keepDimensions: true)(x)
            x = Dropout(dropout, name: "dropout")(x)
            x = convolved(
                x, arguments.classes, 1, padding: .same, useBias: true, name: "conv_preds")
            x = Reshape([arguments.classes], name: "reshape_2")(x)
            return activated(x, arguments.classifierActivation ?? .linear, name: "predictions")
        }
        return net
    }
}

/// The blocks of the net.
private enum MobileNetBlocks {
    static func features(_ input: Tensor, _ alpha: Double, _ depthMultiplier: Int) -> Tensor {
        var x = convolved(
            input, Int(32 * alpha), 3, strides: 2, padding: .same, name: "conv1")
        x = finished(x, "conv1")
        let widths = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]
        for (index, width) in widths.enumerated() {
            let number = index + 1
            let strides = [2, 4, 6, 12].contains(number) ? 2 : 1
            if strides == 2 {
                x = padded(x, rows: (0, 1), columns: (0, 1), name: "conv_pad_\(number)")
            }
            x = depthwise(
                x, 3, strides: strides, padding: strides == 1 ? .same : .valid,
                depthMultiplier: depthMultiplier, name: "conv_dw_\(number)")
            x = finished(x, "conv_dw_\(number)")
            x = convolved(
                x, Int(Double(width) * alpha), 1, padding: .same, name: "conv_pw_\(number)")
            x = finished(x, "conv_pw_\(number)")
        }
        return x
    }

    private static func finished(_ x: Tensor, _ name: String) -> Tensor {
        ReLU(maximum: 6, name: name + "_relu")(normalized(x, axis: -1, name: name + "_bn"))
    }
}

/// The factor of a net's widths.
enum Width {
    /// - Throws: `KeratinError` for a factor that leaves no channels, or is no number.
    static func check(_ alpha: Double) throws {
        guard alpha > 0, alpha <= 100 else {
            throw KeratinError(
                .invalidArgument, "alpha must be positive (and at most 100), got \(alpha)")
        }
    }

    /// - Throws: `KeratinError` for a factor that there are no trained weights for.
    static func check(_ alpha: Double, among trained: [Double]) throws {
        guard trained.contains(alpha) else {
            let known = trained.map { "\($0)" }.joined(separator: ", ")
            throw KeratinError(
                .invalidArgument, "weights of ImageNet are for alpha \(known), got \(alpha)")
        }
    }

    /// With two decimals.
    static func text(_ alpha: Double) -> String {
        let hundredths = Int((alpha * 100).rounded())
        return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
    }
}
