import KeratinCore
import KeratinTensor

extension Layer {
    /// Calls the layer on a tensor, a weight, or an `Input`, which stands for its symbolic tensor.
    ///
    /// On a symbolic tensor the result is symbolic: the layer becomes part of a graph, of which a `Model` can be made. If the shapes do
    /// not fit, or the layer has several results, the result carries the error.
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool = false
    ) -> Tensor {
        Tensor.carrying { try apply(input.tensor, training: training) }
    }

    /// Calls a layer with several inputs, such as `Add`.
    public final func callAsFunction(
        _ inputs: [any TensorConvertible], training: Bool = false
    ) -> Tensor {
        Tensor.carrying {
            let results = try outputs(inputs, training: training)
            guard results.count == 1 else { throw severalResults(results.count) }
            return results[0]
        }
    }

    /// Both results of a layer that has two, such as `GRU` with `returnState`: `let (y, h) = gru(x)`.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool = false
    ) -> (Tensor, Tensor) {
        let results = results(2, [input], training)
        return (results[0], results[1])
    }

    /// All results of a layer that has three, such as `LSTM` with `returnState`: `let (y, h, c) = lstm(x)`.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool = false
    ) -> (Tensor, Tensor, Tensor) {
        let results = results(3, [input], training)
        return (results[0], results[1], results[2])
    }

    private func results(
        _ count: Int, _ inputs: [any TensorConvertible], _ training: Bool
    ) -> [Tensor] {
        Tensor.carrying(count: count, inputs.map(\.tensor)) {
            let results = try apply(inputs.map(\.tensor), CallContext(training: training))
            guard results.count == count else { throw severalResults(results.count) }
            return results
        }
    }

    func severalResults(_ count: Int) -> KeratinError {
        KeratinError(
            .invalidArgument, "has \(count) results: outputs(_:) gives all of them", at: place)
    }

    /// All results of a layer that has several, such as `LSTM` with `returnState`.
    public final func outputs(
        _ input: any TensorConvertible, training: Bool = false
    ) throws -> [Tensor] {
        try apply([input.tensor], CallContext(training: training))
    }

    /// All results for several inputs.
    public final func outputs(
        _ inputs: [any TensorConvertible], training: Bool = false
    ) throws -> [Tensor] {
        try apply(inputs.map(\.tensor), CallContext(training: training), takesList: true)
    }
}
