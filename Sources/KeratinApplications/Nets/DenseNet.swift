import KeratinCore
import KeratinLayers
import KeratinTensor

/// Layers that see all layers before them, 121 deep (Huang et al., 2017). Pictures of 224×224; preprocessing `torch`.
public final class DenseNet121: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .torch }
    override class var architecture: Architecture {
        DenseNet.architecture(
            "densenet121", [6, 12, 24, 16],
            ("9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738"))
    }
}

/// Layers that see all layers before them, 169 deep (Huang et al., 2017). Pictures of 224×224; preprocessing `torch`.
public final class DenseNet169: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .torch }
    override class var architecture: Architecture {
        DenseNet.architecture(
            "densenet169", [6, 12, 32, 32],
            ("d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b"))
    }
}

/// Layers that see all layers before them, 201 deep (Huang et al., 2017). Pictures of 224×224; preprocessing `torch`.
public final class DenseNet201: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .torch }
    override class var architecture: Architecture {
        DenseNet.architecture(
            "densenet201", [6, 12, 48, 32],
            ("1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1"))
    }
}

private enum DenseNet {
    /// How many channels each layer adds.
    static let growth = 32

    static func architecture(
        _ name: String, _ depths: [Int], _ hashes: (String, String)
    ) -> Architecture {
        var net = Architecture(
            name: name, defaultSize: 224, weights: WeightsFile.ordered(name, in: "densenet", hashes)
        ) { x, _ in
            var x = convolved(padded(x, 3), 64, 7, strides: 2, name: "conv1_conv")
            x = ready(x, "conv1_bn", "conv1_relu")
            x = MaxPooling2D(3, strides: 2, name: "pool1")(padded(x, 1))
            for (index, depth) in depths.enumerated() {
                if index > 0 { x = transition(x, "pool\(index + 1)") }
                for number in 1...depth { x = layer(x, "conv\(index + 2)_block\(number)") }
            }
            return ready(x, "bn", "relu")
        }
        net.namesPooling = true
        return net
    }

    private static func ready(_ x: Tensor, _ bn: String, _ relu: String) -> Tensor {
        activated(normalized(x, epsilon: 1.001e-5, name: bn), name: relu)
    }

    private static func layer(_ input: Tensor, _ name: String) -> Tensor {
        var x = ready(input, name + "_0_bn", name + "_0_relu")
        x = convolved(x, 4 * growth, 1, name: name + "_1_conv")
        x = ready(x, name + "_1_bn", name + "_1_relu")
        x = convolved(x, growth, 3, padding: .same, name: name + "_2_conv")
        return Concatenate(axis: 3, name: name + "_concat")([input, x])
    }

    /// Half of the channels and a quarter of the places.
    private static func transition(_ input: Tensor, _ name: String) -> Tensor {
        var x = ready(input, name + "_bn", name + "_relu")
        x = convolved(x, channels(x) / 2, 1, name: name + "_conv")
        return AveragePooling2D(2, strides: 2, name: name + "_pool")(x)
    }
}
