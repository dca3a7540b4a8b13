import KeratinCore
import KeratinLayers
import KeratinTensor

/// Blocks of convolutions of several sizes side by side (Szegedy et al., 2015). Pictures of 299×299, at least 75×75; preprocessing `tf`.
public final class InceptionV3: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        var net = Architecture(
            name: "inception_v3", defaultSize: 299,
            weights: WeightsFile.ordered(
                "inception_v3", in: "inception_v3",
                ("9a0d58056eeedaa3f26cb7ebd46da564", "bcbd6486424b2319ff4ef7d526e38f63"))
        ) { x, _ in InceptionBlocks.features(x) }
        net.smallestSize = 75
        return net
    }
}

private enum InceptionBlocks {
    static func features(_ input: Tensor) -> Tensor {
        var x = layer(input, 32, [3, 3], strides: 2, .valid)
        x = layer(x, 32, [3, 3], .valid)
        x = layer(x, 64, [3, 3])
        x = MaxPooling2D(3, strides: 2)(x)
        x = layer(x, 80, [1, 1], .valid)
        x = layer(x, 192, [3, 3], .valid)
        x = MaxPooling2D(3, strides: 2)(x)
        for (index, pooled) in [32, 64, 64].enumerated() { x = fine(x, pooled, "mixed\(index)") }
        x = firstReduction(x)
        for (index, width) in [128, 160, 160, 192].enumerated() {
            x = long(x, width, "mixed\(index + 4)")
        }
        x = secondReduction(x)
        for index in 0..<2 { x = wide(x, index) }
        return x
    }

    /// A convolution, normalized and activated.
    private static func layer(
        _ x: Tensor, _ filters: Int, _ kernel: [Int], strides: Int = 1,
        _ padding: Window.Padding = .same
    ) -> Tensor {
        activated(
            normalized(
                convolved(x, filters, kernel, strides: strides, padding: padding), scale: false))
    }

    private static func layers(_ x: Tensor, _ parts: [(Int, [Int])]) -> Tensor {
        parts.reduce(x) { layer($0, $1.0, $1.1) }
    }

    private static func averaged(_ x: Tensor, _ filters: Int) -> Tensor {
        layer(AveragePooling2D(3, strides: 1, padding: .same)(x), filters, [1, 1])
    }

    private static func joined(_ branches: [Tensor], _ name: String? = nil) -> Tensor {
        Concatenate(axis: 3, name: name)(branches)
    }

    private static func fine(_ x: Tensor, _ pooled: Int, _ name: String) -> Tensor {
        joined(
            [
                layer(x, 64, [1, 1]), layers(x, [(48, [1, 1]), (64, [5, 5])]),
                layers(x, [(64, [1, 1]), (96, [3, 3]), (96, [3, 3])]), averaged(x, pooled),
            ], name)
    }

    private static func firstReduction(_ x: Tensor) -> Tensor {
        let narrow = layer(x, 384, [3, 3], strides: 2, .valid)
        let double = layers(x, [(64, [1, 1]), (96, [3, 3])])
        return joined(
            [
                narrow, layer(double, 96, [3, 3], strides: 2, .valid),
                MaxPooling2D(3, strides: 2)(x),
            ], "mixed3")
    }

    /// Convolutions of seven cells in one direction, then in the other.
    private static func long(_ x: Tensor, _ width: Int, _ name: String) -> Tensor {
        joined(
            [
                layer(x, 192, [1, 1]),
                layers(x, [(width, [1, 1]), (width, [1, 7]), (192, [7, 1])]),
                layers(
                    x,
                    [
                        (width, [1, 1]), (width, [7, 1]), (width, [1, 7]), (width, [7, 1]),
                        (192, [1, 7]),
                    ]), averaged(x, 192),
            ], name)
    }

    private static func secondReduction(_ x: Tensor) -> Tensor {
        let narrow = layer(layer(x, 192, [1, 1]), 320, [3, 3], strides: 2, .valid)
        let long = layers(x, [(192, [1, 1]), (192, [1, 7]), (192, [7, 1])])
        return joined(
            [
                narrow, layer(long, 192, [3, 3], strides: 2, .valid),
                MaxPooling2D(3, strides: 2)(x),
            ],
            "mixed8")
    }

    /// Both directions side by side.
    private static func wide(_ x: Tensor, _ index: Int) -> Tensor {
        let single = layer(x, 320, [1, 1])
        let split = layer(x, 384, [1, 1])
        let first = joined(
            [layer(split, 384, [1, 3]), layer(split, 384, [3, 1])], "mixed9_\(index)")
        let double = layers(x, [(448, [1, 1]), (384, [3, 3])])
        let second = joined([layer(double, 384, [1, 3]), layer(double, 384, [3, 1])])
        return joined([single, first, second, averaged(x, 192)], "mixed\(9 + index)")
    }
}
