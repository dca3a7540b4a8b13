import KeratinCore
import KeratinLayers
import KeratinTensor

// What happens in a step, in Keras's order: gradients are accumulated, clipped, weights decay, the rule updates them,
// the moving average follows and may replace them, constraints bring them back.

extension OptimizerState {
    /// Records one step down the gradient of the loss.
    func update(_ trace: Trace, _ loss: Tensor) throws {
        guard let group, group.storage.type.count > 0 else { return }
        let reads = try variables.map { try $0.read() }
        var gradients = try trace.gradients(of: loss, withRespectTo: reads)
        let weights = group.storage.read(trace)
        let step = StepNumbers(
            trace, runsPerStep: runsPerStep,
            // As Keras and files hold it, so that training goes on bit for bit after loading.
            learningRate: { [unowned self] run in
                Double(Float(optimizer.learningRate(run - 1)))
            },
            product: { [unowned self] in product(after: $0) })

        var isUpdate: Tensor?
        if let accumulator, let runs = options.gradientAccumulationSteps {
            let flag = try trace.hostScalar(HostScalar("is_update") { $0 % runs == 0 ? 1 : 0 })
                .binary(.greater, 0)
            let sum = try joined(gradients) + accumulator.read(trace)
            try accumulator.assign(try flag.select(Tensor(0), sum), trace)
            gradients = try split(sum * (1 / Double(runs)))
            isUpdate = flag
        }
        gradients = try shortened(gradients)

        var updated: Tensor
        if let rule = rule as? any UpdateRule {
            let gradient = try bounded(joined(gradients))
            updated = try update(trace, rule, weights, gradient, step, isUpdate)
        } else if let rule = rule as? any VariableUpdateRule {
            if options.globalClipnorm != nil || options.clipvalue != nil {
                gradients = try split(bounded(joined(gradients)))
            }
            updated = try update(trace, rule, split(weights), gradients, step, isUpdate)
        } else {
            throw KeratinError(
                .invalidState, "is neither an UpdateRule nor a VariableUpdateRule",
                at: optimizer.name)
        }
        if let isUpdate { updated = try isUpdate.select(updated, weights) }
        try group.storage.assign(try constrained(averaged(trace, updated)), trace)
    }

    // MARK: Rules

    /// All weights at once.
    private func update(
        _ trace: Trace, _ rule: any UpdateRule, _ weights: Tensor, _ gradient: Tensor,
        _ step: StepNumbers, _ isUpdate: Tensor?
    ) throws -> Tensor {
        var decayed = weights
        if let decays {
            decayed = try weights - weights * decays.read(trace) * step.learningRate()
        } else if let decay = descriptions.first.flatMap({ weightDecay(of: $0) }) {
            decayed = try weights - weights * (step.learningRate() * decay)
        }
        let old = slots.map { $0.read(trace) }
        let new = try rule.update(decayed, gradient: gradient, slots: old, step: step)
        for (index, slot) in slots.enumerated() {
            let value = try isUpdate?.select(new.slots[index], old[index]) ?? new.slots[index]
            try slot.assign(value, trace)
        }
        return new.weights
    }

    /// Weight by weight.
    private func update(
        _ trace: Trace, _ rule: any VariableUpdateRule, _ weights: [Tensor],
        _ gradients: [Tensor], _ step: StepNumbers, _ isUpdate: Tensor?
    ) throws -> Tensor {
        var updated: [Tensor] = []
        for (index, variable) in descriptions.enumerated() {
            var weight = weights[index]
            if let decay = weightDecay(of: variable) {
                weight = try weight - weight * (step.learningRate() * decay)
            }
            let old = variableSlots[index].map { $0.read(trace) }
            let new = try rule.update(
                variable, weight, gradient: gradients[index], slots: old, step: step)
            for (slot, (before, after)) in zip(variableSlots[index], zip(old, new.slots)) {
                guard let after else { continue }
                try slot.assign(try isUpdate?.select(after, before) ?? after, trace)
            }
            updated.append(new.weight)
        }
        return try joined(updated)
    }

    // MARK: Around the rule

    /// Gradients that are not longer than each may be.
    private func shortened(_ gradients: [Tensor]) throws -> [Tensor] {
        guard let limit = options.clipnorm, limit > 0 else { return gradients }
        return try gradients.map { gradient in
            let length = try gradient.square().sum().sqrt()
            return try gradient * limit / length.binary(.maximum, limit)
        }
    }

    /// All gradients within what bounds them together, or each number.
    private func bounded(_ gradient: Tensor) throws -> Tensor {
        if let limit = options.globalClipnorm, limit > 0 {
            let length = try gradient.square().sum().sqrt()
            return try gradient * ((1 / length).binary(.minimum, 1 / limit) * limit)
        }
        if let limit = options.clipvalue, limit > 0 { return try gradient.clipped(-limit, limit) }
        return gradient
    }

    /// Moves the average; the result is the average in the steps in which it replaces the weights.
    private func averaged(_ trace: Trace, _ weights: Tensor) throws -> Tensor {
        guard let average else { return weights }
        let (runs, momentum) = (runsPerStep, options.emaMomentum)
        // The average starts as the weights after the first update. Steps are counted as updates.
        let kept = try trace.hostScalar(
            HostScalar("ema_momentum") { ($0 - 1) / runs == 0 ? 0 : momentum })
        let moved = try average.read(trace) * kept + weights * (1 - kept)
        try average.assign(moved, trace)
        guard let frequency = options.emaOverwriteFrequency else { return weights }
        let replaces = try trace.hostScalar(
            HostScalar("ema_overwrites") { (($0 - 1) / runs + 1) % frequency == 0 ? 1 : 0 })
        return try replaces.binary(.greater, 0).select(moved, weights)
    }

    private func constrained(_ weights: Tensor) throws -> Tensor {
        guard variables.contains(where: { $0.constraint != nil }) else { return weights }
        return try joined(
            zip(variables, split(weights)).map { variable, weight in
                guard let constraint = variable.constraint else { return weight }
                let result = try constraint(weight)
                guard result.shape == weight.shape else {
                    throw KeratinError(
                        .shapeMismatch,
                        "the constraint of a weight \(weight.shape) gives \(result.shape)",
                        at: variable.path)
                }
                return result
            })
    }

    // MARK: Weights laid end to end

    private func joined(_ tensors: [Tensor]) throws -> Tensor {
        try Tensor.concatenate(try tensors.map { try $0.reshaped([$0.count]) }, axis: 0)
    }

    private func split(_ vector: Tensor) throws -> [Tensor] {
        var offset = 0
        return try descriptions.map { variable in
            let end = offset + variable.shape.count
            defer { offset = end }
            return try vector.slice(starts: [offset], limits: [end]).reshaped(variable.shape)
        }
    }
}
