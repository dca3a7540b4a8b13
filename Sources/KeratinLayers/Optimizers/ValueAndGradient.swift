import KeratinCore
import KeratinTensor

/// The value of a loss and its gradient with respect to weights: the twin of Keras's GradientTape.
///
/// Within a recorded function, such as a train step, loss and gradient become a part of it. Outside of one the closure is recorded
/// and run once: its tensors have no numbers meanwhile, but metrics may be updated in it. Gradients may be taken within.
///
/// ```swift
/// let (loss, gradients) = try valueAndGradient(of: model.trainableWeights) {
///     loss(y, model(x, training: true))
/// }
/// optimizer.apply(gradients, to: model.trainableWeights)
/// ```
/// - Parameters:
///   - weights: such as a model's `trainableWeights`.
///   - loss: a float32 scalar.
/// - Returns: the loss, and a gradient for each weight, of its shape; zeros where the loss does not depend on a weight.
/// - Throws: what the closure throws; `KeratinError` if its result is no float32 scalar.
public func valueAndGradient(
    of weights: [Variable], _ loss: () throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    if let trace = Trace.current { return try recorded(trace, weights, loss) }
    let backend = try weights.first?.state.backend ?? Context.backend
    let function = try withBackend(backend) {
        try TracedFunction.settled {
            try TracedFunction.record([], status: DeviceStatus()) { trace, _ in
                let (value, gradients) = try recorded(trace, weights, loss)
                return [value] + gradients
            }
        }.function
    }
    let results = try ImmediateExecution.run(function, on: backend)
    return (results[0], Array(results.dropFirst()))
}

private func recorded(
    _ trace: Trace, _ weights: [Variable], _ loss: () throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    let value = try loss()
    let gradients = try trace.gradients(of: value, weights, mustLearn: false)
    return (value, try gradients.map { try trace.handOut($0) })
}
