import KeratinCore
import KeratinLayers
import KeratinTensor

/// Inputs, labels and perhaps weights of samples, handed to plans in batches.
final class TrainingData {
    private let parts: [Batches]
    let count: Int

    /// - Parameter capacity: samples of the largest batch.
    init(x: NDArray, y: NDArray, weights: NDArray?, inputType: InputType, capacity: Int) {
        count = x.count
        parts =
            [
                Batches(x, as: inputType, capacity: capacity, at: "x"),
                Batches(y, as: .labels(y), capacity: capacity, at: "y"),
            ]
            + (weights.map {
                [Batches($0, as: .float32, capacity: capacity, at: "sampleWeight")]
            } ?? [])
    }

    /// The types of a batch of so many samples, as a step takes them: inputs, labels, perhaps weights.
    func types(_ count: Int) -> [TensorType] { parts.map { $0.type(count) } }

    /// Stages samples picked by number for the next run of a plan.
    func write(_ indices: ArraySlice<Int>, to plan: Plan) throws {
        for (index, part) in parts.enumerated() {
            try plan.write(part.gather(indices), toArgument: index)
        }
    }
}
