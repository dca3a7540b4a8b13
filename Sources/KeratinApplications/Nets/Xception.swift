import KeratinCore
import KeratinLayers
import KeratinTensor

/// Separable convolutions with shortcuts (Chollet, 2017). Pictures of 299×299, at least 71×71; preprocessing `tf`.
public final class Xception: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        var net = Architecture(
            name: "xception", defaultSize: 299,
            weights: WeightsFile.ordered(
                "xception", in: "xception",
                ("0a58e3b7378bc2990ea3b43d5981f1f6", "b0042744bf5b25fce3cb969f33bebb97"))
        ) { x, _ in XceptionBlocks.features(x) }
        net.smallestSize = 71
        return net
    }
}

private enum XceptionBlocks {
    static func features(_ input: Tensor) -> Tensor {
        var x = input
        for (index, filters) in [32, 64].enumerated() {
            let name = "block1_conv\(index + 1)"
            x = convolved(x, filters, 3, strides: index == 0 ? 2 : 1, name: name)
            x = activated(normalized(x, axis: -1, name: name + "_bn"), name: name + "_act")
        }
        x = narrowing(x, [128, 128], "block2", beginsActivated: true)
        x = narrowing(x, [256, 256], "block3")
        x = narrowing(x, [728, 728], "block4")
        for number in 5...12 {
            var y = x
            for index in 1...3 {
                let name = "block\(number)_sepconv\(index)"
                y = separable(activated(y, name: name + "_act"), 728, name)
            }
            x = Add()([y, x])
        }
        x = narrowing(x, [728, 1024], "block13")
        for (index, filters) in [1536, 2048].enumerated() {
            let name = "block14_sepconv\(index + 1)"
            x = activated(separable(x, filters, name), name: name + "_act")
        }
        return x
    }

    /// A separable convolution, normalized.
    private static func separable(_ x: Tensor, _ filters: Int, _ name: String) -> Tensor {
        normalized(
            SeparableConv2D(filters, 3, padding: .same, useBias: false, name: name)(x), axis: -1,
            name: name + "_bn")
    }

    /// Two separable convolutions and half of the places, with a shortcut.
    private static func narrowing(
        _ input: Tensor, _ filters: [Int], _ name: String, beginsActivated: Bool = false
    ) -> Tensor {
        let shortcut = normalized(
            convolved(input, filters[1], 1, strides: 2, padding: .same), axis: -1)
        var x = input
        for (index, filters) in filters.enumerated() {
            let name = "\(name)_sepconv\(index + 1)"
            if index > 0 || !beginsActivated { x = activated(x, name: name + "_act") }
            x = separable(x, filters, name)
        }
        x = MaxPooling2D(3, strides: 2, padding: .same, name: name + "_pool")(x)
        return Add()([x, shortcut])
    }
}
