import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Layers, losses, optimizers and their kin print a line that would make them: arguments that are not the defaults, in Swift's words.
@Suite("Printed parts of models", .serialized) struct PrintedPartsTests {
    @Test("Layers")
    func layers() throws {
        let printed: [(Layer, String)] = [
            (Dense(32, name: "d"), #"Dense(units: 32, name: "d")"#),
            (
                Dense(
                    32, activation: .relu, useBias: false, kernelInitializer: HeNormal(seed: 3),
                    kernelRegularizer: L2(0.001), name: "d"),
                #"Dense(units: 32, activation: "relu", useBias: false, kernelInitializer: HeNormal(seed: 3), "#
                    + #"kernelRegularizer: L2(l2: 0.001), name: "d")"#
            ),
            (
                Conv2D(8, 3, activation: .relu, padding: .same, name: "c"),
                #"Conv2D(filters: 8, kernelSize: [3, 3], padding: "same", activation: "relu", name: "c")"#
            ),
            (MaxPooling2D(2, name: "p"), #"MaxPooling2D(name: "p")"#),
            (Dropout(0.25, name: "o"), #"Dropout(rate: 0.25, name: "o")"#),
            (Flatten(name: "f"), #"Flatten(name: "f")"#),
            (
                BatchNormalization(momentum: 0.9, name: "b"),
                #"BatchNormalization(momentum: 0.9, name: "b")"#
            ),
            (
                LSTM(4, returnSequences: true, name: "l"),
                #"LSTM(units: 4, returnSequences: true, name: "l")"#
            ),
            (
                Embedding(10, 4, maskZero: true, name: "e"),
                #"Embedding(inputDim: 10, outputDim: 4, maskZero: true, name: "e")"#
            ),
            (Input(shape: [nil, 8], name: "x"), #"Input(shape: [nil, 8], name: "x")"#),
            (
                Input(shape: [3], batchSize: 2, dtype: .int32, name: "x"),
                #"Input(shape: [3], batchSize: 2, dtype: "int32", name: "x")"#
            ),
            (
                TimeDistributed(Dense(3, name: "d"), name: "t"),
                #"TimeDistributed(layer: Dense(units: 3, name: "d"), name: "t")"#
            ),
            (Lambda(name: "mine") { $0 }, #"Lambda(name: "mine")"#),
            (
                TimeDistributed(try Sequential([Dense(3)], name: "s"), name: "t"),
                #"TimeDistributed(layer: Sequential(name: "s"), name: "t")"#
            ),
        ]
        for (layer, text) in printed { #expect("\(layer)" == text) }
        let frozen = Dense(2, name: "d")
        frozen.trainable = false
        frozen.activityRegularizer = Regularizer.l1(0.5)
        #expect(
            "\(frozen)"
                == #"Dense(units: 2, trainable: false, activityRegularizer: L1(l1: 0.5), name: "d")"#
        )
    }

    @Test("Every layer can be printed, and printing counts no names on")
    func all() throws {
        clearSession()
        let before = Dense(1).name
        for layer in [
            Dense(2), GRU(3), Bidirectional(LSTM(2)), MultiHeadAttention(numHeads: 2, keyDim: 4),
            RNN(LSTMCell(2)),
            StackedRNNCells([LSTMCell(2), GRUCell(3)]),
        ] as [Layer] {
            let text = "\(layer)"
            #expect(text.hasPrefix(layer.className + "("), "\(text)")
            #expect(text.contains("name: \"\(layer.name)\""), "\(text)")
            for mark in ["Optional", "KeratinLayers", "null", "class_name"] {
                #expect(!text.contains(mark), "\(text)")
            }
        }
        #expect(before == "dense" && Dense(1).name == "dense_2")
    }

    private final class Scale: Layer, ConfigurableLayer {
        private let factor: Double

        init(_ factor: Double = 2, name: String? = nil) {
            self.factor = factor
            super.init(name: name)
        }

        convenience init(from configuration: Configuration) throws {
            self.init(
                try configuration.number("scale_factor", default: 2), name: configuration.name)
        }

        override func getConfig() throws -> [String: ConfigValue] {
            try super.getConfig().merging(["scale_factor": .number(factor)]) { $1 }
        }
    }

    private final class Plain: Layer {}

    @Test("Layers of users, registered or not")
    func own() {
        #expect("\(Scale(3, name: "s"))" == #"Scale(scaleFactor: 3.0, name: "s")"#)
        #expect("\(Scale(name: "s"))" == #"Scale(name: "s")"#)
        #expect("\(Plain(name: "p"))" == #"Plain(name: "p")"#)
    }

    @Test("Losses, metrics, activations")
    func functions() {
        let losses: [(Loss, String)] = [
            ("mse", "MeanSquaredError()"), (.huber(delta: 2), "Huber(delta: 2.0)"),
            (.meanSquaredError.reduced(by: .sum), #"MeanSquaredError(reduction: "sum")"#),
            (
                .categoricalCrossentropy(labelSmoothing: 0.1),
                "CategoricalCrossentropy(labelSmoothing: 0.1)"
            ),
            (Loss("mine") { t, p in (t - p).abs() }, #"Loss("mine")"#),
            ("unknown", #"Loss("unknown")"#),
        ]
        for (loss, text) in losses { #expect("\(loss)" == text) }
        let metrics: [(Metric, String)] = [
            (.accuracy, #"Metric("accuracy")"#), (AUC(numThresholds: 50), "AUC(numThresholds: 50)"),
            (MeanIoU(numClasses: 3, name: "iou"), #"MeanIoU(numClasses: 3, name: "iou")"#),
            (Metric("mine") { t, p in (t - p).abs() }, #"Metric("mine")"#),
        ]
        for (metric, text) in metrics { #expect("\(metric)" == text) }
        #expect("\(ActivationFunction("relu"))" == "relu")
        let layer = (LeakyReLU(0.1, name: "leak") as any ActivationConvertible).activationFunction
        #expect("\(layer)" == #"LeakyReLU(negativeSlope: 0.1, name: "leak")"#)
    }

    @Test("Optimizers, schedules")
    func optimizers() {
        #expect("\(Optimizer("adam"))" == "Adam(learningRate: 0.001)")
        #expect(
            "\(SGD(0.1, momentum: 0.9, nesterov: true))"
                == "SGD(learningRate: 0.1, momentum: 0.9, nesterov: true)")
        let optimizer = Adam(clipnorm: 1)
        optimizer.learningRate = 0.5
        #expect("\(optimizer)" == "Adam(learningRate: 0.5, clipnorm: 1.0)")
        #expect(
            "\(Adam(ExponentialDecay(0.1, decaySteps: 100, decayRate: 0.9)))"
                == "Adam(learningRate: ExponentialDecay(initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.9))"
        )
        #expect("\(Optimizer("adma"))" == #"Optimizer("adma")"#)
        #expect("\(LearningRate(0.003))" == "0.003")
        #expect("\(LearningRate(schedule: "mine") { _ in 0.1 })" == #"LearningRate("mine")"#)
    }

    @Test("Initializers, regularizers, constraints, configurations, weights")
    func others() throws {
        #expect("\(Initializer("glorot_uniform"))" == "GlorotUniform()")
        #expect("\(HeNormal(seed: 3))" == "HeNormal(seed: 3)")
        #expect("\(Regularizer.l2(0.5))" == "L2(l2: 0.5)")
        #expect("\(MaxNorm(3))" == "MaxNorm(maxValue: 3.0)")
        #expect("\(Regularizer { $0.sum() })" == "Regularizer(a closure)")
        let layer = Dense(2, name: "d")
        #expect(
            "\(Configuration(["units": 2, "use_bias": true, "name": "d"], of: "Dense"))"
                == #"Dense(name: "d", units: 2, useBias: true)"#)
        try withBackend(.cpu) { try layer.buildIfNeeded(inputShape: [nil, 3]) }
        #expect(
            layer.weights.map { "\($0)" } == [
                #"Variable("d/kernel", shape: [3, 2], dtype: float32)"#,
                #"Variable("d/bias", shape: [2], dtype: float32)"#,
            ])
    }
}
