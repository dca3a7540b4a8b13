import KeratinCore
import KeratinTensor

/// How weights follow their gradients: `.adam(learningRate: 1e-3)`, `"sgd"`, or a rule of your own.
public struct Optimizer: Sendable, ExpressibleByStringLiteral {
    /// Read before each step, so it may be changed between steps without compiling anew.
    public var learningRate: Double
    let rule: (any UpdateRule)?
    /// Keras's name of the rule.
    public let name: String

    public init(_ rule: any UpdateRule, learningRate: Double) {
        self.rule = rule
        self.learningRate = learningRate
        name = rule.name
    }

    /// By Keras's name, with its defaults; an unknown one throws at `compile`.
    public init(stringLiteral value: String) {
        let known = Optimizer.known[value.lowercased()]
        name = known?.name ?? value
        rule = known?.rule
        learningRate = known?.learningRate ?? 0
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func resolvedRule() throws -> any UpdateRule {
        guard let rule else {
            throw unknownName(name, among: Optimizer.known.keys.sorted(), what: "optimizer")
        }
        guard learningRate.isFinite, learningRate >= 0 else {
            throw KeratinError(
                .invalidArgument, "learningRate must be a number ≥ 0, got \(learningRate)", at: name
            )
        }
        try rule.validate()
        return rule
    }

    private static let known: [String: Optimizer] = {
        let all: [Optimizer] = [.sgd(), .rmsprop(), .adam()]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }()
}

/// An optimizer's formula. It works on all trainable weights at once, laid end to end in one vector, and
/// becomes one launch.
public protocol UpdateRule: Sendable {
    /// Keras's name.
    var name: String { get }

    /// One vector as long as the weights for each entry, with its first value.
    var slots: [(name: String, initial: Double)] { get }

    /// - Throws: `KeratinError` if a constant lies outside its range.
    func validate() throws

    /// The new weights and slots.
    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor])
}

/// Numbers that the host computes for each step in Double.
public struct StepNumbers {
    private let trace: Trace
    private let learningRateSource: () -> Double

    package init(_ trace: Trace, learningRate: @escaping () -> Double) {
        self.trace = trace
        learningRateSource = learningRate
    }

    /// The learning rate of the step.
    public func learningRate() throws -> Tensor { try number("learning_rate") { rate, _ in rate } }

    /// A number computed from the learning rate and the step, which counts from 1.
    public func number(
        _ name: String, _ body: @escaping (_ learningRate: Double, _ step: Int) -> Double
    ) throws -> Tensor {
        let rate = learningRateSource
        return try trace.hostScalar(HostScalar(name) { body(rate(), $0) })
    }
}

/// Throws unless a constant lies in a range.
func check(_ what: String, _ value: Double, in range: ClosedRange<Double>, _ rule: String) throws {
    guard range.contains(value) else {
        throw KeratinError(
            .invalidArgument,
            "\(what) must lie in \(range.lowerBound)…\(range.upperBound), got \(value)", at: rule)
    }
}
