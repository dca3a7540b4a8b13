import KeratinCore

// What may stand where an optimizer, a loss, an activation … is asked for: Keras's name in a string, a member such as `.adam`, or an
// object. Unknown names throw where the object is used: at `compile`, or when a layer is built.

/// What stands for an optimizer: `"adam"`, `.adam(0.01)`, `Adam(learningRate: 0.01)`.
public protocol OptimizerConvertible {
    /// The optimizer that is meant.
    var optimizer: Optimizer { get }
}

/// What stands for a loss: `"mse"`, `.huber`, `Huber(delta: 2)`. Where only one is asked for, a closure does, too.
public protocol LossConvertible: Sendable {
    /// The loss that is meant.
    var loss: Loss { get }
}

/// What stands for a metric: `"accuracy"`, `.auc`, `AUC(numThresholds: 50)`.
public protocol MetricConvertible: Sendable {
    /// The metric that is meant.
    var metric: Metric { get }
}

/// What stands for an activation function: `"relu"`, `.softmax`, or a layer without weights such as `LeakyReLU(0.1)`.
public protocol ActivationConvertible {
    /// The function that is meant.
    var activationFunction: ActivationFunction { get }
}

/// What stands for an initializer: `"he_normal"`, `.heNormal`, `HeNormal(seed: 1)`.
public protocol InitializerConvertible: Sendable {
    /// The initializer that is meant.
    var initializer: Initializer { get }
}

/// What stands for a regularizer: `"l2"`, `.l2(0.01)`, `L2(0.01)`.
public protocol RegularizerConvertible: Sendable {
    /// The regularizer that is meant.
    var regularizer: Regularizer { get }
}

/// What stands for a constraint: `"unit_norm"`, `.maxNorm(2)`, `MaxNorm(2)`.
public protocol ConstraintConvertible: Sendable {
    /// The constraint that is meant.
    var constraint: Constraint { get }
}

/// What stands for a learning rate: a number, or a schedule.
public protocol LearningRateConvertible: Sendable {
    /// The learning rate that is meant.
    var learningRate: LearningRate { get }
}

// MARK: Objects stand for themselves

extension Optimizer: OptimizerConvertible {
    public var optimizer: Optimizer { self }
}
extension Loss: LossConvertible {
    public var loss: Loss { self }
}
extension Metric: MetricConvertible {
    public var metric: Metric { self }
}
extension ActivationFunction: ActivationConvertible {
    public var activationFunction: ActivationFunction { self }
}
extension Initializer: InitializerConvertible {
    public var initializer: Initializer { self }
}
extension Regularizer: RegularizerConvertible {
    public var regularizer: Regularizer { self }
}
extension Constraint: ConstraintConvertible {
    public var constraint: Constraint { self }
}
extension LearningRate: LearningRateConvertible {
    public var learningRate: LearningRate { self }
}

// MARK: Strings stand for what Keras calls so

extension String: OptimizerConvertible, LossConvertible, MetricConvertible, ActivationConvertible,
    InitializerConvertible, RegularizerConvertible, ConstraintConvertible
{
    public var optimizer: Optimizer { Optimizer(self) }
    public var loss: Loss { Loss(self) }
    public var metric: Metric { Metric(keras: self) }
    public var activationFunction: ActivationFunction { ActivationFunction(self) }
    public var initializer: Initializer { Initializer(self) }
    public var regularizer: Regularizer { Regularizer(self) }
    public var constraint: Constraint { Constraint(self) }
}

// MARK: Numbers are rates

extension Double: LearningRateConvertible {
    public var learningRate: LearningRate { LearningRate(self) }
}
extension Float: LearningRateConvertible {
    public var learningRate: LearningRate { LearningRate(Double(self)) }
}
extension Int: LearningRateConvertible {
    public var learningRate: LearningRate { LearningRate(Double(self)) }
}

// MARK: Layers as activations

extension Layer: ActivationConvertible {
    /// The layer in the place of a function, as Keras allows for layers without weights; one with weights throws when it is used.
    public var activationFunction: ActivationFunction {
        if let activation = self as? Activation { return activation.function }
        return ActivationFunction(self, try? serialized().value)
    }
}
