import KeratinTensor

/// Samples with their labels. Data sets give two of them: `let (train, test) = try MNIST.load()`.
public struct Samples: Sendable {
    /// [samples, …]
    public let x: Tensor
    /// [samples]: class numbers.
    public let y: Tensor
}
