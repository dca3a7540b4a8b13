import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinTensor
import Testing

/// An image layer whose random numbers are fixed by its arguments, what it is given, and what it gives.
private struct GoldenImageLayer: Decodable, Sendable {
    let name: String
    let layer: ConfigValue
    let training: Bool
    let input: GoldenTensor
    let output: GoldenTensor

    func made() throws -> Layer {
        try LayerRegistry.make(SerializedObject(layer, what: "layer")) { place, keys in
            unexpected("\(place) did not read \(keys)")
        }
    }
}

/// Image layers against real Keras.
@Suite("Image layers and Keras", .serialized) struct ImageLayerGoldenTests {
    private func cases() throws -> [GoldenImageLayer] {
        try GoldenFile<GoldenImageLayer>.load("image_layers", in: GoldenFileTests.folder).cases
    }

    /// The layers that are compared here.
    static func classes() throws -> [String] {
        try GoldenFile<GoldenImageLayer>.load("image_layers", in: GoldenFileTests.folder).cases
            .compactMap {
                if case .string(let name)? = $0.layer["class_name"] { name } else { nil }
            }
    }

    @Test("Values in a recorded step", arguments: Backends.names)
    func recorded(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let all = try batchedResults(Backends.share(of: try cases(), backend)) { golden in
                let layer = try golden.made()
                return ([golden.input], { [layer($1[0], training: golden.training)] })
            }
            for (golden, values) in all { expect(values[0], golden.output, golden.name) }
        }
    }

    @Test("Values at once") func atOnce() throws {
        try withBackend(.cpu) {
            for golden in try cases() {
                let y = try golden.made()(
                    Tensor(golden.input.floats, shape: Shape(golden.input.shape)),
                    training: golden.training)
                try y.check()
                #expect(y.shape.dimensions == golden.output.shape, "\(golden.name)")
                expect(try y.floats(), golden.output, golden.name)
            }
        }
    }

    @Test("Arguments are read and written as Keras writes them") func arguments() throws {
        for golden in try cases() {
            let layer = try golden.made()
            guard case .object(let config)? = golden.layer["config"] else {
                unexpected("\(golden.name) has no config")
                continue
            }
            // Layers inside are written with more about them.
            let own = config.filter { $0.key != "layers" }
            expectConfig(try layer.getConfig(), says: own.mapValues(\.plain), golden.name)
            // What is written makes the same layer.
            let again = try LayerRegistry.make(layer.serialized())
            #expect(try again.getConfig() == layer.getConfig(), "\(golden.name)")
            #expect(try layer.copied().className == layer.className)
        }
    }
}
