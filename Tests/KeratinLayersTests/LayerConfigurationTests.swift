import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import Testing

/// A layer as Keras saves it, and what it makes of a shape with unknown extents.
struct GoldenLayerConfiguration: Decodable, Sendable {
    let name: String
    let object: ConfigValue
    let inputShape: [Int?]
    let outputShape: [Int?]
}

/// Records an issue: something happened that must not.
func unexpected(_ what: String) { Issue.record("\(what)") }

/// Whether our configuration says what Keras's says: all of its keys, with equal values.
func expectConfig(
    _ ours: [String: ConfigValue], says keras: [String: ConfigValue], _ name: String
) {
    // Precision, and what only some versions of Keras write.
    let open: Set<String> = [
        "dtype", "quantization_config",
    ]
    for (key, value) in keras where !open.contains(key) {
        if key.hasPrefix("renorm"), keras["renorm"] == false { continue }
        if isOmitted(key, value), ours[key] == nil { continue }
        guard let own = ours[key] else {
            unexpected("\(name): '\(key)' is missing, Keras has \(value)")
            continue
        }
        #expect(areEqual(own, value), "\(name): '\(key)' is \(own), Keras has \(value)")
    }
}

/// Whether an argument of newer versions of Keras is at its default: then it is not written, so that older versions read the file.
private func isOmitted(_ key: String, _ value: ConfigValue) -> Bool {
    let arguments = [
        "seed", "use_gate", "sliding_window", "output_padding", "rms_scaling", "data_format",
    ]
    return arguments.contains(key) && [.null, false, "channels_last"].contains(value)
}

/// Numbers are equal whether they are written as 2 or as 2.0.
private func areEqual(_ a: ConfigValue, _ b: ConfigValue) -> Bool {
    /// Initializers of newer versions of Keras write two more arguments, null ones. Precision and the shapes of layers
    /// inside others are written in several ways.
    func known(_ values: [String: ConfigValue]) -> [String: ConfigValue] {
        values.filter {
            !(["input_axes", "output_axes"].contains($0.key) && $0.value == .null)
                && !["dtype", "build_config", "quantization_config"].contains($0.key)
                && !isOmitted($0.key, $0.value)
        }
    }
    switch (a, b) {
    case (.list(let a), .list(let b)):
        return a.count == b.count && zip(a, b).allSatisfy { areEqual($0, $1) }
    case (.object(let a), .object(let b)):
        let (a, b) = (known(a), known(b))
        return a.keys.sorted() == b.keys.sorted()
            && a.allSatisfy { key, value in b[key].map { areEqual(value, $0) } ?? false }
    default:
        if let a = a.asNumber, let b = b.asNumber { return a == b }
        // The name that all versions of Keras 3 read.
        if a == "OrthogonalInitializer", b == "Orthogonal" { return true }
        return a == b
    }
}

@Suite("Layers' configurations", .serialized) struct LayerConfigurationTests {
    static func cases() throws -> [GoldenLayerConfiguration] {
        try ["layer_configurations", "graph_layer_configurations"].flatMap {
            try GoldenFile<GoldenLayerConfiguration>.load($0, in: GoldenFileTests.folder).cases
        }
    }

    private func layer(_ golden: GoldenLayerConfiguration) throws -> Layer {
        try LayerRegistry.make(SerializedObject(golden.object, what: "layer")) {
            unexpected("\($0) did not read \($1)")
        }
    }

    @Test("Keras's arguments come back as they were") func roundTrip() throws {
        for golden in try Self.cases() {
            let layer = try layer(golden)
            let written = try layer.serialized()
            guard case .object(let ours) = written.config,
                case .object(let keras)? = golden.object["config"]
            else {
                unexpected("\(golden.name) has no configuration")
                continue
            }
            expectConfig(ours, says: keras, golden.name)
            let extra = Set(ours.keys).subtracting(keras.keys)
            #expect(extra.isEmpty, "\(golden.name): Keras has no \(extra.sorted())")
            #expect(written.className == golden.name)
            #expect(written.module == "keras.layers")
        }
    }

    @Test("Every layer is there") func complete() throws {
        // Cells are recorded inside layers.
        let tested = Set(try Self.cases().map(\.name)).union([
            "InputLayer", "SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells",
            // What joins several tensors is recorded in graphs, see `GraphFileTests`.
            "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
            // See `GoldenAttentionTests`.
            "Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention",
            // These are no steps of a model, see `GoldenTableTests`.
            "Hashing", "HashedCrossing",
            // What only nets of keras.applications have, see `ApplicationTests`.
            "LayerScale", "StochasticDepth", "CustomScaleLayer",
            // What only old versions of Keras have, see `LegacyFileTests` and `DroppedLayerTests`.
            "LocallyConnected1D", "LocallyConnected2D", "Highway", "SReLU", "ParametricSoftplus",
            "BatchNormalizationMode",
        ]).union(try ImageLayerGoldenTests.classes())
        for name in LayerRegistry.names where !CustomObjects.contains("layer", name) {
            #expect(tested.contains(name), "no configuration of \(name) was recorded")
        }
    }

    @Test("Shapes with unknown extents are Keras's") func shapes() throws {
        for golden in try Self.cases() {
            let layer = try layer(golden)
            do {
                try layer.buildIfNeeded(inputShape: golden.inputShape)
                let shape = try layer.outputShape(for: golden.inputShape)
                #expect(shape == golden.outputShape, "\(golden.name) of \(golden.inputShape)")
            } catch {
                unexpected("\(golden.name) of \(golden.inputShape): \(error)")
            }
        }
    }
}
