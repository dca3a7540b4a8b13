// One type for each kind of golden case. The JSON keys are the snake_case forms of the names here.

/// A layer's result and gradients. Families: those of the layers' folders.
public struct GoldenLayerCase: Decodable, Sendable {
    public let name: String
    public let layer: GoldenObject
    public let training: Bool
    /// Whether training may change the weights; nil: yes.
    public let trainable: Bool?
    /// In Keras's order: trainable ones first.
    public let weights: [GoldenWeight]
    /// With the batch axis.
    public let inputs: [GoldenTensor]
    public let outputs: [GoldenTensor]
    /// The gradients are those of Σ output·cotangent.
    public let cotangent: GoldenTensor
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
    public struct Spelling: Decodable, Sendable {
        public let className: String
        /// The snake_case name of the loss.
        public let function: String
        /// `from_logits`, `label_smoothing`, `reduction` ("sum_over_batch_size", "sum" or "none").
        public let config: [String: GoldenValue]

        /// With typed access to the configuration.
        public var object: GoldenObject { GoldenObject(className: className, config: config) }
    }

    public let name: String
    public let loss: Spelling
    /// "softmax" or "sigmoid": a layer of this activation is applied to `yPred` before the loss.
    public let through: String?
    public let yTrue: GoldenTensor
    public let yPred: GoldenTensor
    /// A scalar, or one number per sample where the reduction is "none".
    public let value: GoldenTensor
    public let cotangent: GoldenTensor
    /// Of Σ value·cotangent with respect to `yPred`.
    public let gradient: GoldenTensor
}

/// Metrics over several batches, the last one ragged. Family: metrics.
public struct GoldenMetricCase: Decodable, Sendable {
    public let name: String
    public let loss: String
    /// As given to `compile`.
    public let metrics: [String]
    public let batchSize: Int
    public let yTrue: GoldenTensor
    public let yPred: GoldenTensor
    /// What `evaluate` returns, by name.
    public let results: [String: Double]
}

/// A small Sequential model through `fit` with shuffle off. Family: training.
public struct GoldenTrainingCase: Decodable, Sendable {
    /// Either a name, as given to `compile`, or an object.
    public struct LossSpelling: Decodable, Sendable {
        public let name: String?
        public let className: String?
        public let config: [String: GoldenValue]?
    }

    public struct Samples: Decodable, Sendable {
        public let x: GoldenTensor
        public let y: GoldenTensor
    }

    public let name: String
    public let layers: [GoldenObject]
    /// Without the batch axis.
    public let inputShape: [Int]
    public let loss: LossSpelling
    public let optimizer: GoldenObject
    public let metrics: [String]
    public let batchSize: Int
    public let epochs: Int
    public let x: GoldenTensor
    public let y: GoldenTensor
    public let validationSplit: Double?
    public let validationData: Samples?
    /// In the order of `get_weights`.
    public let initialWeights: [GoldenTensor]
    /// The loss of every batch, in the order of training.
    public let batchLosses: [Double]
    /// What `fit` returns: one number per epoch.
    public let history: [String: [Double]]
    public let finalWeights: [GoldenTensor]
    /// Of the first five samples.
    public let prediction: GoldenTensor
    /// Over all of x and y.
    public let evaluation: [String: Double]
    public let evaluationBatchSize: Int
}

/// What `summary()` prints. Family: summary.
public struct GoldenSummaryCase: Decodable, Sendable {
    public let name: String
    public let layers: [GoldenObject]
    /// Without the batch axis; nil: the model is not built.
    public let inputShape: [Int?]?
    /// Compiled with adam and mse, but not trained.
    public let compiled: Bool
    public let text: String
}

/// What an initialiser's numbers must look like. Family: initializers.
public struct GoldenInitializerCase: Decodable, Sendable {
    public let name: String
    public let shape: [Int]
    public let fanIn: Int?
    public let fanOut: Int?
    public let distribution: String
    public let mean: Double
    public let standardDeviation: Double
    /// Bounds of every number; nil: none.
    public let minimum: Double?
    public let maximum: Double?
}
