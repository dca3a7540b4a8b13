import KeratinTensor

/// Inputs and labels, in a training and a test part.
public struct Dataset: Sendable {
    public struct Part: Sendable {
        /// [samples, …]
        public let x: NDArray
        /// [samples]: class numbers.
        public let y: NDArray
    }

    public let train: Part
    public let test: Part
}
