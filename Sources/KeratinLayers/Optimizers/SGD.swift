import KeratinTensor

extension Optimizer {
    /// Gradient descent, with momentum: v ← momentum·v − lr·g, w ← w + v; Nesterov: w ← w + momentum·v − lr·g.
    public static func sgd(
        learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false
    ) -> Optimizer {
        Optimizer(SGD(momentum: momentum, nesterov: nesterov), learningRate: learningRate)
    }
}

struct SGD: UpdateRule {
    var momentum: Double
    var nesterov: Bool

    var name: String { "sgd" }
    var slots: [(name: String, initial: Double)] { momentum == 0 ? [] : [("momentum", 0)] }

    func validate() throws { try check("momentum", momentum, in: 0...1, name) }

    func update(
        _ weights: Tensor, gradient: Tensor, slots: [Tensor], step: StepNumbers
    ) throws -> (weights: Tensor, slots: [Tensor]) {
        let move = try gradient * step.learningRate()
        guard momentum != 0 else { return (try weights - move, []) }
        let velocity = try slots[0] * momentum - move
        let change = nesterov ? try velocity * momentum - move : velocity
        return (try weights + change, [velocity])
    }
}
