// One type for each kind of golden case. The JSON keys are the snake_case forms of the names here.

/// A layer's result and gradients. Families: those of the layers' folders.
public struct GoldenLayerCase: Decodable, Sendable {
    /// What the case is about; unique in its file.
    public let name: String
    /// The layer, as Keras writes it.
    public let layer: GoldenObject
    /// Whether it was called as in training.
    public let training: Bool
    /// Whether training may change the weights; nil: yes.
    public let trainable: Bool?
    /// In Keras's order: trainable ones first.
    public let weights: [GoldenWeight]
    /// With the batch axis.
    public let inputs: [GoldenTensor]
    /// What Keras computed.
    public let outputs: [GoldenTensor]
    /// The gradients are those of Σ output·cotangent.
    public let cotangent: GoldenTensor
    /// One per float input, of Σ output·cotangent.
    public let inputGradients: [GoldenTensor]
    /// One for each trainable weight.
    public let weightGradients: [GoldenTensor]
    /// The weights after the call, if it was a training call: moving statistics have changed.
    public let weightsAfter: [GoldenWeight]?
    /// The input's mask, 0 and 1.
    public let mask: GoldenTensor?
    /// The result's mask, 0 and 1; nil: it has none.
    public let outputMask: GoldenTensor?
    /// What the layer adds to the loss.
    public let addedLoss: Double?
}

/// A loss and its gradient. Family: losses.
public struct GoldenLossCase: Decodable, Sendable {
    /// A loss as a class with its arguments, and as a function.
    public struct Spelling: Decodable, Sendable {
        /// Keras's class.
        public let className: String
        /// The snake_case name of the loss.
        public let function: String
        /// `from_logits`, `label_smoothing`, `reduction` ("sum_over_batch_size", "sum" or "none").
        public let config: [String: GoldenValue]

        /// With typed access to the configuration.
        public var object: GoldenObject { GoldenObject(className: className, config: config) }
    }

    /// What the case is about; unique in its file.
    public let name: String
    /// The loss.
    public let loss: Spelling
    /// "softmax" or "sigmoid": a layer of this activation is applied to `yPred` before the loss.
    public let through: String?
    /// The labels.
    public let yTrue: GoldenTensor
    /// The predictions.
    public let yPred: GoldenTensor
    /// A scalar, or one number per sample where the reduction is "none".
    public let value: GoldenTensor
    /// What each element of the value counts in `gradient`.
    public let cotangent: GoldenTensor
    /// Of Σ value·cotangent with respect to `yPred`.
    public let gradient: GoldenTensor
}

/// Metrics over several batches, the last one ragged. Family: metrics.
package struct GoldenMetricCase: Decodable, Sendable {
    package let name: String
    package let loss: String
    /// As given to `compile`.
    package let metrics: [String]
    package let batchSize: Int
    package let yTrue: GoldenTensor
    package let yPred: GoldenTensor
    /// What `evaluate` returns, by name.
    package let results: [String: Double]
}

/// A small Sequential model through `fit` with shuffle off. Family: training.
package struct GoldenTrainingCase: Decodable, Sendable {
    /// Either a name, as given to `compile`, or an object.
    package struct LossSpelling: Decodable, Sendable {
        package let name: String?
        package let className: String?
        package let config: [String: GoldenValue]?
    }

    package struct Samples: Decodable, Sendable {
        package let x: GoldenTensor
        package let y: GoldenTensor
    }

    package let name: String
    package let layers: [GoldenObject]
    /// Without the batch axis.
    package let inputShape: [Int]
    package let loss: LossSpelling
    package let optimizer: GoldenObject
    package let metrics: [String]
    package let batchSize: Int
    package let epochs: Int
    package let x: GoldenTensor
    package let y: GoldenTensor
    package let validationSplit: Double?
    package let validationData: Samples?
    /// In the order of `get_weights`.
    package let initialWeights: [GoldenTensor]
    /// The loss of every batch, in the order of training.
    package let batchLosses: [Double]
    /// What `fit` returns: one number per epoch.
    package let history: [String: [Double]]
    package let finalWeights: [GoldenTensor]
    /// Of the first five samples.
    package let prediction: GoldenTensor
    /// Over all of x and y.
    package let evaluation: [String: Double]
    package let evaluationBatchSize: Int
}

/// What `summary()` prints. Family: summary.
package struct GoldenSummaryCase: Decodable, Sendable {
    package let name: String
    package let layers: [GoldenObject]
    /// Without the batch axis; nil: the model is not built.
    package let inputShape: [Int?]?
    /// Compiled with adam and mse, but not trained.
    package let compiled: Bool
    package let text: String
}

/// What an initialiser's numbers must look like. Family: initializers.
package struct GoldenInitializerCase: Decodable, Sendable {
    package let name: String
    package let shape: [Int]
    package let mean: Double
    package let standardDeviation: Double
    /// Bounds of every number; nil: none.
    package let minimum: Double?
    package let maximum: Double?
}
