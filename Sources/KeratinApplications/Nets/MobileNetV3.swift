import KeratinCore
import KeratinLayers
import KeratinTensor

/// MobileNet's third nets, found by a search (Howard et al., 2019): `MobileNetV3Small` and `MobileNetV3Large`.
///
/// Pictures of 224×224 with pixels in 0…255: preprocessing stands in the net.
public class MobileNetV3: StandardNet {
    class var variant: MobileNetV3Variant {
        get throws {
            throw KeratinError(.unavailable, "is no net: its subclasses are", at: "MobileNetV3")
        }
    }
    override class var architecture: Architecture {
        get throws {
            try variant.architecture(
                alpha: 1, minimalistic: false, dropoutRate: 0.2, includePreprocessing: true)
        }
    }

    /// - Parameters:
    ///   - inputShape: the extents of a picture: rows, columns, channels; nil: any size.
    ///   - alpha: a factor of the widths of all layers; 0.75 or 1 with weights of ImageNet.
    ///   - minimalistic: whether the net does without large windows, gates and hard swish.
    ///   - dropoutRate: the part that the classifier drops in training.
    ///   - includePreprocessing: whether the net begins with x / 127.5 − 1.
    ///
    /// The others as in `StandardNet`.
    /// - Throws: `KeratinError` for arguments that do not fit the net or one another, and for weights that cannot be had or do not fit.
    public convenience init(
        inputShape: [Int?]? = nil, alpha: Double = 1, minimalistic: Bool = false,
        includeTop: Bool = true, weights: (any PretrainedWeightsConvertible)? = .imagenet,
        inputTensor: (any TensorConvertible)? = nil, classes: Int = 1000,
        pooling: (any ImagePoolingConvertible)? = nil, dropoutRate: Double = 0.2,
        classifierActivation: (any ActivationConvertible)? = .softmax,
        includePreprocessing: Bool = true, name: String? = nil
    ) throws {
        try self.init(
            Self.variant.architecture(
                alpha: alpha, minimalistic: minimalistic, dropoutRate: dropoutRate,
                includePreprocessing: includePreprocessing),
            ApplicationArguments(
                includeTop, weights, inputTensor, inputShape, pooling, classes,
                classifierActivation, name))
    }
}

/// The smaller of MobileNet's third nets.
public final class MobileNetV3Small: MobileNetV3 {
    override class var variant: MobileNetV3Variant {
        MobileNetV3Variant(
            name: "MobileNetV3Small", kind: "small", lastWidth: 1024,
            blocks: [
                .init(1, 16, 3, 2, gated: true, hard: false),
                .init(72.0 / 16, 24, 3, 2, gated: false, hard: false),
                .init(88.0 / 24, 24, 3, 1, gated: false, hard: false),
                .init(4, 40, 5, 2), .init(6, 40, 5, 1), .init(6, 40, 5, 1), .init(3, 48, 5, 1),
                .init(3, 48, 5, 1), .init(6, 96, 5, 2), .init(6, 96, 5, 1), .init(6, 96, 5, 1),
            ],
            hashes: [
                "small_224_0.75_float": (
                    "cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"
                ),
                "small_224_1.0_float": (
                    "8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"
                ),
                "small_minimalistic_224_1.0_float": (
                    "99cd97fb2fcdad2bf028eb838de69e37", "cde8136e733e811080d9fcd8a252f7e4"
                ),
            ])
    }
}

/// The larger of MobileNet's third nets.
public final class MobileNetV3Large: MobileNetV3 {
    override class var variant: MobileNetV3Variant {
        MobileNetV3Variant(
            name: "MobileNetV3Large", kind: "large", lastWidth: 1280,
            blocks: [
                .init(1, 16, 3, 1, gated: false, hard: false),
                .init(4, 24, 3, 2, gated: false, hard: false),
                .init(3, 24, 3, 1, gated: false, hard: false),
                .init(3, 40, 5, 2, hard: false), .init(3, 40, 5, 1, hard: false),
                .init(3, 40, 5, 1, hard: false), .init(6, 80, 3, 2, gated: false),
                .init(2.5, 80, 3, 1, gated: false), .init(2.3, 80, 3, 1, gated: false),
                .init(2.3, 80, 3, 1, gated: false), .init(6, 112, 3, 1), .init(6, 112, 3, 1),
                .init(6, 160, 5, 2), .init(6, 160, 5, 1), .init(6, 160, 5, 1),
            ],
            hashes: [
                "large_224_0.75_float": (
                    "765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"
                ),
                "large_224_1.0_float": (
                    "59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"
                ),
                "large_minimalistic_224_1.0_float": (
                    "675e7b876c45c57e9e63e6d90a36599c", "ec5221f64a2f6d1ef965a614bdae7973"
                ),
            ])
    }
}

/// What tells MobileNet's third nets apart.
struct MobileNetV3Variant {
    struct Block {
        /// How much wider it is inside.
        let expansion: Double
        let filters: Int
        /// The side of the window, of nets that are not minimalistic.
        let kernel: Int
        let strides: Int
        /// Whether a gate weighs the channels, of nets that are not minimalistic.
        let isGated: Bool
        /// Whether the activation is hard swish, of nets that are not minimalistic.
        let isHard: Bool

