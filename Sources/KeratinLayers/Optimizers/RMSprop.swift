import KeratinTensor

extension Optimizer {
    /// v ← ρ·v + (1 − ρ)·g², w ← w − lr·g/√(v + ε); centred: v less the square of the mean gradient. With
    /// momentum the steps accumulate: m ← momentum·m + step.
    public static func rmsprop(
        learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7, centered: Bool = false
    ) -> Optimizer {
        let rule = RMSprop(rho: rho, momentum: momentum, epsilon: epsilon, centered: centered)
        return Optimizer(rule, learningRate: learningRate)
    }
}

struct RMSprop: UpdateRule {
    var rho: Double
    var momentum: Double
    var epsilon: Double
    var centered: Bool

    var name: String { "rmsprop" }

    var slots: [(name: String, initial: Double)] {
        var slots: [(name: String, initial: Double)] = [("velocity", 0)]
        if momentum > 0 { slots.append(("momentum", 0)) }
        if centered { slots.append(("average_gradient", 0)) }
        return slots
    }

    func validate() throws {
        try check("rho", rho, in: 0...1, name)
        try check("momentum", momentum, in: 0...1, name)
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let velocity = try slots[0] * rho + gradient.square() * (1 - rho)
        var results = [velocity]
        var denominator = try velocity + epsilon
        var average: Tensor?
        if centered {
            let mean = try slots[slots.count - 1] * rho + gradient * (1 - rho)
            denominator = try velocity - mean.square() + epsilon
            average = mean
        }
        var move = try gradient * step.learningRate() / denominator.sqrt()
        if momentum > 0 {
            move = try slots[1] * momentum + move
            results.append(move)
        }
        if let average { results.append(average) }
        return (try weights - move, results)
    }
}
