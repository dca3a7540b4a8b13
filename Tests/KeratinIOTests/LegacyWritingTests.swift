import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import Testing

/// What `.h5` files hold, beside the comparisons of `Scripts/interop/legacy.py` with Keras 3 and tf.keras 2.15.
@Suite("Legacy HDF5 files, written", .serialized)
struct LegacyWritingTests {
    private func written(_ model: Model, _ name: String = "m.h5") throws -> (
        root: HDF5Group, warnings: [String]
    ) {
        let folder = try DatasetFileTests.Folder()
        let collector = WarningCollector()
        try WarningCollector.$current.withValue(collector) {
            try model.save("\(folder.path)/\(name)")
        }
        let bytes = try FileAccess.read("\(folder.path)/\(name)")
        return (try HDF5Reader.read(bytes, name: name), collector.texts)
    }

    private func json(_ group: HDF5Group, _ key: String) throws -> ConfigValue {
        guard case .string(let text)? = group.attributes[key] else {
            Issue.record("no text under \(key)")
            return .null
        }
        return try JSON.decode(Array(text.utf8), name: key)
    }

    private func layers(_ config: ConfigValue) -> [ConfigValue] {
        if case .list(let layers)? = config["config"]?["layers"] { layers } else { [] }
    }

    @Test(
        "A whole model: architecture, weights by layers, training", arguments: ["m.h5", "m.hdf5"])
    func wholeModel(_ name: String) throws {
        let model = try smallNetwork()
        let (x, y) = try smallData()
        try model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
        try model.fit(x, y, verbose: 0)
        let (root, warnings) = try written(model, name)
        #expect(warnings.isEmpty)
        #expect(root.children.map(\.name) == ["model_weights", "optimizer"])
        #expect(root.attributes["backend"] == .string("tensorflow"))
        let config = try json(root, "model_config")
        #expect(config["class_name"] == "Sequential" && config["module"] == nil)
        let layers = layers(config)
        #expect(layers[0]["class_name"] == "InputLayer")
        #expect(layers[0]["config"]?["batch_input_shape"] == [.null, 6, 6, 2])
        #expect(layers[0]["config"]?["batch_shape"] == nil)
        #expect(layers[0]["module"] == nil && layers[1]["module"] == "keras.layers")
        #expect(layers.allSatisfy { $0["build_config"] == nil })
        let training = try json(root, "training_config")
        #expect(training["optimizer_config"]?["class_name"] == "Adam")
        #expect(training["optimizer"] == nil && training["loss_weights"] == .null)

        let weights = try #require(root.group(["model_weights"]))
        #expect(
            weights.attributes["layer_names"]
                == .strings(["conv", "norm", "pool", "separable", "flat", "hidden", "head"]))
        let norm = try #require(weights.group(["norm"]))
        let names = ["gamma", "beta", "moving_mean", "moving_variance"].map { "norm/\($0):0" }
        #expect(norm.attributes["weight_names"] == .strings(names))
        // A list without names is an empty array of float64, as NumPy makes it.
        guard case .array(let empty)? = weights.group(["pool"])?.attributes["weight_names"] else {
            Issue.record("no empty list")
            return
        }
        #expect(empty.type == .float64 && empty.shape == [0])
        for layer in model.layers where !layer.weights.isEmpty {
            let group = try #require(weights.group([layer.name]))
            let arrays = Dictionary(uniqueKeysWithValues: group.arrays)
            for weight in layer.weights {
                let array = try #require(arrays["\(weight.path):0"])
                #expect(array.shape == weight.shape.dimensions)
            }
        }
        // Keras 3 cannot train a model whose file has `optimizer_weights`. The step, the rate, two moments of each weight:
        let optimizer = try #require(root.group(["optimizer", "vars"]))
        #expect(optimizer.arrays.count == 2 + 2 * model.trainableWeights.count)
    }

    @Test("Equal models give equal bytes, and an uncompiled one has no training")
    func bytes() throws {
        let folder = try DatasetFileTests.Folder()
        let model = try smallNetwork()
        try model.save("\(folder.path)/a.h5")
        try model.save("\(folder.path)/b.h5")
        let bytes = try FileAccess.read("\(folder.path)/a.h5")
        #expect(try FileAccess.read("\(folder.path)/b.h5") == bytes)
        let root = try HDF5Reader.read(bytes, name: "a.h5")
        #expect(root.attributes["training_config"] == nil)
        #expect(root.group(["optimizer"]) == nil)
    }

    @Test("Weights alone lie at the root")
    func weights() throws {
        let folder = try DatasetFileTests.Folder()
        try smallNetwork().saveWeights("\(folder.path)/w.h5")
        let root = try WeightsFile.read("\(folder.path)/w.h5")
        #expect(root.attributes["layer_names"] != nil && root.attributes["model_config"] == nil)
        #expect(root.group(["hidden", "hidden"])?.children.map(\.name) == ["bias:0", "kernel:0"])
    }

    @Test("Uses of layers are lists; what follows a model has Keras 3's form")
    func graphs() throws {
        let inner = try Sequential([Input(shape: [4]), Dense(4)], name: "inner")
        let (a, b) = (Input(shape: [4], name: "a"), Input(shape: [4], name: "b"))
        let shared = Dense(4, name: "shared")
        let sum = Add(name: "sum")([shared(a), shared(b)])
        let last = Dense(2, name: "last")(inner(sum))
        let (root, warnings) = try written(Model(inputs: [a, b], outputs: [last]))
        #expect(
            warnings.count == 1
                && warnings[0].contains("behind a model inside of the graph ('last')"))
        let config = try json(root, "model_config")
        func nodes(_ name: String) -> ConfigValue? {
            layers(config).first { $0["name"] == .string(name) }?["inbound_nodes"]
        }
        #expect(nodes("a") == [])
        #expect(nodes("shared") == [[["a", 0, 0, [:]]], [["b", 0, 0, [:]]]])
        #expect(nodes("sum") == [[["shared", 0, 0, [:]], ["shared", 1, 0, [:]]]])
        guard case .list(let uses)? = nodes("last") else {
            Issue.record("no uses")
            return
        }
        #expect(uses.first?["args"] != nil)
    }

    @Test("What tf.keras 2.15 does not know is saved for Keras 3, and said")
    func unknown() throws {
        let query = Input(shape: [3, 4])
        let value = Input(shape: [5, 4])
        let mixed = MultiHeadAttention(numHeads: 2, keyDim: 2, name: "mixed")(query, value)
        let normal = RMSNormalization()(Dense(4, activation: "celu")(mixed)) * 2
        let (_, warnings) = try written(Model(inputs: [query, value], outputs: [normal]))
        let warning = try #require(warnings.first)
        #expect(warnings.count == 1)
        for word in ["tf.keras 2.15", "RMSNormalization", "celu", "mixed", "operations"] {
            #expect(warning.contains(word), "\(word): \(warning)")
        }
    }

    @Test(
        "More names than an attribute holds become several attributes, a long configuration one text"
    )
    func large() throws {
        let model = Sequential()
        try model.add(Input(shape: [1]))
        let name = String(repeating: "long", count: 60)
        for index in 0..<300 { try model.add(Dense(1, useBias: false, name: "\(name)\(index)")) }
        let (root, _) = try written(model)
        let weights = try #require(root.group(["model_weights"]))
        #expect(weights.attributes["layer_names"] == nil)
        var names: [String] = []
        for part in 0..<2 {
            guard case .strings(let some)? = weights.attributes["layer_names\(part)"] else {
                Issue.record("no part \(part)")
                continue
            }
            names += some
        }
        #expect(names == model.layers.map(\.name))
        #expect(weights.attributes["layer_names2"] == nil)
        #expect(layers(try json(root, "model_config")).count == 301)
    }

    final class Own: Model, @unchecked Sendable {
        private let dense = Dense(1)
        override func call(_ x: Tensor) -> Tensor { dense(x) }
    }

    @Test("A model of a class of its own is refused, and the file that was there stays")
    func subclass() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/m.h5"
        try smallNetwork().save(path)
        let bytes = try FileAccess.read(path)
        let model = Own()
        _ = try model.predict(drawn([2, 3]))
        let text = words { try model.save(path) }
        #expect(text.contains("only Sequential and functional models"), "\(text)")
        #expect(try FileAccess.read(path) == bytes)
        #expect(words { try model.save("\(folder.path)/m.txt") }.contains(".h5"))
    }
}
