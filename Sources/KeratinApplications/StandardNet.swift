import KeratinCore
import KeratinLayers
import KeratinTensor

/// A net without arguments of its own.
///
/// What is last in the list of arguments is the same for all: `pooling` says what a net without its classifier ends with, `classes` and
/// `classifierActivation` what its classifier gives (nil: logits), `name` what the model is called (nil: as in Keras). Swift wants arguments
/// in one order and Python does not: the orders that people write are all here.
public class StandardNet: PretrainedModel {
    /// How the net is made.
    class var architecture: Architecture {
        get throws {
            throw KeratinError(.unavailable, "is no net: its subclasses are", at: "\(self)")
        }
    }

    /// - Parameters:
    ///   - includeTop: whether the net ends with its classifier.
    ///   - weights: `.imagenet` (downloaded once), the path of a file, or nil for first values.
    ///   - inputTensor: a symbolic tensor that the net begins with, in place of an `Input` of its own.
    ///   - inputShape: the extents of a picture: rows, columns, channels; nil: those that the net was trained on, or, without the classifier,
    ///     pictures of any size.
    ///   - pooling: without the classifier: nil for a map of features, `.avg` or `.max` for one number for each feature.
    ///   - classes: how many classes the classifier tells apart; 1,000 with weights of ImageNet.
    ///   - classifierActivation: `.softmax`, or nil for logits.
    /// - Throws: `KeratinError` for arguments that do not fit the net or one another, and for weights that cannot be had or do not fit.
    @_disfavoredOverload
    public required convenience init(
        includeTop: Bool = true, weights: (any PretrainedWeightsConvertible)? = .imagenet,
        inputTensor: (any TensorConvertible)? = nil, inputShape: [Int?]? = nil,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            Self.architecture,
            ApplicationArguments(
                includeTop, weights, inputTensor, inputShape, pooling, classes,
                classifierActivation, name))
    }

    /// The weights first.
    @_disfavoredOverload
    public convenience init(
        weights: (any PretrainedWeightsConvertible)?, includeTop: Bool,
        inputTensor: (any TensorConvertible)? = nil, inputShape: [Int?]? = nil,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            includeTop: includeTop, weights: weights, inputTensor: inputTensor,
            inputShape: inputShape, pooling: pooling, classes: classes,
            classifierActivation: classifierActivation, name: name)
    }

    /// The weights and the pictures first.
    @_disfavoredOverload
    public convenience init(
        weights: (any PretrainedWeightsConvertible)?, inputShape: [Int?]?, includeTop: Bool,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            includeTop: includeTop, weights: weights, inputShape: inputShape, pooling: pooling,
            classes: classes, classifierActivation: classifierActivation, name: name)
    }

    /// The pictures first.
    @_disfavoredOverload
    public convenience init(
        inputShape: [Int?]?, includeTop: Bool,
        weights: (any PretrainedWeightsConvertible)? = .imagenet,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            includeTop: includeTop, weights: weights, inputShape: inputShape, pooling: pooling,
            classes: classes, classifierActivation: classifierActivation, name: name)
    }

    /// The pictures and the weights first.
    @_disfavoredOverload
    public convenience init(
        inputShape: [Int?]?, weights: (any PretrainedWeightsConvertible)?, includeTop: Bool = true,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            includeTop: includeTop, weights: weights, inputShape: inputShape, pooling: pooling,
            classes: classes, classifierActivation: classifierActivation, name: name)
    }

    /// The classifier and the pictures first.
    @_disfavoredOverload
    public convenience init(
        includeTop: Bool, inputShape: [Int?]?, weights: (any PretrainedWeightsConvertible)?,
        pooling: (any ImagePoolingConvertible)? = nil, classes: Int = 1000,
        classifierActivation: (any ActivationConvertible)? = .softmax, name: String? = nil
    ) throws {
        try self.init(
            includeTop: includeTop, weights: weights, inputShape: inputShape, pooling: pooling,
            classes: classes, classifierActivation: classifierActivation, name: name)
    }
}
