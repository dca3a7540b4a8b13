import KeratinCore
import KeratinTensor

/// A figure that is watched in training: `.accuracy`, `"mse"`, `AUC()`, or a closure over (yTrue, yPred).
///
/// `compile` takes it as a pattern. In a loop or a step of one's own it collects updates and gives the figure of all of them, as a metric
/// object of Keras does:
///
/// ```swift
/// let accuracy = SparseCategoricalAccuracy()
/// accuracy.update(labels, predictions)
/// print(accuracy.result())
/// ```
///
/// Totals accumulate on the device over the batches and become the figure on the host, so a ragged last batch
/// counts for what it is. Within a recorded function, such as a train step, updates become a part of it. Formulas are Keras 3's.
///
/// A metric of your own with a state of its own is a subclass, which overrides `update` and `result`:
///
/// ```swift
/// final class WithinTen: Metric {
///     private lazy var hits = addVariable("hits")
///     private lazy var seen = addVariable("seen")
///
///     override func update(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) {
///         hits += (ops.abs(yPred - yTrue) .< 10).sum()
///         seen += yTrue.count
///     }
///     override func result() -> Tensor { hits / seen }
/// }
/// ```
open class Metric: @unchecked Sendable {
    // Unchecked: `totals` and `own` have locks of their own, the rest is decided when a metric is made.
    /// The key in the history and the name in logs: a metric given by a string keeps that string.
    public let name: String
    /// Keras's class and its arguments; nil for a closure.
    private var decidedIdentity: FunctionIdentity?
    /// Where the code of a closure without a name lies.
    private var address: FunctionAddress?
    /// What stands in the metric's place in files.
    private(set) var form = Form.metric
    private var known: (any MetricDefinition)?
    /// What `update` collected.
    let totals = RunningTotals()
    /// The variables of a metric of a user, in the order in which they were added.
    let own = Locked<[OwnVariable]>([])

    /// A metric of a class of its own.
    /// - Parameter name: nil gives the class's name in snake_case.
    public required init(name: String? = nil) {
        self.name = name ?? AutomaticName.snakeCase(String(describing: Self.self))
    }

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

    /// A metric that is a function: under the name that it was registered with, or else as `metric`.
    public convenience init(
        _ body: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    ) {
        let address = FunctionAddress(body)
        let name = CustomObjects.name(Metric.kind, address)
        self.init(name ?? "metric", name.map { FunctionIdentity($0) }, MeanDefinition(body))
        self.address = address
    }

