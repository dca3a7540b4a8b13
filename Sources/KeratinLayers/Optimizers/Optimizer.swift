import KeratinCore
import KeratinTensor

/// How weights follow their gradients: `.adam(learningRate: 1e-3)`, `"sgd"`, or a rule of your own.
/// Formulas, defaults and the order of what happens in a step are those of Keras 3.
///
/// An optimizer remembers its steps and what its rule keeps of each weight. It is given to `compile`, or used by hand in a loop of
/// your own with `apply(_:to:)`, as an optimizer of Keras is. `compile` takes one that is in use elsewhere as a pattern for one of
/// its own.
public final class Optimizer: @unchecked Sendable, ExpressibleByStringLiteral {
    // Unchecked: `settings` and `lock` guard what changes.
    private struct Settings {
        var learningRate: LearningRate
        var options: OptimizerOptions
        var name: String
    }

    // Shared with the optimizer's state, which must not hold the optimizer that holds it.
    private let settings: Locked<Settings>
    private let rule: (any OptimizerRule)?
    private let className: FunctionIdentity?
    /// Held while `apply` runs.
    let lock: ReentrantLock
    /// What the optimizer keeps of the weights; nil before its first step.
    package var state: OptimizerState?
    private var isClaimed = false

    /// Read before each step, so it may be changed between steps without compiling anew.
    public var learningRate: LearningRate {
        get { settings.withLock { $0.learningRate } }
        set { settings.withLock { $0.learningRate = newValue } }
    }

    /// What is done to gradients and weights besides the rule. Changes count before the first step only.
    public var options: OptimizerOptions {
        get { settings.withLock { $0.options } }
        set { settings.withLock { $0.options = newValue } }
    }

    /// Keras's name, `adam` for `Adam`, unless it was given another.
    public var name: String {
        get { settings.withLock { $0.name } }
        set { settings.withLock { $0.name = newValue } }
    }

    /// An optimizer with a rule of your own. It can be saved under the rule's name once it is registered with
    /// `CustomObjects`.
    public convenience init(
        _ rule: any UpdateRule, learningRate: LearningRate,
        options: OptimizerOptions = OptimizerOptions()
    ) {
        self.init(
            rule, FunctionIdentity(rule.name),
            Locked(Settings(learningRate: learningRate, options: options, name: rule.name)))
    }

    /// One of Keras's optimizers; the identity holds the arguments of its own.
    convenience init(
        _ identity: FunctionIdentity, _ rule: any OptimizerRule, _ learningRate: LearningRate,
        _ options: OptimizerOptions
    ) {
        self.init(
            rule, identity,
            Locked(
                Settings(
                    learningRate: learningRate, options: options,
                    name: AutomaticName.snakeCase(identity.className))))
    }

    /// By Keras's name, with its defaults; an unknown one throws at `compile`.
    public convenience init(stringLiteral value: String) {
        if let known = try? Optimizer.named(value) {
            self.init(known.rule, known.className, known.settings)
        } else {
            let settings = Settings(learningRate: 0, options: OptimizerOptions(), name: value)
            self.init(nil, nil, Locked(settings))
        }
    }

    private init(
        _ rule: (any OptimizerRule)?, _ className: FunctionIdentity?, _ settings: Locked<Settings>,
        _ lock: ReentrantLock = ReentrantLock()
    ) {
        self.rule = rule
        self.className = className
        self.settings = settings
        self.lock = lock
    }

    /// The optimizer without its state, with the same settings now and later.
    var withoutState: Optimizer { Optimizer(rule, className, settings, lock) }

    /// This optimizer for the first that asks, which then owns its state; equal ones of their own for others.
    package func claimed() -> Optimizer {
        lock.withLock {
            if !isClaimed, state == nil {
                isClaimed = true
                return self
            }
            let own = copy()
            own.isClaimed = true
            return own
        }
    }

    /// An optimizer of the same settings that has taken no step.
    public func copy() -> Optimizer {
        Optimizer(rule, className, Locked(settings.withLock { $0 }))
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
