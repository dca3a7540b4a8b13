import KeratinCore
import KeratinLayers
import KeratinTensor

/// EfficientNets that train faster, with blocks of plain convolutions at their beginning (Tan and Le, 2021). Pixels in 0…255: preprocessing
/// stands in the net.
public class EfficientNetV2: StandardNet {
    class var variant: EfficientNetV2Variant {
        get throws {
            throw KeratinError(.unavailable, "is no net: its subclasses are", at: "EfficientNetV2")
        }
    }
    override class var architecture: Architecture {
        get throws { try variant.architecture(includePreprocessing: true) }
    }

    /// - Parameter includePreprocessing: whether the net begins with what its pixels need.
    ///
    /// The others as in `StandardNet`.
    /// - Throws: `KeratinError` for arguments that do not fit the net or one another, and for weights that cannot be had or do not fit.
    public convenience init(
        includeTop: Bool = true, weights: (any PretrainedWeightsConvertible)? = .imagenet,
        inputTensor: (any TensorConvertible)? = nil, inputShape: [Int?]? = nil,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax,
        includePreprocessing: Bool = true, name: String? = nil
    ) throws {
        try self.init(
            Self.variant.architecture(includePreprocessing: includePreprocessing),
            ApplicationArguments(
                includeTop, weights, inputTensor, inputShape, pooling, classes,
                classifierActivation, name))
    }
}

/// The smallest of the second EfficientNets. Pictures of 224×224.
public final class EfficientNetV2B0: EfficientNetV2 {
    override class var variant: EfficientNetV2Variant {
        .init(
            "b0", .base, 1, 1, size: 224,
            ("21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff"))
    }
}

/// Pictures of 240×240.
public final class EfficientNetV2B1: EfficientNetV2 {
    override class var variant: EfficientNetV2Variant {
        .init(
            "b1", .base, 1, 1.1, size: 240,
            ("069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37"))
    }
}

/// Pictures of 260×260.
public final class EfficientNetV2B2: EfficientNetV2 {
    override class var variant: EfficientNetV2Variant {
        .init(
            "b2", .base, 1.1, 1.2, size: 260,
            ("424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb"))
    }
}

/// Pictures of 300×300.
public final class EfficientNetV2B3: EfficientNetV2 {
    override class var variant: EfficientNetV2Variant {
        .init(
            "b3", .base, 1.2, 1.4, size: 300,
            ("1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856"))
    }
}

/// Pictures of 384×384.
public final class EfficientNetV2S: EfficientNetV2 {
    override class var variant: EfficientNetV2Variant {
        .init(
            "s", .small, 1, 1, size: 384,
            ("e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070"))
    }
}

/// Pictures of 480×480.
public final class EfficientNetV2M: EfficientNetV2 {
    override class var variant: EfficientNetV2Variant {
        .init(
            "m", .medium, 1, 1, size: 480,
            ("a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342"))
    }
}

/// The largest of the second EfficientNets. Pictures of 480×480.
public final class EfficientNetV2L: EfficientNetV2 {
    override class var variant: EfficientNetV2Variant {
        .init(
            "l", .large, 1, 1, size: 480,
            ("27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615"))
    }
}

/// What tells the second EfficientNets apart.
struct EfficientNetV2Variant {
    /// The stages of the nets. Windows are 3×3.
    enum Shape {
        case base, small, medium, large

        /// Blocks, channels before and after, how much wider it is inside, strides, whether the convolution is plain and the block without
        /// a gate.
        var stages: [(count: Int, Int, Int, widening: Int, strides: Int, isFused: Bool)] {
            switch self {
            case .base:
                [
                    (1, 32, 16, 1, 1, true), (2, 16, 32, 4, 2, true), (2, 32, 48, 4, 2, true),
                    (3, 48, 96, 4, 2, false), (5, 96, 112, 6, 1, false),
                    (8, 112, 192, 6, 2, false),
                ]
            case .small:
                [
                    (2, 24, 24, 1, 1, true), (4, 24, 48, 4, 2, true), (4, 48, 64, 4, 2, true),
                    (6, 64, 128, 4, 2, false), (9, 128, 160, 6, 1, false),
                    (15, 160, 256, 6, 2, false),
                ]
            case .medium:
                [
                    (3, 24, 24, 1, 1, true), (5, 24, 48, 4, 2, true), (5, 48, 80, 4, 2, true),
                    (7, 80, 160, 4, 2, false), (14, 160, 176, 6, 1, false),
                    (18, 176, 304, 6, 2, false), (5, 304, 512, 6, 1, false),
                ]
            case .large:
                [
                    (4, 32, 32, 1, 1, true), (7, 32, 64, 4, 2, true), (7, 64, 96, 4, 2, true),
                    (10, 96, 192, 4, 2, false), (19, 192, 224, 6, 1, false),
                    (25, 224, 384, 6, 2, false), (7, 384, 640, 6, 1, false),
                ]
            }
        }
    }

