import KeratinCore
import KeratinLayers
import KeratinTensor

/// What all nets are told when they are made.
struct ApplicationArguments {
    /// Whether the net ends with its classifier.
    var includeTop = true
    var weights: PretrainedWeights?
    /// A symbolic tensor that the net begins with, in place of an input of its own.
    var inputTensor: Tensor?
    /// The extents of a picture.
    var inputShape: [Int?]?
    /// What the net ends with if not with a classifier.
    var pooling: ImagePooling?
    var classes = 1000
    var classifierActivation: ActivationFunction?
    /// nil: the net's own.
    var name: String?

    init(
        _ includeTop: Bool, _ weights: (any PretrainedWeightsConvertible)?,
        _ inputTensor: (any TensorConvertible)?, _ inputShape: [Int?]?,
        _ pooling: (any ImagePoolingConvertible)?, _ classes: Int,
        _ classifierActivation: (any ActivationConvertible)?, _ name: String?
    ) throws {
        self.includeTop = includeTop
        self.weights = weights?.pretrainedWeights
        self.inputTensor = inputTensor?.tensor
        self.inputShape = inputShape
        self.pooling = try pooling?.imagePooling()
        self.classes = classes
        self.classifierActivation = classifierActivation?.activationFunction
        self.name = name
    }

    /// Whether the weights are those that were trained on ImageNet.
    var isImageNet: Bool { weights == .imagenet }
}
