import KeratinCore
import KeratinLayers
import KeratinTensor

/// Nets of one shape in eight sizes (Tan and Le, 2019). Pixels in 0…255: preprocessing stands in the net.
public class EfficientNet: StandardNet {
    class var variant: EfficientNetVariant? { nil }
    override class var architecture: Architecture {
        get throws { try variant?.architecture ?? super.architecture }
    }
}

/// The smallest of the EfficientNets. Pictures of 224×224.
public final class EfficientNetB0: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b0", 1, 1, size: 224, dropout: 0.2,
            ("902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d"))
    }
}

/// Pictures of 240×240.
public final class EfficientNetB1: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b1", 1, 1.1, size: 240, dropout: 0.2,
            ("1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432"))
    }
}

/// Pictures of 260×260.
public final class EfficientNetB2: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b2", 1.1, 1.2, size: 260, dropout: 0.3,
            ("b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39"))
    }
}

/// Pictures of 300×300.
public final class EfficientNetB3: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b3", 1.2, 1.4, size: 300, dropout: 0.3,
            ("ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226"))
    }
}

/// Pictures of 380×380.
public final class EfficientNetB4: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b4", 1.4, 1.8, size: 380, dropout: 0.4,
            ("18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba"))
    }
}

/// Pictures of 456×456.
public final class EfficientNetB5: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b5", 1.6, 2.2, size: 456, dropout: 0.4,
            ("ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f"))
    }
}

/// Pictures of 528×528.
public final class EfficientNetB6: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b6", 1.8, 2.6, size: 528, dropout: 0.5,
            ("165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743"))
    }
}

/// The largest of the EfficientNets. Pictures of 600×600.
public final class EfficientNetB7: EfficientNet {
    override class var variant: EfficientNetVariant? {
        .init(
            "b7", 2, 3.1, size: 600, dropout: 0.5,
            ("8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a"))
    }
}

/// What tells the EfficientNets apart.
struct EfficientNetVariant {
    private static let kernels = EfficientInitializers.kernel
    /// The stages: cells of the window, blocks, channels before and after, how much wider it is inside, strides.
    private static let stages = [
        (3, 1, 32, 16, 1, 1), (3, 2, 16, 24, 6, 2), (5, 2, 24, 40, 6, 2), (3, 3, 40, 80, 6, 2),
        (5, 3, 80, 112, 6, 1), (5, 4, 112, 192, 6, 2), (3, 1, 192, 320, 6, 1),
    ]

    let name: String
    /// Factors of the widths, and of the number of blocks.
    let width: Double
    let depth: Double
    let size: Int
    let dropout: Double
    let hashes: (String, String)

    init(
        _ name: String, _ width: Double, _ depth: Double, size: Int, dropout: Double,
        _ hashes: (String, String)
    ) {
        self.name = "efficientnet\(name)"
        self.width = width
        self.depth = depth
        self.size = size
        self.dropout = dropout
        self.hashes = hashes
    }

    var architecture: Architecture {
        var net = Architecture(
            name: name, defaultSize: size,
            weights: WeightsFile.pair(
                name, "_notop", in: "https://storage.googleapis.com/keras-applications/", hashes)
        ) { x, picture in features(x, isImageNet: picture.isImageNet) }
        net.namesPooling = true
        net.classifier = { efficientClassifier($0, $1, dropout: dropout) }
        return net
    }

    private func filters(_ count: Int) -> Int { multiple(Double(count) * width) }

    private func features(_ input: Tensor, isImageNet: Bool) -> Tensor {
        var x = Normalization(axis: 3)(Rescaling(1 / 255.0)(input))
        if isImageNet {
            // The trained weights have the deviations where the variances belong.
            x = Rescaling([0.229, 0.224, 0.225].map { 1 / $0.squareRoot() })(x)
        }
        x = paddedForStrides(x, kernel: 3, name: "stem_conv_pad")
        x = convolved(
            x, filters(32), 3, strides: 2, initializer: Self.kernels, name: "stem_conv")
        x = activated(normalized(x, name: "stem_bn"), .silu, name: "stem_activation")
        let repeats = Self.stages.map { Int((Double($0.1) * depth).rounded(.up)) }
        let total = Double(repeats.reduce(0, +))
        var number = 0
        for (stage, (kernel, _, before, after, widening, strides)) in Self.stages.enumerated() {
            for index in 0..<repeats[stage] {
                x = block(
                    x, from: filters(index == 0 ? before : after), to: filters(after),
                    kernel: kernel, widening: widening, strides: index == 0 ? strides : 1,
                    dropped: 0.2 * Double(number) / total,
                    "block\(stage + 1)\(blockLetter(index))_")
                number += 1
            }
        }
        x = convolved(
            x, filters(1280), 1, padding: .same, initializer: Self.kernels, name: "top_conv")
        return activated(normalized(x, name: "top_bn"), .silu, name: "top_activation")
    }

    private func block(
        _ input: Tensor, from old: Int, to new: Int, kernel: Int, widening: Int, strides: Int,
        dropped: Double, _ prefix: String
    ) -> Tensor {
        var x = input
        if widening > 1 {
            x = convolved(
                x, old * widening, 1, padding: .same, initializer: Self.kernels,
                name: prefix + "expand_conv")
            x = activated(
                normalized(x, name: prefix + "expand_bn"), .silu,
                name: prefix + "expand_activation")
        }
        if strides == 2 { x = paddedForStrides(x, kernel: kernel, name: prefix + "dwconv_pad") }
        x = depthwise(
            x, kernel, strides: strides, padding: strides == 2 ? .valid : .same,
            initializer: Self.kernels, name: prefix + "dwconv")
        x = activated(normalized(x, name: prefix + "bn"), .silu, name: prefix + "activation")
        x = squeezedAndExcited(x, max(1, old / 4), prefix)
        x = convolved(
            x, new, 1, padding: .same, initializer: Self.kernels, name: prefix + "project_conv")
        x = normalized(x, name: prefix + "project_bn")
        return strides == 1 && old == new
            ? addedUnlessDropped(x, to: input, dropped: dropped, prefix) : x
    }
}
