import KeratinCore
import KeratinTensor

/// What the formulas of all optimizers have in common.
public protocol OptimizerRule: Sendable {
    /// - Throws: `KeratinError` if a constant lies outside its range.
    func validate() throws

    /// A number that is multiplied by a factor in each step and saved with the slots.
    var runningProduct: RunningProduct? { get }
}

extension OptimizerRule {
    /// Every argument is right.
    public func validate() throws {}
    /// There is none.
    public var runningProduct: RunningProduct? { nil }
}

/// An optimizer's formula that treats every number alike. It works on all trainable weights at once, laid end to end in
/// one vector, and becomes one launch.
public protocol UpdateRule: OptimizerRule {
    /// The optimizer's name, in snake_case.
    var name: String { get }

    /// One vector as long as the weights for each entry.
    var slots: [OptimizerSlot] { get }

    /// The new weights and slots.
    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor])
}

/// A rule for which files of tf.keras hold slots that nothing reads.
package protocol IdleSlotRule: UpdateRule {
    /// The names of slots, of which there is one for each weight.
    var idleSlots: [String] { get }
}

/// What an optimizer remembers of every weight.
public struct OptimizerSlot: Hashable, Sendable {
    /// Keras's name in files: "momentum".
    public var name: String
    /// The value before the first step.
    public var initial: Double
    /// In files, the slots of one group lie weight by weight, and group after group.
    public var group: Int

    /// One number per weight that begins as `initial`, in the first group unless said otherwise.
    public init(_ name: String, initial: Double = 0, group: Int = 0) {
        self.name = name
        self.initial = initial
        self.group = group
    }
}

/// A formula that needs the shape of each weight, such as the length of its gradient. It costs several launches a weight.
package protocol VariableUpdateRule: OptimizerRule {
    /// What is remembered of a weight, in the order of files.
    func slots(for variable: OptimizedVariable) -> [VariableSlot]

    /// How fast the weight decays; `weightDecay` is what the options say.
    func weightDecay(of variable: OptimizedVariable, _ weightDecay: Double?) -> Double?

    /// The new weight and slots; nil for slots that stay.
    func update(
        _ variable: OptimizedVariable, _ weight: Tensor, gradient: Tensor, slots: [Tensor],
        step: StepNumbers
    ) throws -> (weight: Tensor, slots: [Tensor?])
}

extension VariableUpdateRule {
    package func weightDecay(of variable: OptimizedVariable, _ weightDecay: Double?) -> Double? {
        weightDecay
    }
}

/// A weight as an optimizer knows it.
package struct OptimizedVariable: Hashable, Sendable {
    package var name: String
    /// The layer's name and the weight's: `dense_1/kernel`.
    package var path: String
    package var shape: Shape

    package init(_ variable: Variable) {
        name = variable.name
        path = variable.path
        shape = variable.shape
    }
}

/// What a rule remembers of one weight.
package struct VariableSlot: Hashable, Sendable {
    package var name: String
    package var shape: Shape
    /// A number that is in Keras's files and never changes.
    package var isUnused = false

    static func momentum(_ variable: OptimizedVariable) -> VariableSlot {
        VariableSlot(name: "momentum", shape: variable.shape)
    }

    static func velocity(_ variable: OptimizedVariable) -> VariableSlot {
        VariableSlot(name: "velocity", shape: variable.shape)
    }
}

/// A product over the steps, 1 before the first.
public struct RunningProduct: Sendable {
    /// The factor of a step, counted from 1.
    public var factor: @Sendable (_ step: Int) -> Double

    /// The product of `factor(1)` … `factor(step)`.
    public init(factor: @escaping @Sendable (_ step: Int) -> Double) { self.factor = factor }
}

/// Numbers that the host computes for each step in Double.
public struct StepNumbers {
    private let trace: Trace
    private let run: () -> Int
    private let rate: (_ run: Int) -> Double
    private let runsPerStep: Int
    private let productSource: (_ step: Int) -> Double
    private let known = Known()
    /// What stands for the squares and for the magnitudes of the gradient's numbers where these are sums whose parts are
    /// known, such as the rows of an embedding that were picked several times.
    package var squares: (() throws -> Tensor)?
    package var magnitudes: (() throws -> Tensor)?

    private final class Known {
        var numbers: [String: Tensor] = [:]
    }

    /// - Parameters:
    ///   - run: the number of the run that is about to begin, counted from 1.
    ///   - runsPerStep: how many runs make one update.
    ///   - learningRate: of a run.
    ///   - product: the rule's running product after an update, counted from 1.
    package init(
        _ trace: Trace, run: @escaping () -> Int, runsPerStep: Int,
        learningRate: @escaping (_ run: Int) -> Double,
        product: @escaping (_ step: Int) -> Double
    ) {
        self.trace = trace
        self.run = run
        self.runsPerStep = runsPerStep
        rate = learningRate
        productSource = product
    }

    /// The learning rate of the step.
    public func learningRate() throws -> Tensor { try number("learning_rate") { rate, _ in rate } }

    /// A number computed from the learning rate and the step, which counts from 1. A name that is used again gives the
    /// same number.
    public func number(
        _ name: String, _ body: @escaping (_ learningRate: Double, _ step: Int) -> Double
    ) throws -> Tensor {
        if let number = known.numbers[name] { return number }
        let (run, rate, runsPerStep) = (run, rate, runsPerStep)
        let number = try trace.hostScalar(
            HostScalar(name) { _ in body(rate(run()), (run() - 1) / runsPerStep + 1) })
        known.numbers[name] = number
        return number
    }

    /// The squares of the gradient's numbers. Of a row of an embedding that was picked several times, it is the sum of the
    /// squares of each pick's gradient, as Keras has it on TensorFlow.
    public func square(_ gradient: Tensor) throws -> Tensor {
        try squares?() ?? gradient.square()
    }

    /// The magnitudes of the gradient's numbers, pick by pick in the same way.
    public func magnitude(_ gradient: Tensor) throws -> Tensor {
        try magnitudes?() ?? gradient.abs()
    }

    /// The rule's running product after a step.
    public func product(_ step: Int) -> Double { productSource(step) }
}
