import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Optimizer {
    /// Adam (Kingma and Ba, 2014) in the form of Keras: m and v are moving averages of g and g²,
    /// w ← w − α·m/(√v + ε) with α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ). `amsgrad` uses the largest v so far.
    public static func adam(
        learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false
    ) -> Optimizer {
        let rule = Adam(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
        return Optimizer(rule, learningRate: learningRate)
    }
}

struct Adam: UpdateRule {
    var beta1: Double
    var beta2: Double
    var epsilon: Double
    var amsgrad: Bool

    var name: String { "adam" }

    var slots: [(name: String, initial: Double)] {
        [("momentum", 0), ("velocity", 0)] + (amsgrad ? [("velocity_hat", 0)] : [])
    }

    func validate() throws {
        try check("beta1", beta1, in: 0...1, name)
        try check("beta2", beta2, in: 0...1, name)
    }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let (beta1, beta2) = (beta1, beta2)
        let alpha = try step.number("adam_alpha") { rate, t in
            rate * (1 - pow(beta2, Double(t))).squareRoot() / (1 - pow(beta1, Double(t)))
        }
        let m = try slots[0] + (gradient - slots[0]) * (1 - beta1)
        let v = try slots[1] + (gradient.square() - slots[1]) * (1 - beta2)
        var results = [m, v]
        var scale = v
        if amsgrad {
            scale = try slots[2].binary(.maximum, v)
            results.append(scale)
        }
        return (try weights - m * alpha / (scale.sqrt() + epsilon), results)
    }
}
