import KeratinCore
import KeratinTensor

/// A figure that is watched in training: `.accuracy`, `"mse"`, `AUC()`, or a closure over (yTrue, yPred).
///
/// `compile` takes it as a pattern. In a loop or a step of one's own it collects updates and gives the figure of all of them, as a metric
/// object of Keras does:
///
/// ```swift
/// let accuracy = SparseCategoricalAccuracy()
/// try accuracy.update(labels, predictions)
/// try accuracy.result()
/// ```
///
/// Totals accumulate on the device over the batches and become the figure on the host, so a ragged last batch
/// counts for what it is. Within a recorded function, such as a train step, updates become a part of it. Formulas are Keras 3's.
public final class Metric: @unchecked Sendable, ExpressibleByStringLiteral {
    // Unchecked: `totals` has a lock of its own, the rest never changes.
    /// The key in the history and the name in logs: a metric given by a string keeps that string.
    public let name: String
    /// Keras's class and its arguments; nil for a closure.
    package let identity: FunctionIdentity?
    /// What stands in the metric's place in files.
    let form: Form
    private let known: (any MetricDefinition)?
    /// What `update` collected.
    let totals = RunningTotals()

    /// A metric of your own: a value for each sample, or for each element, of which the mean is taken.
    public convenience init(
        _ name: String,
        _ body: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    ) {
        self.init(name, nil, MeanDefinition(body))
    }

    /// A metric of your own with totals of its own, which grow batch by batch.
    ///
    /// - Parameters:
    ///   - update: labels, predictions [samples, …] and what each sample counts (nil: each once) to what the batch adds to each total;
    ///     always as many, of the same shapes.
    ///   - result: the totals' numbers over all batches, row-major, to the figure.
    public convenience init(
        _ name: String,
        update:
            @escaping @Sendable (
                _ yTrue: Tensor, _ yPred: Tensor, _ sampleWeight: Tensor?
            ) throws -> [Tensor],
        result: @escaping @Sendable (_ totals: [[Double]]) -> Double
    ) {
        self.init(name, nil, TotalsDefinition(body: update, finish: result))
    }

    /// By Keras's name or short form; an unknown one throws at `compile`, or at the first update.
    public convenience init(stringLiteral value: String) {
        self.init(value, FunctionIdentity(value), nil)
    }

    /// By a name, or like another metric, of which it takes no updates.
    /// - Throws: `KeratinError` for an unknown name.
    @_disfavoredOverload
    public convenience init(_ metric: any MetricConvertible) throws {
        let pattern = metric.metric
        self.init(pattern.name, pattern.identity, try pattern.definition(), pattern.form)
    }

    /// A loss as a metric: the mean of what it gives each batch, whatever the batches' sizes, as in Keras. A loss whose
    /// reduction is `none` gives the mean over the samples.
    public convenience init(_ loss: Loss) {
        self.init(
            loss.name, loss.identity,
            MeanDefinition(usesMask: loss.reduction == .none) { try loss($0, $1) }, .loss(loss))
    }

    init(
        _ name: String, _ identity: FunctionIdentity?, _ definition: (any MetricDefinition)?,
        _ form: Form = .metric
    ) {
        self.name = name
        self.identity = identity
        self.form = form
        known = definition
    }

    /// A metric of the same kind that has taken no update.
    /// - Parameter name: nil: the same.
    public func copy(name: String? = nil) -> Metric {
        // A name in the place of a class stands for the class, whatever the figure is called.
        Metric(name ?? self.name, identity, known ?? (try? definition()), form)
    }

    /// What files may hold in the place of a metric.
    enum Form: Sendable {
        case metric
        /// A loss object.
        case loss(Loss)
        /// The name of a function of Keras that gives each sample a number.
        case function(String)
    }

    /// How the figure is computed.
    /// - Throws: `KeratinError` for an unknown name.
    package func definition() throws -> any MetricDefinition {
        if let known { return known }
        return try Metric.named(name).definition()
    }
}

/// Numbers that accumulate over batches, and the figures that they give in the end.
package protocol MetricDefinition: Sendable {
    /// The numbers of a batch, in one order always: what it adds to each total, unless `additions` says otherwise.
    /// - Parameter weight: one number for each sample, or more; nil counts each once.
    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor]

    /// What a batch adds to each total, where that depends on the totals of the batches before.
    /// - Parameter batch: what `update` gave.
    func additions(of batch: [Tensor], to totals: () throws -> [Tensor]) throws -> [Tensor]

    /// The figure, or several, from the totals of all batches.
    func result(_ totals: [[Double]]) -> [Double]

    /// Whether the figures are an array in Keras, even if there is only one.
    var givesArray: Bool { get }
}

extension MetricDefinition {
    package func additions(
        of batch: [Tensor], to totals: () throws -> [Tensor]
    ) throws -> [Tensor] { batch }

    package var givesArray: Bool { false }
}

/// A metric of a user with totals of its own.
private struct TotalsDefinition: MetricDefinition {
    let body:
        @Sendable (_ yTrue: Tensor, _ yPred: Tensor, _ sampleWeight: Tensor?) throws -> [Tensor]
    let finish: @Sendable (_ totals: [[Double]]) -> Double

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        try body(yTrue, yPred, weight).map { $0.cast(to: .float32) }
    }

    func result(_ totals: [[Double]]) -> [Double] { [finish(totals)] }
}

extension Double {
    /// 0 where the divisor is 0.
    func dividedSafely(by divisor: Double) -> Double { divisor == 0 ? 0 : self / divisor }
}

/// Σ value·weight / Σ weight over the samples; values of a sample are averaged first.
struct MeanDefinition: MetricDefinition {
    typealias Body = @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    private let body: Body
    private let usesMask: Bool
    private let finish: @Sendable (Double) -> Double

    /// - Parameters:
    ///   - usesMask: whether the mask of the predictions weighs too.
    ///   - finish: what the mean becomes.
    init(
        usesMask: Bool = true, finish: @escaping @Sendable (Double) -> Double = { $0 },
        _ body: @escaping Body
    ) {
        self.body = body
        self.usesMask = usesMask
        self.finish = finish
    }

    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        let values = try body(yTrue, yPred)
        var weight = weight
        if usesMask, let mask = yPred.mask { weight = try MetricWeights.masked(weight, mask) }
        return try Self.totals(values, weight)
    }

    /// Σ value·weight and Σ weight over the samples.
    static func totals(_ values: Tensor, _ weight: Tensor?) throws -> [Tensor] {
        if let weight {
            let (values, weights) = try MetricWeights.samplewise(values, weight)
            return [values.sum(), weights.sum()]
        }
        let samples = try MetricWeights.reduced(values, from: 1)
        let count = Double(values.rank > 0 ? values.shape[0] : 1)
        return [samples.sum(), Tensor(count)]
    }

    func result(_ totals: [[Double]]) -> [Double] {
        [finish(totals[0][0].dividedSafely(by: totals[1][0]))]
    }
}
