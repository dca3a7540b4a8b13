import KeratinCore
import KeratinTensor

// What happens in a step, in Keras's order: gradients are accumulated, clipped, weights decay, the rule updates them,
// the moving average follows and may replace them, constraints bring them back.

extension OptimizerState {
    /// Records one step down the gradient of the loss.
    /// - Throws: with `mustLearn` also `KeratinError` if the loss depends on none of the weights.
    package func update(_ trace: Trace, _ loss: Tensor, mustLearn: Bool = true) throws {
        try update(trace, try trace.gradients(of: loss, variables, mustLearn: mustLearn))
    }

    /// Records one step.
    /// - Parameter given: a gradient for each weight; nil for weights that stay as they are.
    func update(_ trace: Trace, _ given: [VariableGradient?]) throws {
        guard let vector, vector.type.count > 0 else { return }
        let stays = given.map { $0 == nil }
        var gradients = zip(given, descriptions).map { gradient, variable in
            gradient ?? VariableGradient(Tensor(repeating: 0, shape: variable.shape))
        }
        let weights = try vector.read(trace)
        // A recorded function may take several steps; each run takes all of them.
        let earlier = trace.count(self)
        trace.addAfterRun { self.iterations += 1 }
        let run = { self.iterations + 1 + earlier }
        let step = StepNumbers(
            trace, run: run, runsPerStep: runsPerStep,
            // As Keras and files hold it, so that training goes on bit for bit after loading.
            learningRate: { Double(Float(self.optimizer.learningRate($0 - 1))) },
            product: { self.product(after: $0) })

        var isUpdate: Tensor?
        if let accumulator, let runs = options.gradientAccumulationSteps {
            let flag = try trace.hostScalar(
                HostScalar("is_update") { _ in run() % runs == 0 ? 1 : 0 }
            )
            .binary(.greater, 0)
            let before = accumulator.read(trace)
            let sum = try joined(gradients.map(\.sum)) + before
            try accumulator.assign(
                try keeping(stays, before, flag.select(Tensor(0), sum)), trace)
            gradients = try split(sum * (1 / Double(runs))).map { VariableGradient($0) }
            isUpdate = flag
        }
        gradients = try shortened(gradients)

        var updated: Tensor
        if let rule = rule as? any UpdateRule {
            updated = try update(trace, rule, weights, gradients, step, isUpdate, stays)
        } else if let rule = rule as? any VariableUpdateRule {
            updated = try update(
                trace, rule, split(weights), bounded(gradients), step, isUpdate, stays)
        } else {
            throw KeratinError(
                .invalidState, "is neither an UpdateRule nor a VariableUpdateRule",
                at: optimizer.name)
        }
        if let isUpdate { updated = isUpdate.select(updated, weights) }
        let final = try constrained(averaged(trace, updated, run, stays))
        try vector.assign(try keeping(stays, weights, final), trace)
    }

    // MARK: Rules

    /// All weights at once.
    private func update(
        _ trace: Trace, _ rule: any UpdateRule, _ weights: Tensor,
        _ gradients: [VariableGradient], _ step: StepNumbers, _ isUpdate: Tensor?,
        _ stays: [Bool]
    ) throws -> Tensor {
        var step = step
        let gradient: Tensor
        if gradients.contains(where: \.isPicked) {
            let gradients = try bounded(gradients)
            gradient = try joined(gradients.map(\.sum))
            step.squares = { try self.joined(gradients.map { try $0.squares() }) }
            step.magnitudes = { try self.joined(gradients.map { try $0.magnitudes() }) }
        } else {
            gradient = try bounded(joined(gradients.map(\.sum)))
        }
        var decayed = weights
        if let decays {
            decayed = try weights - weights * decays.read(trace) * step.learningRate()
        } else if let decay = descriptions.first.flatMap({ weightDecay(of: $0) }) {
            decayed = try weights - weights * (step.learningRate() * decay)
        }
        let old = slots.map { $0.read(trace) }
        let new = try rule.update(decayed, gradient: gradient, slots: old, step: step)
        for (index, slot) in slots.enumerated() {
            let value = isUpdate?.select(new.slots[index], old[index]) ?? new.slots[index]
            try slot.assign(try keeping(stays, old[index], value), trace)
        }
        return new.weights
    }

