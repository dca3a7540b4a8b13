import KeratinCore
import KeratinLayers
import KeratinTensor

/// Inception's blocks, added to what they are made of (Szegedy et al., 2016). Pictures of 299×299, at least 75×75; preprocessing `tf`.
public final class InceptionResNetV2: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        var net = Architecture(
            name: "inception_resnet_v2", defaultSize: 299,
            weights: WeightsFile.ordered(
                "inception_resnet_v2", in: "inception_resnet_v2",
                ("e693bd0210a403b3192acc6073ad2e96", "d19885ff4a710c122648d3b5c3b684e4"))
        ) { x, _ in InceptionResNetBlocks.features(x) }
        net.smallestSize = 75
        return net
    }
}

private enum InceptionResNetBlocks {
    /// Convolutions one after the other: filters, and the window's extents.
    typealias Branch = [(Int, [Int])]

    private static let fine: [Branch] = [
        [(32, [1])], [(32, [1]), (32, [3])], [(32, [1]), (48, [3]), (64, [3])],
    ]
    private static let middle: [Branch] = [
        [(192, [1])], [(128, [1]), (160, [1, 7]), (192, [7, 1])],
    ]
    private static let wide: [Branch] = [
        [(192, [1])], [(192, [1]), (224, [1, 3]), (256, [3, 1])],
    ]

    static func features(_ input: Tensor) -> Tensor {
        var x = layer(input, 32, [3], strides: 2, .valid)
        x = layer(x, 32, [3], .valid)
        x = layer(x, 64, [3])
        x = MaxPooling2D(3, strides: 2)(x)
        x = layer(x, 80, [1], .valid)
        x = layer(x, 192, [3], .valid)
        x = MaxPooling2D(3, strides: 2)(x)
        let branches = [
            layer(x, 96, [1]), layers(x, [(48, [1]), (64, [5])]),
            layers(x, [(64, [1]), (96, [3]), (96, [3])]),
            layer(AveragePooling2D(3, strides: 1, padding: .same)(x), 64, [1]),
        ]
        x = joined(branches, "mixed_5b")
        for number in 1...10 {
            x = block(x, 0.17, "block35_\(number)", fine)
        }
        x = joined(
            [
                layer(x, 384, [3], strides: 2, .valid),
                layer(layers(x, [(256, [1]), (256, [3])]), 384, [3], strides: 2, .valid),
                MaxPooling2D(3, strides: 2)(x),
            ], "mixed_6a")
        for number in 1...20 {
            x = block(x, 0.1, "block17_\(number)", middle)
        }
        x = joined(
            [
                layer(layer(x, 256, [1]), 384, [3], strides: 2, .valid),
                layer(layer(x, 256, [1]), 288, [3], strides: 2, .valid),
                layer(layers(x, [(256, [1]), (288, [3])]), 320, [3], strides: 2, .valid),
                MaxPooling2D(3, strides: 2)(x),
            ], "mixed_7a")
        for number in 1...10 {
            let scale = number < 10 ? 0.2 : 1.0
            x = block(x, scale, "block8_\(number)", wide, isActivated: number < 10)
        }
        return layer(x, 1536, [1], name: "conv_7b")
    }

    /// A convolution, normalized and activated.
    private static func layer(
        _ x: Tensor, _ filters: Int, _ kernel: [Int], strides: Int = 1,
        _ padding: Window.Padding = .same, name: String? = nil
    ) -> Tensor {
        let y = convolved(x, filters, kernel, strides: strides, padding: padding, name: name)
        return activated(
            normalized(y, scale: false, name: name.map { $0 + "_bn" }),
            name: name.map { $0 + "_ac" })
    }

    private static func layers(_ x: Tensor, _ parts: Branch) -> Tensor {
        parts.reduce(x) { layer($0, $1.0, $1.1) }
    }

    private static func joined(_ branches: [Tensor], _ name: String) -> Tensor {
        Concatenate(axis: 3, name: name)(branches)
    }

    /// Branches side by side, brought to the width of what they are made of, and added to it.
    private static func block(
        _ input: Tensor, _ scale: Double, _ name: String, _ branches: [Branch],
        isActivated: Bool = true
    ) -> Tensor {
        let mixed = joined(branches.map { layers(input, $0) }, name + "_mixed")
        let added = convolved(
            mixed, channels(input), 1, padding: .same, useBias: true, name: name + "_conv")
        let x = CustomScaleLayer(scale)([input, added])
        return isActivated ? activated(x, name: name + "_ac") : x
    }
}
