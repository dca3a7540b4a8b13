import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import Testing

/// Layers in all the ways in which people write them.
@Suite("Spellings of layers") struct LayerSpellingTests {
    /// The arguments without the name.
    private func config(_ layer: Layer) throws -> String {
        var config = try layer.getConfig()
        config["name"] = nil
        return JSON.encode(.object(config))
    }

    private func same(_ layers: Layer..., line: Int = #line) throws {
        for layer in layers { #expect(try config(layer) == config(layers[0]), "line \(line)") }
    }

    @Test func argumentsByPositionAndByName() throws {
        try same(
            Conv2D(32, 3), Conv2D(32, kernelSize: 3), Conv2D(filters: 32, kernelSize: [3, 3]),
            Convolution2D(32, [3, 3]))
        try same(
            Conv2D(8, 3, strides: 2, padding: .same, activation: .relu),
            Conv2D(8, 3, strides: 2, padding: "same", activation: "relu"),
            Conv2D(8, 3, activation: "relu", strides: 2, padding: "same"),
            Conv2D(8, kernelSize: 3, strides: 2, padding: "SAME", activation: .relu))
        try same(
            Conv2D(64, 3, activation: "relu", padding: "same"),
            Conv2D(64, 3, padding: .same, activation: .relu))
        try same(
            Conv2DTranspose(32, 4, strides: 2, padding: .same, activation: .relu),
            Conv2DTranspose(32, 4, activation: "relu", strides: 2, padding: "same"),
            Convolution2DTranspose(
                filters: 32, kernelSize: 4, strides: 2, padding: .same, activation: .relu))
        try same(
            SeparableConv2D(8, 3, activation: "relu", padding: "same"),
            SeparableConvolution2D(8, kernelSize: 3, padding: .same, activation: .relu))
        try same(
            MaxPooling2D(2), MaxPooling2D([2, 2]), MaxPool2D(), MaxPooling2D(poolSize: 2),
            MaxPool2D(2, padding: "valid"))
        try same(AvgPool1D(3), AveragePooling1D(poolSize: 3))
        try same(GlobalAvgPool2D(), GlobalAveragePooling2D(dataFormat: "channels_last"))
        try same(Dense(3), Dense(units: 3), Dense(3, "linear"), Dense(3, activation: .linear))
        try same(
            LSTM(4, dropout: 0.2, returnSequences: true),
            LSTM(4, returnSequences: true, dropout: 0.2))
        try same(Dense(3), Dense(3, activation: nil))
        try same(
            Conv2D(8, 3, strides: 2, activation: "relu", padding: "same"),
            Conv2D(8, 3, padding: "same", strides: 2, activation: "relu"),
            Conv2D(8, kernelSize: 3, activation: "relu", strides: 2, padding: "same"))
        try same(GlobalMaxPool2D(keepDims: true), GlobalMaxPooling2D(keepDimensions: true))
        try same(LSTM(4), LSTM(units: 4))
        try same(GRU(4), GRU(units: 4))
        try same(SimpleRNN(4), SimpleRNN(units: 4))
        try same(Embedding(100, 8), Embedding(inputDim: 100, outputDim: 8))
        try same(
            Embedding(20, 4, maskZero: true), Embedding(inputDim: 20, outputDim: 4, maskZero: true))
        try same(Dropout(0.5), Dropout(rate: 0.5))
        try same(Reshape([4, 1]), Reshape(targetShape: [4, 1]))
        try same(LeakyReLU(0.2), LeakyReLU(negativeSlope: 0.2))
        try same(ReLU(6), ReLU(maxValue: 6), ReLU(maximum: 6))
        try same(UpSampling2D(2), UpSampling2D([2, 2], interpolation: "nearest"))
        try same(ZeroPadding2D(1), ZeroPadding2D(padding: 1))
        try same(
            Bidirectional(LSTM(2, name: "l"), mergeMode: "sum"),
            Bidirectional(LSTM(2, name: "l"), mergeMode: .sum))
        try same(Input(3), Input(shape: 3), Input(shape: [3]), Input([3]))
    }

    @Test func namesInVariables() throws {
        for name in ["relu", "tanh"] {
            try same(
                Dense(3, activation: name), Dense(3, activation: ActivationFunction(name)),
                Dense(3, activation: Activation(name)))
        }
        let (start, penalty, bound) = ("he_normal", "l2", "unit_norm")
        try same(
            Dense(3, kernelInitializer: start, kernelRegularizer: penalty, kernelConstraint: bound),
            Dense(
                3, kernelInitializer: .heNormal, kernelRegularizer: .l2, kernelConstraint: .unitNorm
            ),
            Dense(
                3, kernelInitializer: .heNormal(), kernelRegularizer: .l2(),
                kernelConstraint: .unitNorm()),
            Dense(
                3, kernelInitializer: HeNormal(), kernelRegularizer: L2(0.01),
                kernelConstraint: UnitNorm()),
            Dense(
                3, kernelInitializer: "HeNormal", kernelRegularizer: .l2(0.01),
                kernelConstraint: "UnitNorm"))
    }

    @Test("Names that are not known throw with the nearest") func mistakes() throws {
        func message(_ layer: Layer, _ shape: [Int?]) -> String {
            words { try layer.buildIfNeeded(inputShape: shape) }
        }
        try withBackend(.cpu) {
            #expect(message(Conv2D(2, 3, padding: "sane"), [nil, 8, 8, 1]).contains("'same'"))
            #expect(
                message(Conv2D(2, 3, dataFormat: "channel_first"), [nil, 8, 8, 1]).contains(
                    "'channels_first'"))
            #expect(
                message(MaxPooling2D(2, padding: "vallid"), [nil, 8, 8, 1]).contains("'valid'"))
            #expect(
                message(UpSampling2D(2, interpolation: "bilinar"), [nil, 8, 8, 1]).contains(
                    "'bilinear'"))
            #expect(
                message(Bidirectional(LSTM(2), mergeMode: "cancat"), [nil, 4, 2]).contains(
                    "'concat'"))
            #expect(
                message(Flatten(dataFormat: "channels_lost"), [nil, 4, 2]).contains(
                    "'channels_last'"))
            #expect(message(Dense(2, activation: "reluu"), [nil, 2]).contains("'relu'"))
            #expect(
                message(Dense(2, kernelInitializer: "he_norml"), [nil, 2]).contains("'he_normal'"))
            // What is wrong is not saved as something else.
            #expect(throws: KeratinError.self) { try Conv2D(2, 3, padding: "sane").serialized() }
        }
    }

    @Test(
        "A layer in the place of a function, and functions of one's own", arguments: Backends.names)
    func functions(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let x = Tensor([1, -1], shape: [2, 1])
            let leaky = Dense(1, activation: LeakyReLU(0.5), kernelInitializer: "ones")
            #expect(try leaky(x).floats() == [1, -0.5])
            #expect(try leaky.getConfig()["activation"]?["class_name"] == "LeakyReLU")
            #expect(try Activation(doubled)(x).floats() == [2, -2])
            #expect(try Activation { try $0 * 3 }(x).floats() == [3, -3])
            #expect(throws: KeratinError.self) { try Activation(doubled).getConfig() }
        }
    }

    @Test("A first layer may say what it is fed") func inputShapes() throws {
        try withBackend(.cpu) {
            for first in [
                Dense(3, inputShape: [4]), Dense(3, inputDim: 4),
                Dense(3, activation: .tanh, inputShape: [4]),
                Dense(3, inputShape: [4], activation: .tanh),
                Dense(3, inputDim: 4, activation: "tanh"),
            ] {
                let model = try Sequential([first, Dense(1)])
                #expect(model.isBuilt && model.inputShape == [nil, 4] && model.countParams() == 19)
                #expect(first.units == 3)
            }
            let images = try Sequential {
                Conv2D(2, 3, activation: "relu", inputShape: [8, 8, 1])
                Flatten()
            }
            #expect(images.outputShape == [nil, 72])
            #expect(try Sequential([Flatten(inputShape: [2, 3]), Dense(1)]).countParams() == 7)
            #expect(try Sequential([LSTM(2, inputShape: [nil, 3])]).outputShape == [nil, 2])
            // Only the first layer is asked.
            #expect(try !Sequential([Flatten(), Dense(3, inputShape: [4])]).isBuilt)
            // What does not fit leaves nothing.
            let empty = Sequential()
            #expect(throws: KeratinError.self) { try empty.add(Conv2D(2, 3, inputShape: [4])) }
            #expect(empty.layers.isEmpty && empty.inputShape == nil)
        }
    }

    @Test("Code registered under a name is found by it") func registered() throws {
        try withBackend(.cpu) {
            CustomObjects.register("spelled_double", activation: doubled)
            CustomObjects.register("spelled_loss", loss: { t, p in (t - p) * 3 })
            CustomObjects.register("spelled_metric", metric: { t, p in (t - p) * 5 })
            let model = try Sequential([
                Input(1), Dense(1, activation: "spelled_double", kernelInitializer: "ones"),
            ])
            try model.compile("sgd", "spelled_loss", ["spelled_metric"])
            let x = NDArray([1, 2] as [Float], shape: [2, 1])
            let score = try model.evaluate(
                x, NDArray([4, 5] as [Float], shape: [2, 1]), verbose: 0)
            #expect(score[0] == 4.5 && score[1] == 7.5)
            #expect(try model.toJSON().contains("spelled_double"))
        }
    }

    @Test("A model by position") func models() throws {
        try withBackend(.cpu) {
            let x = Input(3)
            let y = Dense(2)(x)
            for model in [
                try Model(x, y), try Model([x], [y]), try Model([x], y), try Model(x, [y]),
            ] {
                #expect(model.inputShape == [nil, 3] && model.outputShape == [nil, 2])
            }
        }
    }

    @Test func theSameSeedTheSameWeights() throws {
        try withBackend(.cpu) {
            func weights() throws -> [Float] {
                try Sequential([Input(2), Dense(2)]).getWeights()[0].floats()
            }
            try RandomSeed.with(0) {
                setRandomSeed(7)
                let first = try weights()
                #expect(try weights() != first)
                setRandomSeed(7)
                #expect(try weights() == first)
            }
        }
    }
}

/// A function of one's own.
private func doubled(_ x: Tensor) throws -> Tensor { x * 2 }