    /// Weight by weight.
    private func update(
        _ trace: Trace, _ rule: any VariableUpdateRule, _ weights: [Tensor],
        _ gradients: [VariableGradient], _ step: StepNumbers, _ isUpdate: Tensor?,
        _ stays: [Bool]
    ) throws -> Tensor {
        var updated: [Tensor] = []
        for (index, variable) in descriptions.enumerated() {
            var weight = weights[index]
            if stays[index] {
                updated.append(weight)
                continue
            }
            if let decay = weightDecay(of: variable) {
                weight = try weight - weight * (step.learningRate() * decay)
            }
            let old = variableSlots[index].map { $0.read(trace) }
            let gradient = gradients[index]
            var step = step
            if gradient.isPicked {
                step.squares = { try gradient.squares() }
                step.magnitudes = { try gradient.magnitudes() }
            }
            let new = try rule.update(
                variable, weight, gradient: gradient.sum, slots: old, step: step)
            for (slot, (before, after)) in zip(variableSlots[index], zip(old, new.slots)) {
                guard let after else { continue }
                try slot.assign(isUpdate?.select(after, before) ?? after, trace)
            }
            updated.append(new.weight)
        }
        return try joined(updated)
    }

    // MARK: Around the rule

    /// Gradients that are not longer than each may be.
    private func shortened(_ gradients: [VariableGradient]) throws -> [VariableGradient] {
        guard let limit = options.clipnorm, limit > 0 else { return gradients }
        return try gradients.map { try $0.shortened(to: limit) }
    }

    /// All gradients, laid end to end, within what bounds them together, or each number.
    private func bounded(_ gradient: Tensor) throws -> Tensor {
        if let limit = options.globalClipnorm, limit > 0 {
            return try gradient * factor(squares: gradient.square(), limit)
        }
        if let limit = options.clipvalue, limit > 0 { return gradient.clipped(-limit, limit) }
        return gradient
    }

    /// The same one by one, for which picks count.
    private func bounded(_ gradients: [VariableGradient]) throws -> [VariableGradient] {
        if let limit = options.globalClipnorm, limit > 0 {
            let squares = try joined(gradients.map { try $0.squares() })
            let factor = try factor(squares: squares, limit)
            return gradients.map { VariableGradient($0.sum * factor) }
        }
        guard let limit = options.clipvalue, limit > 0 else { return gradients }
        return try gradients.map { try $0.clipped(to: limit) }
    }

    /// What brings a gradient of these squares to a length that is not above the limit.
    private func factor(squares: Tensor, _ limit: Double) throws -> Tensor {
        (1 / squares.sum().sqrt()).binary(.minimum, 1 / limit) * limit
    }

    /// Moves the average; the result is the average in the steps in which it replaces the weights.
    private func averaged(
        _ trace: Trace, _ weights: Tensor, _ run: @escaping () -> Int, _ stays: [Bool]
    ) throws -> Tensor {
        guard let average else { return weights }
        let (runs, momentum) = (runsPerStep, options.emaMomentum)
        // The average starts as the weights after the first update. Steps are counted as updates.
        let kept = try trace.hostScalar(
            HostScalar("ema_momentum") { _ in (run() - 1) / runs == 0 ? 0 : momentum })
        let before = average.read(trace)
        let moved = before * kept + weights * (1 - kept)
        try average.assign(try keeping(stays, before, moved), trace)
        guard let frequency = options.emaOverwriteFrequency else { return weights }
        let replaces = try trace.hostScalar(
            HostScalar("ema_overwrites") { _ in ((run() - 1) / runs + 1) % frequency == 0 ? 1 : 0 })
        return replaces.binary(.greater, 0).select(moved, weights)
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

    /// The old numbers of weights that stay as they are, and new ones of the others.
    private func keeping(
        _ stays: [Bool], _ old: @autoclosure () throws -> Tensor, _ new: Tensor
    ) throws -> Tensor {
        guard stays.contains(true) else { return new }
        return try joined(
            zip(stays, zip(split(old()), split(new))).map { $0 ? $1.0 : $1.1 })
    }

    private func joined(_ tensors: [Tensor]) throws -> Tensor {
        Tensor.concatenate(tensors.map { $0.reshaped([$0.count]) }, axis: 0)
    }

    private func split(_ vector: Tensor) throws -> [Tensor] {
        var offset = 0
        return descriptions.map { variable in
            let end = offset + variable.shape.count
            defer { offset = end }
            return vector.slice(starts: [offset], limits: [end]).reshaped(variable.shape)
        }
    }
}
