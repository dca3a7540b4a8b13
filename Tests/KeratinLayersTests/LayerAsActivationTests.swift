import Keratin
import KeratinCore
import Testing

/// Keras allows a layer where an activation function stands: `Dense(3, activation=LeakyReLU(0.5))`.
@Suite struct LayerAsActivationTests {
    private func dense(_ layer: String, _ config: [String: ConfigValue]) throws -> Layer {
        let activation = SerializedObject(
            module: "keras.layers", className: layer, config: config)
        return try LayerRegistry.make(
            SerializedObject(
                module: "keras.layers", className: "Dense",
                config: [
                    "units": 2, "use_bias": false, "activation": activation.value,
                    "kernel_initializer": "ones",
                ]))
    }

    @Test(arguments: Backends.names) func itIsAppliedAndComesBack(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let config: [String: ConfigValue] = ["name": "leaky", "negative_slope": 0.5]
            let layer = try dense("LeakyReLU", config)
            let y = layer(Tensor([1, 2, -3, -5], shape: [2, 2]))
            #expect(try y.floats() == [3, 3, -4, -4])
            let written = try #require(try layer.getConfig()["activation"])
            #expect(written["class_name"] == "LeakyReLU")
            #expect(written["config"]?["negative_slope"] == 0.5)
        }
    }

    @Test func oneWithWeightsIsRefused() throws {
        try withBackend(.cpu) {
            let layer = try dense("PReLU", ["name": "p"])
            #expect {
                try layer(Tensor([1.0, 2], shape: [1, 2])).check()
            } throws: { error in
                "\(error)".contains("a layer with weights in place of an activation")
            }
        }
    }
}
