import Foundation
import Keratin
import KeratinApplications
import KeratinIO
import KeratinLayers
import Testing

/// The nets of keras.applications are Keras's.
@Suite("Nets of pictures") struct ApplicationTests {
    /// The nets with arguments of their own, as `VARIANTS` of the script has them.
    private static let variants: [String: @Sendable () throws -> PretrainedModel] = [
        "MobileNet narrow": {
            try MobileNet(
                inputShape: [64, 48, 3], alpha: 0.25, depthMultiplier: 2, weights: nil, classes: 7)
        },
        "MobileNet without a classifier": {
            try MobileNet(
                inputShape: [128, 128, 1], includeTop: false, weights: nil, pooling: .max)
        },
        "MobileNetV2 narrow": {
            try MobileNetV2(inputShape: [96, 96, 3], alpha: 0.35, weights: nil)
        },
        "MobileNetV2 wide": { try MobileNetV2(alpha: 1.4, includeTop: false, weights: nil) },
        "MobileNetV3Small minimalistic": {
            try MobileNetV3Small(minimalistic: true, weights: nil, includePreprocessing: false)
        },
        "MobileNetV3Large wide": {
            try MobileNetV3Large(
                inputShape: [65, 33, 3], alpha: 1.25, weights: nil, dropoutRate: 0)
        },
        "EfficientNetV2S without preprocessing": {
            try EfficientNetV2S(includeTop: false, weights: nil, includePreprocessing: false)
        },
        "EfficientNetV2B0 grey": {
            try EfficientNetV2B0(weights: nil, inputShape: [40, 40, 1], classes: 3)
        },
        "ConvNeXtTiny named": {
            try ConvNeXtTiny(includeTop: false, weights: nil, pooling: "avg", name: "other")
        },
        "NASNetMobile without a classifier": {
            try NASNetMobile(includeTop: false, weights: nil)
        },
        "EfficientNetB1 without a classifier": {
            try EfficientNetB1(
                includeTop: false, weights: nil, inputShape: [33, 64, 3], pooling: .avg)
        },
    ]

    /// A line for each layer: its class, its name (a star for automatic ones) and the shapes of its weights.
    private func digest(_ model: Model) -> String {
        var text = ""
        for layer in model.layers {
            let kind = type(of: layer).className
            let name = layer.name.replacing(/_\d+$/, with: "")
            let isAutomatic = [name, layer.name].contains(AutomaticNames.snake(kind))
            let shapes = layer.weights.map { weight in
                weight.shape.dimensions.map(String.init).joined(separator: ",")
            }.joined(separator: ";")
            text += "\(kind)|\(isAutomatic ? "*" : layer.name)|\(shapes)\n"
        }
        return SHA256.hex(Array(text.utf8))
    }

    @Test("Layers, names, shapes and numbers of weights of all nets")
    func structures() throws {
        #expect(ApplicationGoldens.all.nets.count == Applications.names.count + Self.variants.count)
        for golden in ApplicationGoldens.all.nets {
            // Without first values, of which there are two billion.
            let model = try UnsetVariables.$current.withValue(UnsetVariables()) {
                try Self.variants[golden.name]?()
                    ?? Applications.named(golden.name).init(weights: nil)
            }
            #expect(model.name == golden.model)
            #expect(model.parameterCount == golden.parameters, "\(golden.name)")
            let trainable = model.trainableWeights.map(\.shape.count).reduce(0, +)
            #expect(trainable == golden.trainable, "\(golden.name)")
            #expect(model.layers.count == golden.layers, "\(golden.name)")
            #expect(model.inputShape == golden.input, "\(golden.name)")
            #expect(model.outputShape == golden.output, "\(golden.name)")
            #expect(digest(model) == golden.digest, "\(golden.name)")
        }
    }

    /// The nets that predict, as `PREDICTING` of the script has them.
    private static let predicting: [String: @Sendable () throws -> PretrainedModel] = [
        "MobileNet": {
            try MobileNet(
                inputShape: [33, 33, 3], alpha: 0.25, weights: nil, classes: 5,
                classifierActivation: nil)
        },
        "MobileNetV2": {
            try MobileNetV2(
                inputShape: [33, 33, 3], alpha: 0.35, weights: nil, classes: 5,
                classifierActivation: nil)
        },
        "MobileNetV3Small": {
            try MobileNetV3Small(
                inputShape: [33, 33, 3], alpha: 0.75, weights: nil, classes: 5,
                classifierActivation: nil)
        },
        "MobileNetV3Large": {
            try MobileNetV3Large(
                inputShape: [33, 33, 3], alpha: 0.5, minimalistic: true, weights: nil, classes: 5,
                classifierActivation: nil)
        },
    ]

