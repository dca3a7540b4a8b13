// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

// What is guessed and means something that has another spelling here: the compiler says which.

extension OptimizerConvertible where Self == Optimizer {
    @available(*, unavailable, renamed: "adam(learningRate:)")
    public static func adam(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
    @available(*, unavailable, renamed: "sgd(learningRate:)")
    public static func sgd(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
    @available(*, unavailable, renamed: "rmsprop(learningRate:)")
    public static func rmsprop(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
}

extension OptimizerConvertible where Self == Optimizer {
    @available(*, unavailable, renamed: "adamW")
    public static var adamw: Optimizer { fatalError() }
    @available(*, unavailable, renamed: "adamW(learningRate:weightDecay:)")
    public static func adamw(
        learningRate: any LearningRateConvertible = 0.001, weightDecay: Double = 0.004
    ) -> Optimizer { fatalError() }
    @available(*, unavailable, renamed: "rmsprop")
    public static var rmsProp: Optimizer { fatalError() }
    @available(*, unavailable, renamed: "rmsprop(learningRate:)")
    public static func rmsProp(learningRate: any LearningRateConvertible) -> Optimizer {
        fatalError()
    }
}

extension ActivationConvertible where Self == ActivationFunction {
    @available(*, unavailable, renamed: "leakyRelu")
    public static var leakyReLU: ActivationFunction { fatalError() }
}

extension RegularizerConvertible where Self == Regularizer {
    @available(*, unavailable, renamed: "l1l2(l1:l2:)")
    public static func l1L2(l1: Double = 0, l2: Double = 0) -> Regularizer { fatalError() }
}

@available(*, unavailable, renamed: "RMSprop(learningRate:)")
public func RMSProp(learningRate: any LearningRateConvertible = 0.001) -> Optimizer { fatalError() }
@available(*, unavailable, renamed: "Adam(learningRate:)")
public func Adam(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
@available(*, unavailable, renamed: "SGD(learningRate:)")
public func SGD(lr: any LearningRateConvertible, momentum: Double = 0) -> Optimizer { fatalError() }
@available(*, unavailable, renamed: "RMSprop(learningRate:)")
public func RMSprop(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
@available(*, unavailable, renamed: "Nadam(learningRate:)")
public func Nadam(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
@available(*, unavailable, renamed: "Adamax(learningRate:)")
public func Adamax(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
@available(*, unavailable, renamed: "Adadelta(learningRate:)")
public func Adadelta(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
@available(*, unavailable, renamed: "Adagrad(learningRate:)")
public func Adagrad(lr: any LearningRateConvertible) -> Optimizer { fatalError() }
@available(
    *, unavailable, message: "use a schedule: SGD(learningRate: .legacyDecay(0.01, decay: 1e-6))"
)
public func SGD(
    lr: any LearningRateConvertible, decay: Double, momentum: Double = 0, nesterov: Bool = false
) -> Optimizer { fatalError() }
@available(
    *, unavailable, message: "use a schedule: SGD(learningRate: .legacyDecay(0.01, decay: 1e-6))"
)
public func SGD(
    learningRate: any LearningRateConvertible, decay: Double, momentum: Double = 0,
    nesterov: Bool = false
) -> Optimizer { fatalError() }
@available(
    *, unavailable, message: "use a schedule: Adam(learningRate: .legacyDecay(0.001, decay: 1e-6))"
)
public func Adam(lr: any LearningRateConvertible, decay: Double) -> Optimizer { fatalError() }

extension LeakyReLU {
    @available(*, unavailable, renamed: "init(negativeSlope:)")
    public convenience init(alpha: Double, name: String? = nil) { fatalError() }
}

extension Embedding {
    @available(*, unavailable, renamed: "init(inputDim:outputDim:)")
    public convenience init(inputDimension: Int, outputDimension: Int) { fatalError() }

    @available(*, unavailable, message: "the length follows from the data: use Embedding(100, 8)")
    public convenience init(_ inputDim: Int, _ outputDim: Int, inputLength: Int) { fatalError() }
}

extension Input {
    @available(*, unavailable, message: "use Input(shape: [10], batchSize: 32)")
    public convenience init(batchShape: [Int?], name: String? = nil) { fatalError() }

    @available(*, unavailable, message: "use an array: Input(shape: [28, 28])")
    public convenience init(shape: (Int, Int), name: String? = nil) { fatalError() }

    @available(*, unavailable, message: "use an array: Input(shape: [28, 28, 1])")
    public convenience init(shape: (Int, Int, Int), name: String? = nil) { fatalError() }
}

extension Flatten {
    @available(*, unavailable, message: "use an array: Flatten(inputShape: [28, 28])")
    public convenience init(inputShape: (Int, Int)) { fatalError() }

    @available(*, unavailable, message: "use an array: Flatten(inputShape: [28, 28, 1])")
    public convenience init(inputShape: (Int, Int, Int)) { fatalError() }
}

extension Dense {
    @available(*, unavailable, message: "use an array, inputShape: [784], or inputDim: 784")
    public convenience init(
        _ units: Int, activation: (any ActivationConvertible)? = nil, inputShape: Int
    ) { fatalError() }

    @available(*, unavailable, message: "use an array, inputShape: [784], or inputDim: 784")
    public convenience init(
        _ units: Int, inputShape: Int, activation: any ActivationConvertible
    ) { fatalError() }
}

extension StandardConvolution {
    @available(*, unavailable, message: "use an array for the size: Conv2D(32, [3, 3])")
    public convenience init(
        _ filters: Int, _ kernelSize: (Int, Int), strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid, activation: (any ActivationConvertible)? = nil,
        useBias: Bool = true, name: String? = nil, inputShape: [Int?]? = nil
    ) { fatalError() }

    @available(*, unavailable, message: "use an array for the size: Conv2D(32, kernelSize: [3, 3])")
    public convenience init(
        _ filters: Int, kernelSize: (Int, Int), strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid, activation: (any ActivationConvertible)? = nil,
        useBias: Bool = true, name: String? = nil, inputShape: [Int?]? = nil
    ) { fatalError() }
}

extension PoolingLayer {
    @available(*, unavailable, message: "use an array for the size: MaxPooling2D([2, 2])")
    public convenience init(
        _ poolSize: (Int, Int), padding: any PaddingConvertible = .valid, name: String? = nil
    ) { fatalError() }

    @available(*, unavailable, message: "use an array for the size: MaxPooling2D([2, 2])")
    public convenience init(
        poolSize: (Int, Int), padding: any PaddingConvertible = .valid, name: String? = nil
    ) { fatalError() }
}

/// What is asked of any layer, although only some have it.
public protocol LayerHints {}

extension LayerHints {
    @available(
        *, unavailable, message: "not every layer has units: use (model.layers[0] as? Dense)?.units"
    )
    public var units: Int { fatalError() }
}

extension Layer: LayerHints {}

@available(*, unavailable, renamed: "Metric")
public typealias RunningMetric = Metric

@available(*, unavailable, message: "use setRandomSeed(1)")
public enum Random {
    @available(*, unavailable, renamed: "setRandomSeed(_:)")
    public static func seed(_ seed: Int) {}
}

extension LossConvertible where Self == Loss {
    @available(*, unavailable, renamed: "crossentropy")
    public static var crossEntropy: Loss { fatalError() }
    @available(*, unavailable, renamed: "binaryCrossentropy")
    public static var binaryCrossEntropy: Loss { fatalError() }
    @available(*, unavailable, renamed: "categoricalCrossentropy")
    public static var categoricalCrossEntropy: Loss { fatalError() }
    @available(*, unavailable, renamed: "sparseCategoricalCrossentropy")
    public static var sparseCategoricalCrossEntropy: Loss { fatalError() }
    @available(*, unavailable, renamed: "binaryCrossentropy(fromLogits:)")
    public static func binaryCrossEntropy(fromLogits: Bool = false) -> Loss { fatalError() }
    @available(*, unavailable, renamed: "categoricalCrossentropy(fromLogits:)")
    public static func categoricalCrossEntropy(fromLogits: Bool = false) -> Loss { fatalError() }
    @available(*, unavailable, renamed: "sparseCategoricalCrossentropy(fromLogits:)")
    public static func sparseCategoricalCrossEntropy(fromLogits: Bool = false) -> Loss {
        fatalError()
    }
}

extension Conv2D {
    @available(*, unavailable, renamed: "init(_:_:strides:)")
    public convenience init(_ filters: Int, _ kernelSize: Int, stride: Int) { fatalError() }
}
extension Conv1D {
    @available(*, unavailable, renamed: "init(_:_:strides:)")
    public convenience init(_ filters: Int, _ kernelSize: Int, stride: Int) { fatalError() }
}
