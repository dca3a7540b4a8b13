import KeratinCore
import KeratinLayers
import KeratinTensor

/// 16 layers of small convolutions and dense ones (Simonyan and Zisserman, 2014). Pictures of 224×224; preprocessing `caffe`.
public final class VGG16: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .caffe }
    override class var architecture: Architecture {
        VGG.architecture(
            "vgg16", [2, 2, 3, 3, 3],
            ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc"))
    }
}

/// 19 layers of small convolutions and dense ones (Simonyan and Zisserman, 2014). Pictures of 224×224; preprocessing `caffe`.
public final class VGG19: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .caffe }
    override class var architecture: Architecture {
        VGG.architecture(
            "vgg19", [2, 2, 4, 4, 4],
            ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6"))
    }
}

private enum VGG {
    static func architecture(
        _ name: String, _ depths: [Int], _ hashes: (String, String)
    ) -> Architecture {
        var net = Architecture(
            name: name, defaultSize: 224, weights: WeightsFile.ordered(name, in: name, hashes)
        ) { x, _ in
            var x = x
            for (index, (depth, filters)) in zip(depths, [64, 128, 256, 512, 512]).enumerated() {
                for number in 1...depth {
                    x = Conv2D(
                        filters, 3, padding: .same, activation: .relu,
                        name: "block\(index + 1)_conv\(number)")(x)
                }
                x = MaxPooling2D(2, strides: 2, name: "block\(index + 1)_pool")(x)
            }
            return x
        }
        net.classifier = { x, arguments in
            var x = Flatten(name: "flatten")(x)
            x = Dense(4096, activation: .relu, name: "fc1")(x)
            x = Dense(4096, activation: .relu, name: "fc2")(x)
            return Dense(
                arguments.classes, activation: arguments.classifierActivation, name: "predictions")(
                    x)
        }
        return net
    }
}
