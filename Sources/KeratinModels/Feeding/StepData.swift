import KeratinCore
import KeratinLayers
import KeratinTensor

/// What a step takes: the inputs in the model's order; labels and weights of samples in the order of the outputs, where there
/// are some.
struct StepParts<Part> {
    var inputs: [Part]
    var labels: [Part?]
    var weights: [Part?]

    /// One after the other, as plans take them.
    var flat: [Part] { inputs + labels.compactMap { $0 } + weights.compactMap { $0 } }

    func map<Other>(_ body: (Part) throws -> Other) rethrows -> StepParts<Other> {
        StepParts<Other>(
            inputs: try inputs.map(body), labels: try labels.map { try $0.map(body) },
            weights: try weights.map { try $0.map(body) })
    }

    /// The same arrangement of other things, given in the order of `flat`.
    func replacing<Other>(_ values: [Other]) -> StepParts<Other> {
        var rest = values.makeIterator()
        return map { _ in rest.next()! }
    }
}

extension StepParts: Equatable where Part: Equatable {}
extension StepParts: Hashable where Part: Hashable {}

extension StepParts<HostArray> {
    var count: Int { inputs.first?.count ?? 0 }

    func samples(_ range: Range<Int>) -> StepParts { map { $0.samples(range) } }
}

/// Samples that are handed to plans in batches.
final class StepData {
    private let parts: StepParts<SampleGatherer>
    let count: Int

    /// - Parameter inputTypes: what the inputs are converted to; nil: they stay what they are.
    init(_ arrays: StepParts<HostArray>, inputTypes: [InputType?]) {
        func gatherers(
            _ arrays: [HostArray?], _ type: (Int, HostArray) -> InputType, _ name: String
        )
            -> [SampleGatherer?]
        {
            arrays.enumerated().map { index, array in
                array.map {
                    SampleGatherer(
                        $0, as: type(index, $0),
                        at: arrays.count == 1 ? name : "\(name)[\(index)]")
                }
            }
        }
        count = arrays.count
        let inputs = gatherers(
            arrays.inputs,
            { index, array in
                (inputTypes.indices.contains(index) ? inputTypes[index] : nil) ?? .labels(array)
            }, "x")
        parts = StepParts(
            inputs: inputs.compactMap { $0 },
            labels: gatherers(arrays.labels, { .labels($1) }, "y"),
            weights: gatherers(arrays.weights, { _, _ in .float32 }, "sampleWeight"))
    }

    /// The types of a batch of so many samples.
    func types(_ count: Int) -> StepParts<TensorType> { parts.map { $0.type(count) } }

    /// Stages samples picked by number for the next run of a plan, followed by zeros up to `padded` samples.
    func write(_ indices: some Collection<Int>, padded: Int? = nil, to plan: Plan) throws {
        for (index, part) in parts.flat.enumerated() {
            try plan.fill(argument: index, type: part.type(padded ?? indices.count)) {
                try part.gather(indices, into: $0)
            }
        }
    }
}
