import KeratinCore
import KeratinTensor

extension Layer {
    /// Calls the layer on a tensor, a weight, or an `Input`, which stands for its symbolic tensor.
    ///
    /// On a symbolic tensor the result is symbolic: the layer becomes part of a graph, of which a `Model` can be made. If the shapes do
    /// not fit, the result carries the error. Several results are found by their places, `y[0]` and `y[1]`, and those of a model by
    /// the names of its outputs too.
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool? = nil
    ) -> Tensor {
        Tensor.carrying {
            Tensor(
                results: try CallContext.called(training) { try outputs(input, training: $0) },
                names: outputNames, at: place)
        }
    }

    /// Calls a layer with several inputs, such as `Add`.
    public final func callAsFunction(
        _ inputs: [any TensorConvertible], training: Bool? = nil
    ) -> Tensor {
        Tensor.carrying {
            Tensor(
                results: try CallContext.called(training) { try outputs(inputs, training: $0) },
                names: outputNames, at: place)
        }
    }

    /// Both results of a layer that has two, such as `GRU` with `returnState`: `let (y, h) = gru(x)`.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool? = nil
    ) -> (Tensor, Tensor) {
        let results = results(2, [input], training)
        return (results[0], results[1])
    }

    /// All results of a layer that has three, such as `LSTM` with `returnState`: `let (y, h, c) = lstm(x)`.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool? = nil
    ) -> (Tensor, Tensor, Tensor) {
        let results = results(3, [input], training)
        return (results[0], results[1], results[2])
    }

    /// All results of a layer, where a list is wanted. If they cannot be computed, every place carries the error.
    @_disfavoredOverload
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool? = nil
    ) -> [Tensor] { listed([input], training) }

    /// All results of a layer with several inputs, where a list is wanted. If they cannot be computed, every place carries the error.
    @_disfavoredOverload
    public final func callAsFunction(
        _ inputs: [any TensorConvertible], training: Bool? = nil
    ) -> [Tensor] { listed(inputs, training) }

    private func listed(_ inputs: [any TensorConvertible], _ training: Bool?) -> [Tensor] {
        // How many there would have been is unknown where a layer of any kind fails; no layer has more.
        let most = outputNames.isEmpty ? 16 : outputNames.count
        return Tensor.carrying(count: most, inputs.map(\.tensor)) {
            try CallContext.called(training) { try outputs(inputs, training: $0) }
        }
    }

    private func results(
        _ count: Int, _ inputs: [any TensorConvertible], _ training: Bool?
    ) -> [Tensor] {
        Tensor.carrying(count: count, inputs.map(\.tensor)) {
            let results = try CallContext.called(training) {
                try apply(inputs.map(\.tensor), CallContext(training: $0))
            }
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
