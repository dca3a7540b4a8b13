import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinTensor
import Testing

/// A layer with several inputs, their masks and the options of its call.
private struct GoldenAttentionCase: Decodable, Sendable {
    let name: String
    let layer: GoldenObject
    let takesList: Bool
    let options: [String: Bool]
    let weights: [GoldenWeight]
    let inputs: [GoldenTensor]
    let masks: [GoldenTensor?]
    let attentionMask: GoldenTensor?
    let outputs: [GoldenTensor]
    let cotangents: [GoldenTensor]
    let inputGradients: [GoldenTensor]
    let weightGradients: [GoldenTensor]
    let outputMask: GoldenTensor?
}

/// Attention layers against real Keras, on every backend.
@Suite("Keras goldens of attention", .serialized) struct GoldenAttentionTests {
    @Test("Outputs, weights, gradients, masks", arguments: Backends.names)
    func layers(backend: String) throws {
        let file = try GoldenFile<GoldenAttentionCase>.load(
            "attention", in: GoldenFileTests.folder)
        #expect(file.cases.count > 50)
        for golden in Backends.share(of: file.cases, backend) {
            try withBackend(BackendChoice(backend)) { try check(golden) }
        }
    }

    private func check(_ golden: GoldenAttentionCase) throws {
        let layer = try GoldenLayers.layer(golden.layer)
        expectConfig(
            try layer.getConfig(), says: golden.layer.config.mapValues { $0.configValue },
            golden.name)
        try layer.buildIfNeeded(
            inputShapes: golden.inputs.map { [nil] + $0.shape.dropFirst().map { $0 } })
        #expect(layer.weights.map(\.name) == golden.weights.map(\.name), "\(golden.name)")
        try layer.setWeights(golden.weights.map { try $0.tensor.array() })
        let masks = golden.masks.compactMap { $0 }
        let extra = golden.attentionMask.map { [$0] } ?? []
        var maskFound = false
        let values = try results(golden.inputs + golden.cotangents + masks + extra) {
            trace, arguments in
            let count = golden.inputs.count
            let inputs = Array(arguments.prefix(count))
            let cotangents = Array(arguments.dropFirst(count).prefix(golden.outputs.count))
            var rest = arguments.dropFirst(count + cotangents.count).makeIterator()
            var entries = inputs
            for (index, mask) in golden.masks.enumerated() where mask != nil {
                entries[index].mask = rest.next()?.cast(to: .bool)
            }
            var context = CallContext()
            if golden.attentionMask != nil, let mask = rest.next() {
                context.tensors["attention_mask"] = [mask]
            }
            for (name, value) in golden.options { context.options[name] = .boolean(value) }
            let outputs = try layer.apply(entries, context, takesList: golden.takesList)
            maskFound = outputs[0].mask != nil
            let products = zip(outputs, cotangents).map { ($0 * $1).sum() }
            let total = products.dropFirst().reduce(products[0]) { $0 + $1 }
            let variables = try layer.trainableWeights.map { try $0.read() }
            let gradients = try trace.gradients(of: total, withRespectTo: inputs + variables)
            return outputs + gradients
        }
        let expected = golden.outputs + golden.inputGradients + golden.weightGradients
        #expect(values.count == expected.count, "\(golden.name)")
        let largest = golden.weightGradients.flatMap(\.floats).reduce(0) { max($0, abs($1)) }
        for (index, (value, tensor)) in zip(values, expected).enumerated() {
            // A shift of all keys changes no weight: the gradient of the key's bias is what rounding leaves.
            if tensor.floats.allSatisfy({ abs($0) < 1e-5 }) {
                #expect(value.allSatisfy { abs($0) < 1e-5 * max(largest, 1) }, "\(golden.name)")
                continue
            }
            expect(value, tensor, "\(golden.name): result \(index) of \(expected.count)")
        }
        #expect(maskFound == (golden.outputMask != nil), "\(golden.name): a mask or none")
    }

    private struct Configuration: Decodable, Sendable {
        let name: String
        let object: ConfigValue
    }

    @Test("Keras's arguments come back as they were") func configurations() throws {
        let file = try GoldenFile<Configuration>.load(
            "attention_configurations", in: GoldenFileTests.folder)
        for golden in file.cases {
            let object = try SerializedObject(golden.object, what: "layer")
            let layer = try LayerRegistry.make(object) { unexpected("\($0) did not read \($1)") }
            let written = try layer.serialized()
            guard case .object(let ours) = written.config,
                case .object(let keras)? = golden.object["config"]
            else {
                unexpected("\(golden.name) has no configuration")
                continue
            }
            expectConfig(ours, says: keras, golden.name)
            #expect(Set(ours.keys).subtracting(keras.keys).isEmpty, "\(golden.name)")
            #expect(written.className == object.className)
        }
    }

    @Test("What does not fit is refused with both shapes") func errors() throws {
        func says(_ words: [String], _ body: () throws -> Void) {
            do {
                try body()
                unexpected("nothing was said about \(words)")
            } catch {
                for word in words { #expect("\(error)".contains(word), "\(error)") }
            }
        }
        let x = Input(shape: [4, 6])
        let other = Input(shape: [5, 6])
        says(["(None, 4, 6)", "(None, 5, 6)"]) {
            try MultiHeadAttention(numHeads: 2, keyDim: 3)(x, x, key: other).check()
        }
        says(["divide", "3", "4"]) {
            try GroupedQueryAttention(headDim: 2, numQueryHeads: 4, numKeyValueHeads: 3)(x, x)
                .check()
        }
        says(["positive"]) { try MultiHeadAttention(numHeads: 0, keyDim: 3)(x, x).check() }
        says(["list"]) { try (Attention()([x])).check() }
        says(["attention mask"]) {
            try MultiHeadAttention(numHeads: 2, keyDim: 3)(
                x, x, attentionMask: Input(shape: [3, 3])
            ).check()
        }
    }
}
