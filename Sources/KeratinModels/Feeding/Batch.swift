import KeratinCore
import KeratinTensor

/// What a step is given: the data of a batch, as tensors of the function that is being recorded.
public struct Batch {
    /// In the order of the model's inputs, [samples, …].
    public var inputs: [Tensor]
    /// In the order of the model's outputs, [samples, …]; nil where there are no labels.
    public var labels: [Tensor?]
    /// What each sample counts, in the order of the outputs; nil: each once.
    public var sampleWeights: [Tensor?]

    /// A batch; labels and sample weights are in the order of the model's outputs.
    public init(_ inputs: [Tensor], labels: [Tensor?] = [], sampleWeights: [Tensor?] = []) {
        self.inputs = inputs
        self.labels = labels
        self.sampleWeights = sampleWeights
    }

    /// The first input.
    public var x: Tensor { inputs[0] }

    /// The labels of the first output that has some.
    /// - Throws: `KeratinError` if there are none.
    public var y: Tensor {
        get throws {
            guard let label = labels.lazy.compactMap({ $0 }).first else {
                throw KeratinError(
                    .invalidData, "the step needs labels, but fit or evaluate was given none")
            }
            return label
        }
    }

    /// The sample weights of the first output that has some.
    public var sampleWeight: Tensor? { sampleWeights.lazy.compactMap { $0 }.first }

    /// The number of samples.
    public var count: Int { x.shape.dimensions.first ?? 1 }

    init(_ parts: StepParts<Tensor>) {
        self.init(parts.inputs, labels: parts.labels, sampleWeights: parts.weights)
    }

    /// The same with a place for every output.
    func parts(outputs count: Int) -> StepParts<Tensor> {
        func filled(_ tensors: [Tensor?]) -> [Tensor?] {
            (0..<max(count, tensors.count)).map { $0 < tensors.count ? tensors[$0] : nil }
        }
        return StepParts(inputs: inputs, labels: filled(labels), weights: filled(sampleWeights))
    }
}
