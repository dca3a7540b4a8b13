import KeratinCore
import KeratinLayers
import KeratinTensor

/// The losses of a model's outputs, and how much each counts.
struct StepLosses {
    private let losses: [Loss?]
    private let weights: [Double?]

    /// - Throws: `KeratinError` for a loss or weight of an output that is not there, and a weight without a loss.
    init(_ specification: CompileSpecification, outputs names: [String], at place: String) throws {
        losses = try specification.loss.resolved(names, what: "loss", sharesOne: true, at: place)
        weights =
            try specification.lossWeights?.resolved(
                names, what: "loss weight", sharesOne: false, at: place)
            ?? names.map { _ in nil }
        for (index, weight) in weights.enumerated() where weight != nil && losses[index] == nil {
            throw KeratinError(
                .invalidArgument, "the output '\(names[index])' has a loss weight but no loss",
                at: place)
        }
    }

    /// Whether an output has a loss, and so needs labels.
    var needsLabels: [Bool] { losses.map { $0 != nil } }

    /// How many classes the labels of an output are numbers of, if its loss takes such and their count is known before the device
    /// computes: then the host looks at them.
    func classCount(_ output: Int, shapes: [[Int?]]) -> Int? {
        guard shapes.indices.contains(output) else { return nil }
        return losses[output]?.classCount(predictions: shapes[output])
    }

    /// Looks at the class numbers of an output.
    /// - Throws: `KeratinError` for the first that is none.
    func check(labels: HostArray, _ output: Int, shapes: [[Int?]]) throws {
        guard let classes = classCount(output, shapes: shapes) else { return }
        try losses[output]?.check(labels: labels, below: classes)
    }

    /// What is reported of each output, where there are several losses: they are not weighted.
    struct Values {
        /// What is reported.
        var figure: Tensor
        /// What gradients are taken of.
        var target: Tensor
        /// One for each output with a loss; empty if there is only one.
        var parts: [Tensor]
    }

    /// Which outputs have a loss of their own among the figures.
    var reported: [Int] {
        let indices = losses.indices.filter { losses[$0] != nil }
        return indices.count > 1 ? indices : []
    }

    /// The loss of a batch.
    ///
    /// A loss that is not reduced gives a number for each sample: as in Keras on TensorFlow the mean is reported, and the
    /// gradient is that of the sum.
    /// - Parameter penalties: scalars that are added once.
    func values(
        _ labels: [Tensor?], _ outputs: [Tensor], weights sampleWeights: [Tensor?],
        penalties: [Tensor]
    ) throws -> Values {
        var total: Tensor?
        var parts: [Tensor] = []
        for (index, loss) in losses.enumerated() {
            guard let loss else { continue }
            guard index < outputs.count, let label = labels[index] else {
                throw KeratinError(.invalidData, "the output \(index) has a loss but no labels")
            }
            var value = loss(label, outputs[index], sampleWeight: sampleWeights[index])
            if !reported.isEmpty { parts.append(value.rank == 0 ? value : value.mean()) }
            if let weight = weights[index] { value = value * weight }
            total = total.map { $0 + value } ?? value
        }
        let loss = total ?? Tensor(0.0)
        let isReduced = loss.rank == 0
        let figure = penalties.reduce(isReduced ? loss : loss.mean()) { $0 + $1 }
        let target = isReduced ? figure : penalties.reduce(loss.sum()) { $0 + $1 }
        return Values(figure: figure, target: target, parts: parts)
    }
}

/// What `compile` was told; what of it belongs to which output is decided when the outputs are known.
struct CompileSpecification {
    var loss: PerOutput<Loss>
    var lossWeights: PerOutput<Double>?
    var metrics: PerOutput<[Metric]>
    var weightedMetrics: PerOutput<[Metric]>
    /// Whether steps may read numbers while they are recorded.
    var runEagerly = false
    /// Steps between two times that callbacks are told of batches.
    var stepsPerExecution = 1

    /// - Throws: `KeratinError` for an unknown loss or metric.
    func validate() throws {
        guard stepsPerExecution > 0 else {
            throw KeratinError(
                .invalidArgument, "stepsPerExecution must be positive, got \(stepsPerExecution)",
                at: "compile")
        }
        for loss in loss.all { try loss.validate() }
        for metric in (metrics.all + weightedMetrics.all).flatMap({ $0 }) {
            _ = try metric.definition()
        }
    }
}
