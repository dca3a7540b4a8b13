import KeratinCore
import KeratinTensor

/// What a layer can be called on: a tensor, symbolic or not, or an `Input`, which stands for its tensor.
public protocol TensorConvertible {
    /// The symbolic tensor that a layer can be called on.
    var tensor: Tensor { get }
}

extension Tensor: TensorConvertible {
    public var tensor: Tensor { self }
}

extension Layer {
    /// Calls the layer on a tensor.
    ///
    /// On a symbolic tensor, such as an `Input`, the result is symbolic: the layer becomes part of a graph, of which a `Model` can be made.
    /// - Throws: `KeratinError` if the shapes do not fit, or the layer has several results.
    public final func callAsFunction(
        _ input: any TensorConvertible, training: Bool = false
    ) throws -> Tensor {
        try apply(input.tensor, training: training)
    }

    /// Calls a layer with several inputs, such as `Add`.
    public final func callAsFunction(
        _ inputs: [any TensorConvertible], training: Bool = false
    ) throws -> Tensor {
        let results = try outputs(inputs, training: training)
        guard results.count == 1 else {
            throw KeratinError(
                .invalidArgument, "has \(results.count) results: outputs(_:) gives all of them",
                at: place)
        }
        return results[0]
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
