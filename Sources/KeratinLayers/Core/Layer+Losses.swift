import KeratinCore
import KeratinTensor

/// What a layer adds to the loss and the metrics of a step.
extension Layer {
    /// Adds a number to the loss of the step that is being recorded, or to the `losses` of a layer that is called on numbers.
    public final func addLoss(_ loss: Tensor) throws {
        if let trace = Trace.current {
            try trace.add(loss: loss)
        } else {
            addedLosses.append(loss)
        }
    }

    /// What the layer's last call on numbers added to the loss, layers inside it included, then the penalties for the size of trainable
    /// weights. In a recorded step, the losses that were added so far and these penalties.
    public final var losses: [Tensor] {
        get throws {
            let penalties = try trainableWeights.compactMap { weight in
                try weight.regularizer.map { try $0(weight.read()) }
            }
            return (Trace.current?.losses ?? allAddedLosses) + penalties
        }
    }

    private var allAddedLosses: [Tensor] { addedLosses + sublayers.flatMap(\.allAddedLosses) }

    func forgetLosses() {
        addedLosses = []
        for layer in sublayers { layer.forgetLosses() }
    }

    /// Adds what the activity regularizer says of a result to the loss.
    package final func addActivityLoss(_ result: Tensor) throws {
        guard let activityRegularizer, result.rank > 0 else { return }
        let samples = Double(max(result.shape[0], 1))
        try addLoss(try activityRegularizer(result) * (1 / samples))
    }

    /// Watches the mean of a number of each batch under a name: `fit` and `evaluate` report it. Called from `call`; outside of
    /// their steps it does nothing.
    /// - Throws: `KeratinError` in a loop's body.
    public final func addMetric(_ value: Tensor, name: String) throws {
        guard let trace = Trace.current, trace.isStep else { return }
        var metric = addedMetrics.first { $0.name == name }
        if metric == nil {
            metric = .mean.copy(name: name)
            metric.map { addedMetrics.append($0) }
        }
        metric?.update(value.cast(to: .float32).mean())
    }
}