        init(
            _ expansion: Double, _ filters: Int, _ kernel: Int, _ strides: Int, gated: Bool = true,
            hard: Bool = true
        ) {
            self.expansion = expansion
            self.filters = filters
            self.kernel = kernel
            self.strides = strides
            isGated = gated
            isHard = hard
        }
    }

    let name: String
    let kind: String
    let lastWidth: Int
    let blocks: [Block]
    let hashes: [String: (String, String)]

    func architecture(
        alpha: Double, minimalistic: Bool, dropoutRate: Double, includePreprocessing: Bool
    ) throws -> Architecture {
        try Width.check(alpha)
        let building = Building(isHard: !minimalistic)
        var net = Architecture(
            name: name, defaultSize: 224,
            weights: { arguments, _ in
                try Width.check(alpha, among: minimalistic ? [1] : [0.75, 1])
                let stem = "\(kind)\(minimalistic ? "_minimalistic" : "")_224_\(alpha)_float"
                let hash = hashes[stem]
                return arguments.includeTop
                    ? WeightsFile(
                        "weights_mobilenet_v3_\(stem).h5", in: "mobilenet_v3", hash: hash?.0)
                    : WeightsFile(
                        "weights_mobilenet_v3_\(stem)_no_top_v2.h5", in: "mobilenet_v3",
                        hash: hash?.1)
            },
            features: { x, _ in
                features(x, alpha, building, includePreprocessing: includePreprocessing)
            })
        net.namesPooling = true
        net.classifierNeedsExtents = false
        net.classifier = { x, arguments in
            var x = GlobalAveragePooling2D(keepDimensions: true)(x)
            let width = alpha > 1 ? multiple(Double(lastWidth) * alpha) : lastWidth
            x = convolved(x, width, 1, padding: .same, useBias: true, name: "conv_2")
            x = building.activated(x)
            if dropoutRate > 0 { x = Dropout(dropoutRate)(x) }
            x = convolved(x, arguments.classes, 1, padding: .same, useBias: true, name: "logits")
            return activated(
                Flatten()(x), arguments.classifierActivation ?? .linear, name: "predictions")
        }
        return net
    }

    private func features(
        _ input: Tensor, _ alpha: Double, _ building: Building, includePreprocessing: Bool
    ) -> Tensor {
        var x = includePreprocessing ? Rescaling(1 / 127.5, offset: -1)(input) : input
        x = convolved(x, 16, 3, strides: 2, padding: .same, name: "conv")
        x = building.activated(building.normalization(x, "conv_bn"))
        for (number, block) in blocks.enumerated() {
            x = building.block(
                x, block, filters: multiple(Double(block.filters) * alpha), number)
        }
        x = convolved(
            x, multiple(Double(channels(x)) * 6), 1, padding: .same, name: "conv_1")
        return building.activated(building.normalization(x, "conv_1_bn"))
    }

    /// The pieces of the net, minimalistic or not.
    private struct Building {
        /// Whether there are hard swishes, gates and windows of 5×5.
        let isHard: Bool

        func activated(_ x: Tensor, hard: Bool = true) -> Tensor {
            isHard && hard ? Activation(.hardSwish)(x) : ReLU()(x)
        }

        func normalization(_ x: Tensor, _ name: String) -> Tensor {
            normalized(x, axis: -1, momentum: 0.999, name: name)
        }

        func block(_ input: Tensor, _ block: Block, filters: Int, _ number: Int) -> Tensor {
            let prefix = number == 0 ? "expanded_conv_" : "expanded_conv_\(number)_"
            let inside = multiple(Double(channels(input)) * block.expansion)
            let kernel = isHard ? block.kernel : 3
            var x = input
            if number > 0 {
                x = convolved(x, inside, 1, padding: .same, name: prefix + "expand")
                x = activated(normalization(x, prefix + "expand_bn"), hard: block.isHard)
            }
            if block.strides == 2 {
                x = paddedForStrides(x, kernel: kernel, name: prefix + "depthwise_pad")
            }
            x = depthwise(
                x, kernel, strides: block.strides, padding: block.strides == 1 ? .same : .valid,
                name: prefix + "depthwise")
            x = activated(normalization(x, prefix + "depthwise_bn"), hard: block.isHard)
            if isHard, block.isGated { x = gated(x, inside, prefix + "squeeze_excite_") }
            x = convolved(x, filters, 1, padding: .same, name: prefix + "project")
            x = normalization(x, prefix + "project_bn")
            return block.strides == 1 && channels(input) == filters
                ? Add(name: prefix + "add")([input, x]) : x
        }

        /// Weighs the channels by what they are over the whole picture.
        private func gated(_ input: Tensor, _ filters: Int, _ prefix: String) -> Tensor {
            var x = GlobalAveragePooling2D(keepDimensions: true, name: prefix + "avg_pool")(input)
            x = convolved(
                x, multiple(Double(filters) * 0.25), 1, padding: .same, useBias: true,
                name: prefix + "conv")
            x = ReLU(name: prefix + "relu")(x)
            x = convolved(
                x, filters, 1, padding: .same, useBias: true, name: prefix + "conv_1")
            x = ReLU(maximum: 6)(x + 3.0) * (1.0 / 6)
            return Multiply(name: prefix + "mul")([input, x])
        }
    }
}
