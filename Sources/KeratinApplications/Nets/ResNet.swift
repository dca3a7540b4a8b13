import KeratinCore
import KeratinLayers
import KeratinTensor

/// Residual blocks, 50 layers (He et al., 2015). Pictures of 224×224; preprocessing `caffe`.
public final class ResNet50: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .caffe }
    override class var architecture: Architecture {
        ResNet.first(
            "resnet50", [3, 4, 6, 3],
            ("2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626"))
    }
}

/// Residual blocks, 101 layers (He et al., 2015). Pictures of 224×224; preprocessing `caffe`.
public final class ResNet101: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .caffe }
    override class var architecture: Architecture {
        ResNet.first(
            "resnet101", [3, 4, 23, 3],
            ("f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21"))
    }
}

/// Residual blocks, 152 layers (He et al., 2015). Pictures of 224×224; preprocessing `caffe`.
public final class ResNet152: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .caffe }
    override class var architecture: Architecture {
        ResNet.first(
            "resnet152", [3, 8, 36, 3],
            ("100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c"))
    }
}

/// Residual blocks that are normalized first, 50 layers (He et al., 2016). Pictures of 224×224; preprocessing `tf`.
public final class ResNet50V2: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        ResNet.second(
            "resnet50v2", [3, 4, 6, 3],
            ("3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917"))
    }
}

/// Residual blocks that are normalized first, 101 layers (He et al., 2016). Pictures of 224×224; preprocessing `tf`.
public final class ResNet101V2: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        ResNet.second(
            "resnet101v2", [3, 4, 23, 3],
            ("6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5"))
    }
}

/// Residual blocks that are normalized first, 152 layers (He et al., 2016). Pictures of 224×224; preprocessing `tf`.
public final class ResNet152V2: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        ResNet.second(
            "resnet152v2", [3, 8, 36, 3],
            ("a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33"))
    }
}

private enum ResNet {
    static let widths = [64, 128, 256, 512]

    static func first(
        _ name: String, _ depths: [Int], _ hashes: (String, String)
    ) -> Architecture {
        net(name, hashes) { x, _ in
            var x = convolution(padded(x, 3, name: "conv1_pad"), 64, 7, strides: 2, "conv1_conv")
            x = activated(normalization(x, "conv1_bn"), name: "conv1_relu")
            x = stem(x)
            for (stage, (depth, width)) in zip(depths, widths).enumerated() {
                for number in 1...depth {
                    x = block(
                        x, width, strides: number == 1 && stage > 0 ? 2 : 1, projects: number == 1,
                        "conv\(stage + 2)_block\(number)")
                }
            }
            return x
        }
    }

    static func second(
        _ name: String, _ depths: [Int], _ hashes: (String, String)
    ) -> Architecture {
        net(name, hashes) { x, _ in
            var x = convolution(padded(x, 3, name: "conv1_pad"), 64, 7, strides: 2, "conv1_conv")
            x = stem(x)
            for (stage, (depth, width)) in zip(depths, widths).enumerated() {
                for number in 1...depth {
                    x = blockOfSecond(
                        x, width, strides: number == depth && stage < 3 ? 2 : 1,
                        projects: number == 1, "conv\(stage + 2)_block\(number)")
                }
            }
            return activated(normalization(x, "post_bn"), name: "post_relu")
        }
    }

    private static func net(
        _ name: String, _ hashes: (String, String),
        _ features: @escaping (Tensor, PictureExtents) throws -> Tensor
    ) -> Architecture {
        var net = Architecture(
            name: name, defaultSize: 224, weights: WeightsFile.ordered(name, in: "resnet", hashes),
            features: features)
        net.namesPooling = true
        return net
    }

    private static func stem(_ x: Tensor) -> Tensor {
        MaxPooling2D(3, strides: 2, name: "pool1_pool")(padded(x, 1, name: "pool1_pad"))
    }

    private static func convolution(
        _ x: Tensor, _ filters: Int, _ kernel: Int, strides: Int = 1,
        padding: Window.Padding = .valid, useBias: Bool = true, _ name: String
    ) -> Tensor {
        convolved(
            x, filters, kernel, strides: strides, padding: padding, useBias: useBias, name: name)
    }

    private static func normalization(_ x: Tensor, _ name: String) -> Tensor {
        normalized(x, epsilon: 1.001e-5, name: name)
    }

    /// Narrows, convolves, widens; a shortcut is added.
    private static func block(
        _ input: Tensor, _ width: Int, strides: Int, projects: Bool, _ name: String
    ) -> Tensor {
        var shortcut = input
        if projects {
            shortcut = convolution(input, 4 * width, 1, strides: strides, name + "_0_conv")
            shortcut = normalization(shortcut, name + "_0_bn")
        }
        var x = convolution(input, width, 1, strides: strides, name + "_1_conv")
        x = activated(normalization(x, name + "_1_bn"), name: name + "_1_relu")
        x = convolution(x, width, 3, padding: .same, name + "_2_conv")
        x = activated(normalization(x, name + "_2_bn"), name: name + "_2_relu")
        x = normalization(convolution(x, 4 * width, 1, name + "_3_conv"), name + "_3_bn")
        return activated(Add(name: name + "_add")([shortcut, x]), name: name + "_out")
    }

    private static func blockOfSecond(
        _ input: Tensor, _ width: Int, strides: Int, projects: Bool, _ name: String
    ) -> Tensor {
        let ready = activated(
            normalization(input, name + "_preact_bn"), name: name + "_preact_relu")
        let shortcut =
            projects
            ? convolution(ready, 4 * width, 1, strides: strides, name + "_0_conv")
            : strides > 1 ? MaxPooling2D(1, strides: strides)(input) : input
        var x = convolution(ready, width, 1, useBias: false, name + "_1_conv")
        x = activated(normalization(x, name + "_1_bn"), name: name + "_1_relu")
        x = padded(x, 1, name: name + "_2_pad")
        x = convolution(x, width, 3, strides: strides, useBias: false, name + "_2_conv")
        x = activated(normalization(x, name + "_2_bn"), name: name + "_2_relu")
        x = convolution(x, 4 * width, 1, name + "_3_conv")
        return Add(name: name + "_out")([shortcut, x])
    }
}
