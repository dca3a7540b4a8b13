import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinTensor
import Testing

/// A recurrent layer's results, states and gradients.
private struct RecurrentCase: Decodable, Sendable {
    let name: String
    let layer: GoldenObject
    let training: Bool
    let weights: [GoldenWeight]
    let input: GoldenTensor
    let initialStates: [GoldenTensor]
    /// Results, then final states.
    let outputs: [GoldenTensor]
    let stateCount: Int
    let cotangents: [GoldenTensor]
    /// With respect to the input, unless that is integers, the initial states and the weights.
    let gradients: [GoldenTensor]
    let mask: GoldenTensor?
    let outputMask: GoldenTensor?
    let addedLoss: Double?
    let weightsAfter: [GoldenWeight]?
}

/// Batches that go through a layer which remembers; it forgets before the last.
private struct StatefulCase: Decodable, Sendable {
    let name: String
    let layer: GoldenObject
    let weights: [GoldenWeight]
    let batches: [GoldenTensor]
    let outputs: [GoldenTensor]
}

@Suite("Recurrent goldens", .serialized) struct GoldenRecurrentTests {
    init() {
        CustomObjects.register(
            ActivationFunction.legacyHardSigmoid, name: "legacy_hard_sigmoid")
    }

    private func check(family: String, backend: String) throws {
        let file = try GoldenFile<RecurrentCase>.load(family, in: GoldenFileTests.folder)
        for golden in Backends.share(of: file.cases, backend) {
            try withBackend(BackendChoice(backend)) { try check(golden) }
        }
    }

    @Test(
        "Outputs, states, gradients",
        arguments: [
            "recurrent", "recurrent_stacked", "bidirectional", "time_distributed", "conv_lstm",
            "embedding",
        ], Backends.names)
    func layers(family: String, backend: String) throws {
        try check(family: family, backend: backend)
    }

    @Test(
        "The same as loops over the cells' steps",
        arguments: ["recurrent", "recurrent_stacked", "bidirectional"], Backends.names)
    func loops(family: String, backend: String) throws {
        try VectorCell.$runsLoops.withValue(true) { try check(family: family, backend: backend) }
    }

    private func check(_ golden: RecurrentCase) throws {
        let layer = try GoldenLayers.layer(golden.layer)
        try layer.buildIfNeeded(inputShape: [nil] + golden.input.shape.dropFirst().map { $0 })
        #expect(layer.weights.map(\.name) == golden.weights.map(\.name), "\(golden.name)")
        try layer.setWeights(golden.weights.map { try $0.tensor.array() })
        let inputs =
            [golden.input] + golden.initialStates + golden.cotangents
            + (golden.mask.map { [$0] } ?? [])
        let starts = golden.initialStates.count
        var hasMask = false
        let values = try results(inputs) { trace, arguments in
            var x = arguments[0]
            if golden.mask != nil, let mask = arguments.last { x.mask = mask.cast(to: .bool) }
            let initial = Array(arguments[1..<(1 + starts)])
            let (outputs, states) = try apply(
                layer, x, initial.isEmpty ? nil : initial, golden)
            let results = outputs + (golden.stateCount > 0 ? states : [])
            hasMask = outputs[0].mask != nil
            var total = Tensor(0)
            for (result, cotangent) in zip(results, arguments[(1 + starts)...]) {
                total = total + (result * cotangent).sum()
            }
            let variables = try layer.trainableWeights.map { try $0.read() }
            let sources = (x.dtype == .float32 ? [arguments[0]] : []) + initial + variables
            let gradients = try trace.gradients(of: total, withRespectTo: sources)
            return results + gradients + trace.losses
                + (outputs[0].mask.map { [$0.cast(to: .float32)] } ?? [])
        }
        var rest = values[...]
        for (index, output) in golden.outputs.enumerated() {
            expect(rest.removeFirst(), output, "\(golden.name): output or state \(index)")
        }
        for (index, gradient) in golden.gradients.enumerated() {
            expect(rest.removeFirst(), gradient, "\(golden.name): gradient \(index)")
        }
        if let loss = golden.addedLoss {
            let count = rest.count - (hasMask ? 1 : 0)
            let got = rest.prefix(count).reduce(0) { $0 + Double($1.first ?? .nan) }
            rest = rest.dropFirst(count)
            #expect(abs(got - loss) <= 1e-4 * abs(loss) + 1e-6, "\(golden.name): added loss")
        }
        #expect(hasMask == (golden.outputMask != nil), "\(golden.name): a mask or none")
        if let mask = golden.outputMask, hasMask {
            #expect(rest.last == mask.floats, "\(golden.name): mask")
        }
        for (weight, after) in zip(layer.weights, golden.weightsAfter ?? []) {
            expect(
                try weight.state.values(), after.tensor, "\(golden.name): \(after.name) afterwards")
        }
    }

    private func apply(
        _ layer: Layer, _ x: Tensor, _ initial: [Tensor]?, _ golden: RecurrentCase
    ) throws -> (outputs: [Tensor], states: [Tensor]) {
        let isPlain = golden.stateCount == 0 && golden.outputs.count == 1
        switch layer {
        case let layer as RNN where !isPlain:
            let (output, states) = try layer.sequence(
                x, initialState: initial, training: golden.training)
            return ([output], states)
        case let layer as Bidirectional where !isPlain:
            return try layer.sequences(x, initialState: initial, training: golden.training)
        default: return ([layer(x, training: golden.training)], [])
        }
    }

    @Test("Stateful layers remember", arguments: Backends.names)
    func stateful(backend: String) throws {
        let file = try GoldenFile<StatefulCase>.load(
            "recurrent_stateful", in: GoldenFileTests.folder)
        for golden in file.cases {
            try withBackend(BackendChoice(backend)) {
                let shape = golden.batches[0].shape
                let model = try Sequential([
                    Input(shape: shape.dropFirst().map { $0 }, batchSize: shape[0]),
                    try GoldenLayers.layer(golden.layer),
                ])
                try model.setWeights(golden.weights.map { try $0.tensor.array() })
                for (index, batch) in golden.batches.enumerated() {
                    if index == 3 { try model.resetStates() }
                    let y = try model.predict(batch.array(), batchSize: shape[0])
                    expect(try y.floats(), golden.outputs[index], "\(golden.name): batch \(index)")
                }
            }
        }
    }
}