    /// Weights by the formula of the script.
    private func fill(_ model: Model) throws {
        try model.setWeights(
            model.weights.enumerated().map { number, weight in
                let shape = weight.shape.dimensions
                let kind = weight.name
                if kind == "count" { return weight.tensor }
                let inputs =
                    shape.count == 4 && shape[3] == 1
                    ? shape[0] * shape[1] : shape.dropLast().reduce(1, *)
                let scale = (7 / Double(inputs)).squareRoot()
                let values = (0..<weight.shape.count).map { index -> Float in
                    let wave =
                        43758.5453 * sin(12.9898 * Double(index) + 78.233 * Double(number + 1))
                    let noise = 2 * (wave - wave.rounded(.down)) - 1
                    if kind.hasSuffix("kernel") { return Float(noise * scale) }
                    if ["gamma", "moving_variance", "variance"].contains(kind) {
                        return Float(1 + 0.1 * noise)
                    }
                    return Float(0.1 * noise)
                }
                return NDArray(values, shape: weight.shape)
            })
    }

    @Test("Predictions with weights by a formula", arguments: Backends.names)
    func predictions(_ backend: String) throws {
        let pixels = (0..<(2 * 33 * 33 * 3)).map { index -> Float in
            let i = Double(index)
            return Float(127 + 120 * sin(0.9 * i + (i / 100) * (i / 100)))
        }
        let x = NDArray(pixels, shape: [2, 33, 33, 3])
        // OpenCL compiles a program for each net, which takes its time: it runs two of them here, and all in `make interop`.
        let goldens = ApplicationGoldens.all.predictions.filter {
            backend == "cpu" || ["MobileNetV2", "MobileNetV3Small"].contains($0.net)
        }
        for golden in goldens {
            try withBackend(BackendChoice(backend)) {
                let model =
                    try Self.predicting[golden.net]?()
                    ?? Applications.named(golden.net).init(
                        weights: nil, inputShape: [33, 33, 3], classes: 5, classifierActivation: nil
                    )
                try fill(model)
                let y = try model.predict(x).floats()
                let largest = golden.y.map(abs).max() ?? 0
                let allowed = max(1e-4 * largest, 2 * golden.rounding)
                for (ours, theirs) in zip(y, golden.y) {
                    #expect(abs(ours - theirs) <= allowed, "\(golden.net) \(ours) \(theirs)")
                }
            }
        }
    }

    @Test("Files: Functional, with Keras's names, read again with the same predictions")
    func files() throws {
        let folder = try TemporaryFolder()
        let model = try ConvNeXtTiny(
            weights: nil, inputShape: [32, 32, 3], classes: 4, classifierActivation: nil)
        let x = NDArray.ones([1, 32, 32, 3])
        try model.save(folder.path("net.keras"))
        let again = try loadModel(folder.path("net.keras"))
        #expect(type(of: again) == Model.self && again.name == "convnext_tiny")
        #expect(try again.predict(x).floats() == model.predict(x).floats())
        try model.saveWeights(folder.path("net.weights.h5"))
        let third = try ConvNeXtTiny(
            weights: folder.path("net.weights.h5"), includeTop: true, inputShape: [32, 32, 3],
            classes: 4, classifierActivation: nil)
        #expect(try third.predict(x).floats() == model.predict(x).floats())
        let clone = try cloneModel(model)
        #expect(type(of: clone) == Model.self && clone.parameterCount == model.parameterCount)
    }

    @Test("A net inside of a model: on a tensor, frozen, trained behind it")
    func inside() throws {
        let image = Input(shape: [32, 32, 3])
        let base = try MobileNetV2(
            inputShape: [32, 32, 3], alpha: 0.35, includeTop: false, weights: nil, pooling: .avg)
        base.trainable = false
        let features = base(MobileNetV2.preprocessInput(image), training: false)
        let model = try Model(inputs: image, outputs: Dense(2, activation: .softmax)(features))
        #expect(model.trainableWeights.count == 2)
        try model.compile(optimizer: .adam, loss: .sparseCategoricalCrossentropy)
        let before = try base.weights[0].tensor.floats()
        try model.fit(
            NDArray.ones([4, 32, 32, 3]), NDArray([0, 1, 0, 1] as [Int32], shape: [4]), epochs: 1,
            verbose: 0)
        #expect(try base.weights[0].tensor.floats() == before)
        // Behind a tensor of a graph the model begins with that graph's inputs.
        let behind = try VGG16(
            includeTop: false, weights: nil, inputTensor: Rescaling(1 / 255.0)(image))
        #expect(behind.inputShape == [nil, 32, 32, 3])
        #expect(behind.layers.count == 20)
    }

