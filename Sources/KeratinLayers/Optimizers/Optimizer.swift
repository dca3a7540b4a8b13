import KeratinCore
import KeratinTensor

/// How weights follow their gradients: `.adam(learningRate: 1e-3)`, `"sgd"`, or a rule of your own.
/// Formulas, defaults and the order of what happens in a step are those of Keras 3.
public struct Optimizer: Sendable, ExpressibleByStringLiteral {
    /// Read before each step, so it may be changed between steps without compiling anew.
    public var learningRate: LearningRate
    /// What is done to gradients and weights besides the rule.
    public var options: OptimizerOptions
    /// Keras's name, `adam` for `Adam`, unless it was given another.
    public var name: String
    private let rule: (any OptimizerRule)?
    private let className: FunctionIdentity?

    /// An optimizer with a rule of your own. It can be saved under the rule's name once it is registered with
    /// `CustomObjects`.
    public init(
        _ rule: any UpdateRule, learningRate: LearningRate,
        options: OptimizerOptions = OptimizerOptions()
    ) {
        self.init(FunctionIdentity(rule.name), rule, learningRate, options)
        name = rule.name
    }

    /// One of Keras's optimizers; the identity holds the arguments of its own.
    init(
        _ identity: FunctionIdentity, _ rule: any OptimizerRule, _ learningRate: LearningRate,
        _ options: OptimizerOptions
    ) {
        self.rule = rule
        self.learningRate = learningRate
        self.options = options
        className = identity
        name = AutomaticName.snakeCase(identity.className)
    }

    /// By Keras's name, with its defaults; an unknown one throws at `compile`.
    public init(stringLiteral value: String) {
        if let known = try? Optimizer.named(value) {
            self = known
            return
        }
        name = value
        rule = nil
        className = nil
        learningRate = 0
        options = OptimizerOptions()
    }

    /// - Throws: `KeratinError` for an unknown name and for arguments that Keras refuses; those that it trains with
    ///   although they make no sense are warned of.
    package func resolvedRule() throws -> any OptimizerRule {
        guard let rule else { return try Optimizer.named(name).resolvedRule() }
        do {
            try learningRate.validate()
            try options.validate()
            try rule.validate()
        } catch let error as KeratinError {
            throw error.located(at: name)
        }
        return rule
    }

    /// The class and its arguments without those that all optimizers share.
    var ownIdentity: FunctionIdentity? { className }
}
