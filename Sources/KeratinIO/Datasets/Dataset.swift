import KeratinTensor

/// Inputs and labels, in a training and a test part.
public struct Dataset: Sendable {
    /// Samples with their labels.
    public struct Part: Sendable {
        /// [samples, …]
        public let x: NDArray
        /// [samples]: class numbers.
        public let y: NDArray
    }

    /// What to train on.
    public let train: Part
    /// What was held back.
    public let test: Part
}