    private static let kernels = EfficientInitializers.kernel

    let name: String
    let shape: Shape
    /// Factors of the widths, and of the number of blocks.
    let width: Double
    let depth: Double
    let size: Int
    let hashes: (String, String)

    init(
        _ name: String, _ shape: Shape, _ width: Double, _ depth: Double, size: Int,
        _ hashes: (String, String)
    ) {
        self.name = "efficientnetv2-\(name)"
        self.shape = shape
        self.width = width
        self.depth = depth
        self.size = size
        self.hashes = hashes
    }

    func architecture(includePreprocessing: Bool) -> Architecture {
        var net = Architecture(
            name: name, defaultSize: size,
            weights: WeightsFile.pair(name, "_notop", in: "efficientnet_v2", hashes)
        ) { x, picture in
            features(includePreprocessing ? preprocessed(x, picture) : x)
        }
        net.namesPooling = true
        net.classifier = { efficientClassifier($0, $1, dropout: 0.2) }
        return net
    }

    private func preprocessed(_ x: Tensor, _ picture: PictureExtents) -> Tensor {
        guard shape == .base, picture.channels == 3 else {
            return Rescaling(1 / 128.0, offset: -1)(x)
        }
        return Normalization(
            axis: 3, mean: [0.485, 0.456, 0.406],
            variance: [0.229, 0.224, 0.225].map { $0 * $0 })(Rescaling(1 / 255.0)(x))
    }

    /// Channels times the factor, rounded to a multiple of 8.
    private func filters(_ count: Int) -> Int { max(8, Int(Double(count) * width + 4) / 8 * 8) }

    private func normalization(_ x: Tensor, _ name: String) -> Tensor {
        normalized(x, momentum: 0.9, name: name)
    }

    private func convolution(
        _ x: Tensor, _ filters: Int, _ kernel: Int, strides: Int = 1, _ name: String
    ) -> Tensor {
        convolved(
            x, filters, kernel, strides: strides, padding: .same, initializer: Self.kernels,
            name: name)
    }

    private func features(_ input: Tensor) -> Tensor {
        let stages = shape.stages
        var x = convolution(input, filters(stages[0].1), 3, strides: 2, "stem_conv")
        x = activated(normalization(x, "stem_bn"), .silu, name: "stem_activation")
        let total = Double(stages.map(\.count).reduce(0, +))
        var number = 0
        for (stage, (count, before, after, widening, strides, isFused)) in stages.enumerated() {
            for index in 0..<Int((Double(count) * depth).rounded(.up)) {
                let (old, new) = (filters(index == 0 ? before : after), filters(after))
                let step = index == 0 ? strides : 1
                let prefix = "block\(stage + 1)\(blockLetter(index))_"
                let y =
                    isFused
                    ? fused(x, from: old, to: new, widening: widening, strides: step, prefix)
                    : separated(x, from: old, to: new, widening: widening, strides: step, prefix)
                x =
                    step == 1 && old == new
                    ? addedUnlessDropped(
                        y, to: x, dropped: 0.2 * Double(number) / total, prefix) : y
                number += 1
            }
        }
        x = convolution(x, filters(1280), 1, "top_conv")
        return activated(normalization(x, "top_bn"), .silu, name: "top_activation")
    }

    /// Widens with the convolution, and narrows.
    private func fused(
        _ input: Tensor, from old: Int, to new: Int, widening: Int, strides: Int, _ prefix: String
    ) -> Tensor {
        guard widening > 1 else {
            let x = convolution(input, new, 3, strides: strides, prefix + "project_conv")
            return activated(
                normalization(x, prefix + "project_bn"), .silu, name: prefix + "project_activation"
            )
        }
        var x = convolution(input, old * widening, 3, strides: strides, prefix + "expand_conv")
        x = activated(
            normalization(x, prefix + "expand_bn"), .silu, name: prefix + "expand_activation")
        return normalization(
            convolution(x, new, 1, prefix + "project_conv"), prefix + "project_bn")
    }

    /// Widens, convolves each channel by itself, and narrows, with a gate.
    private func separated(
        _ input: Tensor, from old: Int, to new: Int, widening: Int, strides: Int, _ prefix: String
    ) -> Tensor {
        var x = convolution(input, old * widening, 1, prefix + "expand_conv")
        x = activated(
            normalization(x, prefix + "expand_bn"), .silu, name: prefix + "expand_activation")
        x = depthwise(
            x, 3, strides: strides, padding: .same, initializer: Self.kernels,
            name: prefix + "dwconv2")
        x = activated(normalization(x, prefix + "bn"), .silu, name: prefix + "activation")
        x = squeezedAndExcited(x, max(1, old / 4), prefix)
        return normalization(
            convolution(x, new, 1, prefix + "project_conv"), prefix + "project_bn")
    }
}