    @Test("Orders of arguments that people write")
    func orders() throws {
        let made: [PretrainedModel] = [
            try MobileNet(weights: nil, includeTop: false, inputShape: [32, 32, 3]),
            try MobileNet(inputShape: [32, 32, 3], includeTop: false, weights: nil),
            try MobileNet(weights: nil, inputShape: [32, 32, 3], includeTop: false),
            try MobileNet(includeTop: false, weights: nil, inputShape: [32, 32, 3]),
            try MobileNet(includeTop: false, inputShape: [32, 32, 3], weights: nil),
            try MobileNet(inputShape: [32, 32, 3], weights: nil, includeTop: false),
            try MobileNetV2(weights: nil, includeTop: false, inputShape: [32, 32, 3]),
            try MobileNetV3Small(weights: nil, includeTop: false, inputShape: [32, 32, 3]),
            try EfficientNetB0(weights: nil, includeTop: false, inputShape: [32, 32, 3]),
        ]
        for model in made {
            #expect(model.inputShape == [nil, 32, 32, 3])
            #expect(model.outputShape?.count == 4)
        }
    }

    @Test("Mistakes are worded")
    func mistakes() throws {
        func refused(_ words: String, _ body: () throws -> PretrainedModel) {
            #expect {
                _ = try body()
            } throws: {
                let text = "\($0)"
                #expect(text.contains(words), "\(text)")
                return $0 is KeratinError
            }
        }
        refused("1000 classes") { try VGG16(classes: 10) }
        refused("at least 32") { try ResNet50(weights: nil, inputShape: [31, 40, 3]) }
        refused("at least 75") {
            try InceptionV3(includeTop: false, weights: nil, inputShape: [74, 80, 3])
        }
        refused("must be known") { try ResNet50(weights: nil, inputShape: [nil, nil, 3]) }
        refused("three extents") { try ResNet50(weights: nil, inputShape: [224, 224]) }
        refused("3 channels") { try ResNet50(includeTop: false, inputShape: [224, 224, 1]) }
        refused("(224, 224, 3)") { try ResNet50(inputShape: [100, 100, 3]) }
        refused("there is no such file") { try ResNet50(weights: "nowhere.h5") }
        refused("pooling") { try ResNet50(includeTop: false, weights: nil, pooling: "mean") }
        refused("softmax or none") { try ResNet50(classifierActivation: .relu) }
        refused("alpha") { try MobileNet(alpha: 0, weights: nil) }
        refused("alpha") { try MobileNetV2(alpha: .nan, weights: nil) }
        refused("0.35, 0.5") { try MobileNetV2(alpha: 0.9) }
        refused("classes") { try VGG16(weights: nil, classes: 0) }
        refused("no tensor of a graph") {
            try VGG16(includeTop: false, weights: nil, inputTensor: NDArray.ones([1, 32, 32, 3]))
        }
        #expect(throws: KeratinError.self) { try Applications.named("resnet51") }
    }

    @Test("Preprocessing")
    func preprocessing() throws {
        let x = NDArray([0, 127.5, 255] as [Float], shape: [1, 1, 1, 3])
        #expect(try MobileNetV2.preprocessInput(x).floats() == [-1, 0, 1])
        let caffe = try ResNet50.preprocessInput(x).floats()
        for (ours, right) in zip(caffe, [255 - 103.939, 127.5 - 116.779, -123.68]) {
            #expect(abs(ours - Float(right)) < 1e-4)
        }
        let torch = try DenseNet121.preprocessInput(x).floats()
        for (ours, right) in zip(torch, [-0.485 / 0.229, 0.044 / 0.224, 0.594 / 0.225]) {
            #expect(abs(ours - Float(right)) < 1e-5)
        }
        #expect(try EfficientNetB0.preprocessInput(x).floats() == [0, 127.5, 255])
        let first = NDArray([0, 127.5, 255] as [Float], shape: [3, 1, 1])
        #expect(
            try ResNet50.preprocessInput(first, dataFormat: .channelsFirst).floats() == caffe)
        #expect(
            try ResNet50.preprocessInput(NDArray([1, 2, 3] as [Int32], shape: [1, 1, 3])).floats()[
                2]
                == 1 - 123.68)
        #expect(throws: KeratinError.self) {
            try ResNet50.preprocessInput(NDArray.ones([3])).check()
        }
    }
}
