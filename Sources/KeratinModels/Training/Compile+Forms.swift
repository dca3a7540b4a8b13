import KeratinCore
import KeratinLayers
import KeratinTensor

// The other forms in which `compile` is written: by position, the loss first, with one metric, with closures.

extension Model {
    /// A loss or a metric in code: labels and predictions to a number for each sample.
    public typealias SampleFunction = @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor

    /// Decides how the model is trained: `compile("adam", "mse", ["mae"])`.
    /// - Throws: `KeratinError` for an unknown optimizer, loss or metric.
    public func compile(
        _ optimizer: any OptimizerConvertible, _ loss: any LossConvertible,
        _ metrics: [any MetricConvertible] = [], weightedMetrics: [any MetricConvertible] = [],
        lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: metrics, weightedMetrics: weightedMetrics,
            lossWeights: lossWeights, runEagerly: runEagerly,
            stepsPerExecution: stepsPerExecution)
    }

    /// Decides how the model is trained: `compile("adam", "mse", metrics: ["mae"])`.
    /// - Throws: `KeratinError` for an unknown optimizer, loss or metric.
    public func compile(
        _ optimizer: any OptimizerConvertible, _ loss: any LossConvertible,
        metrics: [any MetricConvertible], weightedMetrics: [any MetricConvertible] = [],
        lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: metrics, weightedMetrics: weightedMetrics,
            lossWeights: lossWeights, runEagerly: runEagerly,
            stepsPerExecution: stepsPerExecution)
    }

    /// Decides how the model is trained, the loss first: `compile(loss: "mse", optimizer: "adam")`.
    /// - Throws: `KeratinError` for an unknown optimizer, loss or metric.
    public func compile(
        loss: any LossConvertible, optimizer: any OptimizerConvertible,
        metrics: [any MetricConvertible] = [], weightedMetrics: [any MetricConvertible] = [],
        lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: metrics, weightedMetrics: weightedMetrics,
            lossWeights: lossWeights, runEagerly: runEagerly,
            stepsPerExecution: stepsPerExecution)
    }

    /// Decides how the model is trained: `compile("adam", loss: "mse")`.
    /// - Throws: `KeratinError` for an unknown optimizer, loss or metric.
    public func compile(
        _ optimizer: any OptimizerConvertible, loss: any LossConvertible,
        metrics: [any MetricConvertible] = [], weightedMetrics: [any MetricConvertible] = [],
        lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: metrics, weightedMetrics: weightedMetrics,
            lossWeights: lossWeights, runEagerly: runEagerly,
            stepsPerExecution: stepsPerExecution)
    }

    /// Decides how the model is trained, with one metric: `metrics: "mae"`.
    /// - Throws: `KeratinError` for an unknown optimizer, loss or metric.
    public func compile(
        optimizer: any OptimizerConvertible = .rmsprop, loss: any LossConvertible,
        metrics: any MetricConvertible, weightedMetrics: [any MetricConvertible] = [],
        lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: [metrics], weightedMetrics: weightedMetrics,
            lossWeights: lossWeights, runEagerly: runEagerly,
            stepsPerExecution: stepsPerExecution)
    }

    /// Decides how the model is trained, with a loss in code: `loss: { truth, prediction in … }`, or the name of a function. To be saved
    /// it needs a name: `CustomObjects.register("log_cosh", loss: logCosh)`.
    /// - Throws: `KeratinError` for an unknown optimizer or metric.
    public func compile(
        optimizer: any OptimizerConvertible = .rmsprop, loss: @escaping SampleFunction,
        metrics: [any MetricConvertible] = [], weightedMetrics: [any MetricConvertible] = [],
        lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer: optimizer, loss: Loss(loss), metrics: metrics,
            weightedMetrics: weightedMetrics, lossWeights: lossWeights, runEagerly: runEagerly,
            stepsPerExecution: stepsPerExecution)
    }

    /// Decides how the model is trained, with metrics in code, which are called `metric`, `metric_1`, … in the history; `Metric("distance",
    /// distance)` has a name of its own.
    /// - Throws: `KeratinError` for an unknown optimizer or loss.
    public func compile(
        optimizer: any OptimizerConvertible = .rmsprop, loss: any LossConvertible,
        metrics: [SampleFunction], lossWeights: Double? = nil, runEagerly: Bool = false,
        stepsPerExecution: Int = 1, jitCompile: JITCompile = .auto
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: metrics.map { Metric($0) },
            lossWeights: lossWeights, runEagerly: runEagerly,
            stepsPerExecution: stepsPerExecution)
    }
}
