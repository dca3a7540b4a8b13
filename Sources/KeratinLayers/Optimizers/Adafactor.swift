import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Optimizer {
    /// Adafactor (Shazeer and Stern, 2018): the mean squares of a matrix's gradients are kept as means of rows and
    /// columns, v = r/mean(r)·c; u = g/√v is divided by max(1, RMS(u)/clipThreshold), and
    /// w ← w − max(ε₂, RMS(w))·min(lr, 1/√t)·u. Averages keep 1 − t^β₂Decay of themselves.
    /// - Parameter relativeStep: kept for files; the step is bounded by 1/√t either way, as in Keras.
    static func adafactor(
        learningRate: LearningRate = 0.001, beta2Decay: Double = -0.8, epsilon1: Double = 1e-30,
        epsilon2: Double = 1e-3, clipThreshold: Double = 1, relativeStep: Bool = true,
        options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        let config: [String: ConfigValue] = [
            "beta_2_decay": .number(beta2Decay), "epsilon_1": .number(epsilon1),
            "epsilon_2": .number(epsilon2), "clip_threshold": .number(clipThreshold),
            "relative_step": .boolean(relativeStep),
        ]
        let rule = AdafactorRule(
            beta2Decay: beta2Decay, epsilon1: epsilon1, epsilon2: epsilon2,
            clipThreshold: clipThreshold)
        return Optimizer(FunctionIdentity("Adafactor", config), rule, learningRate, options)
    }

    static func adafactor(_ configuration: Configuration) throws -> Optimizer {
        .adafactor(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            beta2Decay: try configuration.number("beta_2_decay", default: -0.8),
            epsilon1: try configuration.number("epsilon_1", default: 1e-30),
            epsilon2: try configuration.number("epsilon_2", default: 1e-3),
            clipThreshold: try configuration.number("clip_threshold", default: 1),
            relativeStep: try configuration.boolean("relative_step", default: true),
            options: try OptimizerOptions(from: configuration))
    }
}

struct AdafactorRule: VariableUpdateRule {
    var beta2Decay: Double
    var epsilon1: Double
    var epsilon2: Double
    var clipThreshold: Double

    func slots(for variable: OptimizedVariable) -> [VariableSlot] {
        let extents = variable.shape.dimensions
        if extents.count < 2 {
            // Keras's files have two numbers here that nothing uses.
            let unused = VariableSlot(name: "unused", shape: .scalar, isUnused: true)
            return [unused, unused, .velocity(variable)]
        }
        let columns = extents.dropLast(2) + extents.suffix(1)
        return [
            VariableSlot(name: "rows", shape: Shape(extents.dropLast())),
            VariableSlot(name: "columns", shape: Shape(Array(columns))), .velocity(variable),
        ]
    }

    func update(
        _ variable: OptimizedVariable, _ weight: Tensor, gradient: Tensor, slots: [Tensor],
        step: StepNumbers
    ) throws -> (weight: Tensor, slots: [Tensor?]) {
        let decay = beta2Decay
        let rate = try step.number("adafactor_rate") { Swift.min($0, 1 / Double($1).squareRoot()) }
        let kept = try step.number("adafactor_beta2") { _, t in 1 - pow(Double(t), decay) }
        func average(_ old: Tensor, _ new: Tensor) throws -> Tensor {
            old * kept + new * (1 - kept)
        }
        let squares = try step.square(gradient) + epsilon1
        var (rows, columns): (Tensor?, Tensor?)
        let velocity: Tensor
        if weight.rank < 2 {
            velocity = try average(slots[2], squares)
        } else {
            let r = try average(slots[0], squares.mean(axes: [-1]))
            let c = try average(slots[1], squares.mean(axes: [-2]))
            let share = r / r.mean(axes: [-1], keepDimensions: true)
            velocity = share.expandingDimension(at: -1) * c.expandingDimension(at: -2)
            (rows, columns) = (r, c)
        }
        let direction = gradient / velocity.sqrt()
        let excess = try (rootMeanSquare(direction) / clipThreshold).binary(.maximum, 1)
        let size = try rootMeanSquare(weight).binary(.maximum, epsilon2)
        return (weight - direction * (size * rate / excess), [rows, columns, velocity])
    }

    private func rootMeanSquare(_ x: Tensor) throws -> Tensor { x.square().mean().sqrt() }
}