    /// By Keras's name or short form; an unknown one throws at `compile`, or at the first update.
    convenience init(keras name: String) {
        self.init(name, FunctionIdentity(name), nil)
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
            MeanDefinition(usesMask: loss.reduction == .none) { loss($0, $1) }, .loss(loss))
    }

    convenience init(
        _ name: String, _ identity: FunctionIdentity?, _ definition: (any MetricDefinition)?,
        _ form: Form = .metric
    ) {
        self.init(name: name)
        decidedIdentity = identity
        self.form = form
        known = definition
    }

    package var identity: FunctionIdentity? {
        decidedIdentity
            ?? CustomObjects.name(Metric.kind, address).map { FunctionIdentity($0) }
    }

    /// A metric of the same kind that has taken no update; one of a class of your own is made by its `init(name:)`.
    /// - Parameter name: nil: the same.
    public func copy(name: String? = nil) -> Metric {
        if isOwnClass { return type(of: self).init(name: name ?? self.name) }
        // A name in the place of a class stands for the class, whatever the figure is called.
        return Metric(name ?? self.name, identity, known ?? (try? definition()), form)
    }

    // MARK: To override

    /// Adds labels and predictions [samples, …].
    ///
    /// It does not throw: whatever is wrong, such as shapes that do not fit, is told by the next `result`, or at the end of the recording.
    /// - Parameter sampleWeight: one number per sample, or more; nil counts each once.
    open func update(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) {
        add([yPred, yTrue]) {
            if isOwnClass { throw notOverridden("update(_:_:sampleWeight:)") }
            let definition = try definition()
            return (
                definition, MetricArguments(yTrue, yPred, sampleWeight),
                try definition.update(yTrue, yPred, weight: sampleWeight)
            )
        }
    }

    /// The same as `update`, under Keras's name; a metric of your own may override either.
    open func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) {
        update(yTrue, yPred, sampleWeight: sampleWeight)
    }

    /// The figure of everything since the last reset, a scalar; several figures, such as an F1 score for each class, as a vector. Waits
    /// for the device.
    ///
    /// It carries the error before the first update, after an update that could not be done, and within a recorded function, where there
    /// are no numbers yet: a train step returns the metric in its `Logs`.
    open func result() -> Tensor {
        Tensor.carrying {
            if isOwnClass { throw notOverridden("result()") }
            let figures = try results().map { Float($0) }
            return figures.count == 1 && !givesArray
                ? Tensor(figures, shape: .scalar) : Tensor(figures, shape: [figures.count])
        }
    }

    /// Forgets all updates. If the device fails, the next result says so.
    open func reset() {
        resetTotals()
        resetOwnVariables()
    }

    /// The same as `reset`, under Keras's name.
    open func resetState() { reset() }

    /// What files say of a metric of your own, by Keras's names. One with arguments adds them, and reads them in `make(from:)`.
    open func getConfig() -> [String: ConfigValue] { ["name": .string(name), "dtype": "float32"] }

    /// A metric of a class of your own from what a file says of it.
    open class func make(from configuration: Configuration) throws -> Metric {
        configuration.ignore("dtype")
        return Self.init(name: configuration.name)
    }

    /// Which way the figure gets better, as callbacks ask that keep the best epoch; nil: not known, then they are told with `mode:`. A
    /// metric of your own says so by overriding it.
    open var direction: MetricDirection? {
        switch form {
        case .loss: .down
        case .function(let name): MetricDirection.ofClass(name)
        case .metric: identity.flatMap { MetricDirection.ofClass($0.className) }
        }
    }

    private func notOverridden(_ function: String) -> KeratinError {
        KeratinError(
            .invalidState,
            "\(type(of: self)) does not override \(function), which says what it collects or gives",
            at: "metric '\(name)'")
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
        if isOwnClass { return OwnMetricDefinition(self) }
        if let known { return known }
        return try Metric.named(name).definition()
    }
}

/// What a metric is given of a batch.
package struct MetricArguments {
    package var yTrue: Tensor
    package var yPred: Tensor
    /// What each sample counts; nil: each once.
    package var weight: Tensor?

    package init(_ yTrue: Tensor, _ yPred: Tensor, _ weight: Tensor?) {
        self.yTrue = yTrue
        self.yPred = yPred
        self.weight = weight
    }
}

/// Numbers that accumulate over batches, and the figures that they give in the end.
package protocol MetricDefinition: Sendable {
    /// The numbers of a batch, in one order always: what it adds to each total, unless `additions` says otherwise.
    /// - Parameter weight: one number for each sample, or more; nil counts each once.
    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor]

    /// What a batch adds to each total, where that depends on the totals of the batches before.
    /// - Parameters:
    ///   - batch: what `update` gave for the arguments.
    func additions(
        of batch: [Tensor], from arguments: MetricArguments, to totals: () throws -> [Tensor]
    ) throws -> [Tensor]

    /// The figure, or several, from the totals of all batches.
    func result(_ totals: [[Double]]) throws -> [Double]

    /// Whether the figures are an array in Keras, even if there is only one.
    var givesArray: Bool { get }

    /// Whether `additions` gives the new totals themselves, in place of what is added to them.
    var replacesTotals: Bool { get }
}

extension MetricDefinition {
    package func additions(
        of batch: [Tensor], from arguments: MetricArguments, to totals: () throws -> [Tensor]
    ) throws -> [Tensor] { batch }

    package var givesArray: Bool { false }
    package var replacesTotals: Bool { false }

    /// Records what a batch makes of the totals.
    package func record(
        _ batch: [Tensor], from arguments: MetricArguments, to sums: [StateStorage],
        _ lost: [StateStorage], _ trace: Trace
    ) throws {
        let additions = try additions(of: batch, from: arguments) { sums.map { $0.read(trace) } }
        guard replacesTotals else {
            return try CompensatedSum.add(additions, to: sums, lost, trace)
        }
        for (value, sum) in zip(additions, sums) { try sum.assign(value, trace) }
    }
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
