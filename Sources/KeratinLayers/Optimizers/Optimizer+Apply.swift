import KeratinCore
import KeratinTensor

extension Optimizer {
    /// Steps taken; with gradient accumulation, also those that only added to the gradients.
    public var iterations: Int { lock.withLock { state?.iterations ?? 0 } }

    /// Takes one step: weights follow their gradients, after what the options do to these (clipping, decay, averages), and are
    /// brought back to their constraints.
    ///
    /// Within a recorded function, such as a train step, the step becomes a part of it and is taken at the end of each run; outside
    /// of one it is taken at once. The first call lays out what the rule keeps of each weight; later calls may give some of these
    /// weights only, and the others stay as they are. A step that cannot be taken changes nothing; whoever reads one of the weights next, such
    /// as the next `valueAndGradient`, throws why, or the end of the recording does.
    /// - Parameters:
    ///   - gradients: one for each weight, of its shape, as `valueAndGradient(of:)` gives them.
    ///   - weights: usually a model's `trainableWeights`.
    public func apply(_ gradients: [Tensor], to weights: [Variable]) {
        State.changing(weights.map(\.state)) { try takeStep(gradients, weights) }
    }

    /// - Throws: `KeratinError` if counts or shapes differ, or a weight was not there at the first call.
    private func takeStep(_ gradients: [Tensor], _ weights: [Variable]) throws {
        guard gradients.count == weights.count else {
            throw KeratinError(
                .invalidArgument, "got \(gradients.count) gradients for \(weights.count) weights",
                at: name)
        }
        for (gradient, weight) in zip(gradients, weights) where gradient.shape != weight.shape {
            throw KeratinError(
                .shapeMismatch,
                "the gradient of '\(weight.path)' is \(gradient.shape), the weight \(weight.shape)",
                at: name)
        }
        guard let first = weights.first else { return }
        try lock.withLock {
            let state = try state ?? OptimizerState(self)
            try state.checkRate()
            let backend = first.state.backend
            _ = try state.prepare(state.variables.isEmpty ? weights : state.variables, on: backend)
            self.state = state
            let places = try state.places(of: weights)
            try ImmediateExecution.recordOrRun(on: backend) { trace in
                var all = [VariableGradient?](repeating: nil, count: state.variables.count)
                for (gradient, place) in zip(gradients, places) {
                    all[place] = try trace.takeBack(gradient)
                }
                try state.update(trace, all)
            }
        }
    }
}

extension Optimizer? {
    /// The learning rate of a model's optimizer; nil if the model is not compiled. Setting it then does nothing, of which a warning tells.
    public var learningRate: LearningRate? {
        get { self?.learningRate }
        nonmutating set {
            guard let self, let newValue else {
                return warn(
                    "a learning rate was set, but there is no optimizer: call compile first")
            }
            self.learningRate = newValue
        }
    }

    /// Takes one step with a model's optimizer; see `Optimizer.apply`. A model that is not compiled has none, which is told as other errors
    /// are.
    public func apply(_ gradients: [Tensor], to weights: [Variable]) {
        if let self { return self.apply(gradients, to: weights) }
        State.changing(weights.map(\.state)) {
            throw KeratinError(
                .invalidState,
                "there is no optimizer: the model is not compiled, call compile first")
        }
    }
}
