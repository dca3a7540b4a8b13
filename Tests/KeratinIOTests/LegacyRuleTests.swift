import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import Testing

/// What files of old versions of Keras mean, rule by rule, against the same said in the words of Keras 3.
@Suite("Rules for files of before Keras 3", .serialized)
struct LegacyRuleTests {
    /// Numbers that differ, between −1 and 1.
    private static func numbers(_ shape: [Int], _ seed: Int) -> RawArray {
        let count = shape.reduce(1, *)
        return RawArray(
            (0..<count).map { Float(($0 * 37 + seed * 101 + 13) % 97) / 48.5 - 1 }, shape: shape)
    }

    private typealias Layers = [(name: String, arrays: [(name: String, array: RawArray)])]

    /// A file of weights by the names of layers; a long list of names lies in parts, as here each.
    private static func file(
        _ layers: Layers, _ attributes: [String: String] = [:], in folder: DatasetFileTests.Folder
    ) throws -> String {
        var root = HDF5Group()
        for (name, value) in attributes { root.attributes[name] = .string(value) }
        for (index, layer) in layers.enumerated() {
            root.attributes["layer_names\(index)"] = .string(layer.name)
            root.withGroup([layer.name]) { group in
                for (place, entry) in layer.arrays.enumerated() {
                    group.attributes["weight_names\(place)"] = .string(entry.name)
                    let parts = entry.name.split(separator: "/").map(String.init)
                    group.withGroup(parts.dropLast()) {
                        $0[parts.last!] = .dataset(entry.array, attributes: [:])
                    }
                }
            }
        }
        let path = "\(folder.path)/w.h5"
        try FileAccess.write(HDF5Writer.write(root), to: path)
        return path
    }

    private func array(_ raw: RawArray) throws -> NDArray {
        try NDArray(raw.floats, shape: Shape(raw.shape))
    }

    private func expectEqual(_ a: NDArray, _ b: NDArray, _ bound: Float = 1e-5) throws {
        #expect(a.shape == b.shape)
        for (x, y) in zip(try a.floats(), try b.floats()) { #expect(abs(x - y) <= bound) }
    }

    @Test("Keras 1 writes the gates of an LSTM one by one, in the order i, c, f, o")
    func gates() throws {
        let folder = try DatasetFileTests.Folder()
        var arrays: [(name: String, array: RawArray)] = []
        for (index, gate) in ["i", "c", "f", "o"].enumerated() {
            arrays.append(("lstm_1_W_\(gate)", Self.numbers([3, 2], index)))
            arrays.append(("lstm_1_U_\(gate)", Self.numbers([2, 2], index + 10)))
            arrays.append(("lstm_1_b_\(gate)", Self.numbers([2], index + 20)))
        }
        let path = try Self.file([("lstm_1", arrays)], in: folder)
        let old = try modelFromJSON(
            #"{"class_name": "Sequential", "config": [{"class_name": "LSTM", "config": {"name": "lstm_1", "output_dim": 2, "batch_input_shape": [null, 4, 3], "init": "glorot_uniform", "inner_init": "orthogonal", "forget_bias_init": "one", "activation": "tanh", "inner_activation": "hard_sigmoid", "W_regularizer": null, "U_regularizer": null, "b_regularizer": null, "dropout_W": 0.0, "dropout_U": 0.0, "return_sequences": false, "go_backwards": false, "stateful": false, "unroll": false, "consume_less": "cpu", "input_dim": 3, "input_length": null}}]}"#
        )
        #expect(try old.loadWeights(path).isComplete)
        let new = try Sequential([
            Input(shape: [4, 3]), LSTM(2, recurrentActivation: .legacyHardSigmoid),
        ])
        func joined(_ kind: Int, rows: Int) throws -> NDArray {
            let gates = try [0, 2, 1, 3].map { try array(arrays[$0 * 3 + kind].array).floats() }
            let columns = gates[0].count / rows
            let values = (0..<rows).flatMap { row in
                gates.flatMap { $0[(row * columns)..<((row + 1) * columns)] }
            }
            return try NDArray(values, shape: kind == 2 ? [8] : [rows, 8])
        }
        try new.setWeights([joined(0, rows: 3), joined(1, rows: 2), joined(2, rows: 1)])
        let x = try array(Self.numbers([2, 4, 3], 5))
        try expectEqual(try old.predict(x), try new.predict(x))
        #expect(try old.toJSON().contains("legacy_hard_sigmoid"))
        // Our own file says it again.
        let again = try modelFromJSON(old.toJSON())
        try again.setWeights(old.getWeights())
        try expectEqual(try again.predict(x), try new.predict(x))
    }

    @Test("Theano turns kernels around, and its 'same' begins half a kernel before the input")
    func theano() throws {
        let folder = try DatasetFileTests.Folder()
        let kernel = Self.numbers([2, 1, 2, 2], 3)
        let path = try Self.file(
            [("conv", [("conv_W", kernel), ("conv_b", Self.numbers([2], 4))])], in: folder)
        let model = try modelFromJSON(
            #"{"class_name": "Sequential", "config": [{"class_name": "Convolution2D", "config": {"name": "conv", "nb_filter": 2, "nb_row": 2, "nb_col": 2, "batch_input_shape": [null, 1, 3, 3], "border_mode": "same", "dim_ordering": "th", "subsample": [1, 1], "activation": "linear", "init": "glorot_uniform", "bias": true}}]}"#
        )
        try model.loadWeights(path)
        let x = try array(Self.numbers([1, 1, 3, 3], 7)).floats()
        let (w, bias) = (kernel.floats, Self.numbers([2], 4).floats)
        let y = try model.predict(NDArray(x, shape: [1, 1, 3, 3]))
        #expect(y.shape == [1, 2, 3, 3])
        var expected: [Float] = []
        for filter in 0..<2 {
            for row in 0..<3 {
                for column in 0..<3 {
                    // A convolution: result [r, c] = Σ w[i, j]·x[r − i, c − j].
                    var sum = bias[filter]
                    for i in 0..<2 {
                        for j in 0..<2 where row - i >= 0 && column - j >= 0 {
                            sum += w[filter * 4 + i * 2 + j] * x[(row - i) * 3 + column - j]
                        }
                    }
                    expected.append(sum)
                }
            }
        }
        try expectEqual(y, try NDArray(expected, shape: [1, 2, 3, 3]))
    }

    @Test("MaxoutDense is the largest of dense layers")
    func maxout() throws {
        let folder = try DatasetFileTests.Folder()
        let (w, b) = (Self.numbers([3, 4, 2], 1), Self.numbers([3, 2], 2))
        let path = try Self.file([("maxout", [("maxout_W:0", w), ("maxout_b:0", b)])], in: folder)
        let model = try modelFromJSON(
            #"{"class_name": "Sequential", "config": [{"class_name": "MaxoutDense", "config": {"name": "maxout", "output_dim": 2, "nb_feature": 3, "batch_input_shape": [null, 4], "init": "glorot_uniform", "bias": true, "input_dim": 4}}]}"#
        )
        #expect(try model.loadWeights(path).loaded.count == 2)
        let x = try array(Self.numbers([2, 4], 3)).floats()
        var expected: [Float] = []
        for row in 0..<2 {
            for unit in 0..<2 {
                expected.append(
                    (0..<3).map { feature in
                        (0..<4).reduce(b.floats[feature * 2 + unit]) {
                            $0 + x[row * 4 + $1] * w.floats[feature * 8 + $1 * 2 + unit]
                        }
                    }.max() ?? 0)
            }
        }
        try expectEqual(
            try model.predict(NDArray(x, shape: [2, 4])), try NDArray(expected, shape: [2, 2]))
    }

    @Test(
        "A stack that begins with a Merge of branches is a graph",
        arguments: ["sum", "mul", "concat", "ave", "max", "dot"])
    func merge(_ mode: String) throws {
        let folder = try DatasetFileTests.Folder()
        func branch(_ name: String) -> String {
            #"{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": "\#(name)", "output_dim": 3, "batch_input_shape": [null, 2], "activation": "linear", "init": "uniform", "bias": true}}]}"#
        }
        let old = try modelFromJSON(
            #"{"class_name": "Sequential", "config": [{"class_name": "Merge", "config": {"name": "merge_1", "mode": "\#(mode)", "mode_type": "raw", "concat_axis": -1, "dot_axes": [1, 1], "output_shape": null, "output_shape_type": "raw", "layers": [\#(branch("a")), \#(branch("b"))]}}, {"class_name": "Dense", "config": {"name": "c", "output_dim": 2, "activation": "tanh", "init": "uniform", "bias": true}}]}"#
        )
        let width = mode == "concat" ? 6 : mode == "dot" ? 1 : 3
        let arrays = [
            Self.numbers([2, 3], 1), Self.numbers([3], 2), Self.numbers([2, 3], 3),
            Self.numbers([3], 4), Self.numbers([width, 2], 5), Self.numbers([2], 6),
        ]
        let path = try Self.file(
            ["a", "b", "c"].enumerated().map { index, name in
                (
                    name,
                    [("\(name)_W:0", arrays[index * 2]), ("\(name)_b:0", arrays[index * 2 + 1])]
                )
            }, in: folder)
        try old.loadWeights(path)
        let (left, right) = (Input(shape: [2]), Input(shape: [2]))
        let (a, b) = (Dense(3), Dense(3))
        let layer: Layer =
            switch mode {
            case "sum": Add()
            case "mul": Multiply()
            case "concat": Concatenate()
            case "ave": Average()
            case "max": Maximum()
            default: Dot(axes: 1)
            }
        let new = try Model(
            inputs: [left, right],
            outputs: Dense(2, activation: .tanh)(layer([a(left), b(right)])))
        for (layer, index) in [(a, 0), (b, 2)] {
            try layer.setWeights([array(arrays[index]), array(arrays[index + 1])])
        }
        try new.layers[new.layers.count - 1].setWeights([array(arrays[4]), array(arrays[5])])
        let x = [try array(Self.numbers([4, 2], 8)), try array(Self.numbers([4, 2], 9))]
        try expectEqual(try old.predictAll(x)[0], try new.predictAll(x)[0])
    }

    @Test("Weights of NVIDIA's GRU stand on their sides, with two biases")
    func cuDNN() throws {
        let folder = try DatasetFileTests.Folder()
        let (units, inputs) = (2, 3)
        let (kernel, recurrent) = (Self.numbers([inputs, 6], 1), Self.numbers([units, 6], 2))
        let bias = Self.numbers([12], 3)
        let path = try Self.file(
            [
                (
                    "gru",
                    [
                        ("gru/kernel:0", kernel), ("gru/recurrent_kernel:0", recurrent),
                        ("gru/bias:0", bias),
                    ]
                )
            ],
            ["keras_version": "2.2.4", "backend": "tensorflow"], in: folder)
        let model = try modelFromJSON(
            #"{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "CuDNNGRU", "config": {"name": "gru", "units": 2, "batch_input_shape": [null, null, 3], "return_sequences": false, "return_state": false, "go_backwards": false, "stateful": false}}]}, "keras_version": "2.2.4", "backend": "tensorflow"}"#
        )
        try model.loadWeights(path)
        let stored = try model.getWeights()
        // `k.T.reshape(k.shape, order="F")` of NumPy, gate by gate, and the transpose.
        let (k, r) = (kernel.floats, recurrent.floats)
        for gate in 0..<3 {
            for i in 0..<inputs {
                for j in 0..<units {
                    let number = i + j * inputs
                    // The transpose has units rows and inputs columns, and is read by columns.
                    let (row, column) = (number % units, number / units)
                    #expect(
                        try stored[0].floats()[i * 6 + gate * units + j]
                            == k[column * 6 + gate * units + row])
                }
            }
            for i in 0..<units {
                for j in 0..<units {
                    #expect(
                        try stored[1].floats()[i * 6 + gate * units + j]
                            == r[j * 6 + gate * units + i])
                }
            }
        }
        #expect(stored[2].shape == [2, 6])
        #expect(try stored[2].floats() == bias.floats)
    }

    @Test("Keras 0.3 writes layers as flat objects")
    func keras0() throws {
        let (w, b) = (Self.numbers([4, 2], 1), Self.numbers([2], 2))
        let model = try modelFromJSON(
            #"{"name": "Sequential", "layers": [{"name": "Dense", "custom_name": "dense", "output_dim": 2, "input_shape": [4], "init": "glorot_uniform", "activation": "linear", "input_dim": 4, "W_regularizer": null, "cache_enabled": true}, {"name": "Activation", "activation": "hard_sigmoid", "custom_name": "act"}, {"name": "Dropout", "p": 0.5, "custom_name": "drop"}]}"#
        )
        try model.setWeights([array(w), array(b)])
        let x = try array(Self.numbers([2, 4], 3)).floats()
        let expected = (0..<4).map { place -> Float in
            let sum = (0..<4).reduce(b.floats[place % 2]) {
                $0 + x[place / 2 * 4 + $1] * w.floats[$1 * 2 + place % 2]
            }
            return min(max(sum / 5 + 0.5, 0), 1)
        }
        try expectEqual(
            try model.predict(NDArray(x, shape: [2, 4])), try NDArray(expected, shape: [2, 2]))
    }

    @Test("Only layers of the same name, with a report; a wrong file changes nothing")
    func byName() throws {
        let folder = try DatasetFileTests.Folder()
        let path = try Self.file(
            [
                (
                    "one",
                    [
                        ("one/kernel:0", Self.numbers([4, 3], 1)),
                        ("one/bias:0", Self.numbers([3], 2)),
                    ]
                ),
                (
                    "two",
                    [
                        ("two/kernel:0", Self.numbers([3, 5], 3)),
                        ("two/bias:0", Self.numbers([5], 4)),
                    ]
                ),
                ("other", [("other/kernel:0", Self.numbers([2, 2], 5))]),
            ], ["keras_version": "2.3.1", "backend": "tensorflow"], in: folder)
        let model = try Sequential([
            Input(shape: [4]), Dense(3, name: "one"), Dense(2, name: "two"),
            Dense(1, name: "three"),
        ])
        let before = try model.getWeights()
        let text = words { try model.loadWeights(path) }
        #expect(
            text.contains("w.h5") && text.contains("'two'") && text.contains("[3, 5]"), "\(text)")
        for (a, b) in zip(before, try model.getWeights()) { #expect(try a.floats() == b.floats()) }
        let all = words { try model.loadWeights(path, byName: true) }
        #expect(all.contains("'two'"), "\(all)")
        let report = try WarningCollector.$current.withValue(WarningCollector()) {
            try model.loadWeights(path, byName: true, skipMismatch: true)
        }
        #expect(report.loaded == ["one/kernel", "one/bias"])
        #expect(report.skipped.count == 2)
        #expect(report.missing == ["the file has nothing for Dense 'three'"])
        #expect(report.unused == ["'other' is no layer of the model"])
        #expect(!report.isComplete)
        #expect(try model.getWeights()[0].floats() == Self.numbers([4, 3], 1).floats)
    }

    @Test("What cannot be had is refused by the layer's name, with what to do")
    func refusals() {
        func refusal(_ layer: String, _ config: String) -> String {
            words {
                _ = try modelFromJSON(
                    #"{"class_name": "Sequential", "config": [{"class_name": "\#(layer)", "config": {"name": "mine", "batch_input_shape": [null, 4], \#(config)}}]}"#
                )
            }
        }
        let norm = refusal("BatchNormalization", #""mode": 3, "epsilon": 0.001"#)
        #expect(norm.contains("mine") && norm.contains("mode must be 1 or 2"), "\(norm)")
        let unknown = refusal("Mystery", #""init": "uniform""#)
        #expect(unknown.contains("'mine'") && unknown.contains("CustomObjects"), "\(unknown)")
        let local = refusal("LocallyConnected1D", #""nb_filter": 1, "filter_length": 2"#)
        #expect(local.contains("mine"), "\(local)")
    }

    @Test("Metrics keep the names that they had in histories")
    func metricNames() throws {
        let folder = try DatasetFileTests.Folder()
        func wrapper(_ name: String, _ function: String) -> String {
            #"{"class_name": "MeanMetricWrapper", "config": {"name": "\#(name)", "dtype": "float32", "fn": "\#(function)"}}"#
        }
        let metrics = [
            wrapper("mae", "mean_absolute_error"), wrapper("accuracy", "binary_accuracy"),
            wrapper("mean_squared_error", "mean_squared_error"),
        ]
        let path = try Self.file(
            [
                (
                    "dense",
                    [
                        ("dense/kernel:0", Self.numbers([4, 1], 1)),
                        ("dense/bias:0", Self.numbers([1], 2)),
                    ]
                )
            ],
            [
                "keras_version": "2.15.0", "backend": "tensorflow",
                "model_config":
                    #"{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"name": "dense", "units": 1, "batch_input_shape": [null, 4], "activation": "sigmoid"}}]}}"#,
                "training_config":
                    #"{"loss": "mse", "metrics": [[\#(metrics.joined(separator: ", "))]], "weighted_metrics": null, "loss_weights": null, "optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.1}}}"#,
            ], in: folder)
        let model = try loadModel(path)
        let (x, y) = (try array(Self.numbers([6, 4], 3)), try NDArray([0, 1, 1, 0, 1, 0]))
        let figures = try model.fit(x, y, verbose: 0).history
        #expect(figures.keys.sorted() == ["accuracy", "loss", "mae", "mean_squared_error"])
        let again = "\(folder.path)/again.keras"
        try model.save(again)
        #expect(
            try loadModel(again).fit(x, y, verbose: 0).history.keys.sorted()
                == figures.keys.sorted())
    }

    @Test("Metrics of one output among several get its name once", arguments: ["2.15.0", "3.15.1"])
    func metricsOfOutputs(_ version: String) throws {
        let folder = try DatasetFileTests.Folder()
        let metric =
            #"{"class_name": "MeanMetricWrapper", "config": {"name": "a_mae", "dtype": "float32", "fn": "mean_absolute_error"}}"#
        let auc = #"{"class_name": "AUC", "config": {"name": "b_auc", "dtype": "float32"}}"#
        var layers: Layers = []
        for (index, name) in ["a", "b"].enumerated() {
            layers.append(
                (
                    name,
                    [
                        ("\(name)/kernel:0", Self.numbers([4, 1], index)),
                        ("\(name)/bias:0", Self.numbers([1], index + 2)),
                    ]
                ))
        }
        let path = try Self.file(
            layers,
            [
                "keras_version": version, "backend": "tensorflow", "model_config": twoOutputs(),
                "training_config":
                    #"{"loss": ["mse", "mse"], "metrics": [[\#(metric)], [\#(auc)]], "weighted_metrics": null, "loss_weights": null, "optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.1}}}"#,
            ], in: folder)
        let loaded = try loadModel(path)
        let x = try array(Self.numbers([4, 4], 3))
        let y = try NDArray([0, 1, 1, 0], shape: [4, 1])
        let figures = try loaded.fit(x, [y, y], verbose: 0).history.keys.sorted()
        // Keras 3 puts the output before whatever name a metric was given.
        let own = version.hasPrefix("2.") ? ["a_mae", "b_auc"] : ["a_a_mae", "b_b_auc"]
        #expect(figures == (own + ["a_loss", "b_loss", "loss"]).sorted())
    }

    /// A graph of two dense layers of one unit, `a` and `b`.
    private func twoOutputs() -> String {
        func dense(_ name: String) -> String {
            #"{"class_name": "Dense", "name": "\#(name)", "config": {"name": "\#(name)", "units": 1, "activation": "sigmoid"}, "inbound_nodes": [[["x", 0, 0, {}]]]}"#
        }
        return
            #"{"class_name": "Functional", "config": {"name": "two", "layers": [{"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape": [null, 4]}, "inbound_nodes": []}, \#(dense("a")), \#(dense("b"))], "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0], ["b", 0, 0]]}}"#
    }

    @Test("A Lambda runs the closure that is registered for it, and never Python")
    func lambda() throws {
        defer { CustomObjects.removeAll() }
        func model(_ function: String) throws -> Model {
            try modelFromJSON(
                #"{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Lambda", "config": {"name": "twice", "batch_input_shape": [null, 2], "function": \#(function), "function_type": "lambda", "output_shape": null, "output_shape_type": "raw", "arguments": {}}}]}, "keras_version": "2.2.4"}"#
            )
        }
        let bytecode = #"["4wEAAAABAAAA", null, null]"#
        let refusal = words { _ = try model(bytecode) }
        #expect(
            refusal.contains("Lambda 'twice'") && refusal.contains("register(lambda: \"twice\")"),
            "\(refusal)")
        #expect(
            words { _ = try model(#""double_it""#) }.contains("register(lambda: \"double_it\")"))
        CustomObjects.register(lambda: "twice") { x in x * 2 }
        CustomObjects.register(lambda: "double_it") { x in x + x }
        for function in [bytecode, #""double_it""#] {
            let model = try model(function)
            let y = try model.predict(NDArray([1, 2], shape: [1, 2]))
            #expect(try y.floats() == [2, 4])
            let again = try modelFromJSON(model.toJSON())
            #expect(try again.predict(NDArray([1, 2], shape: [1, 2])).floats() == [2, 4])
        }
    }

    @Test("Folders of SavedModels are refused with the line that converts them")
    func savedModel() throws {
        let folder = try DatasetFileTests.Folder()
        try FileAccess.write([0], to: "\(folder.path)/saved_model.pb")
        let text = words { _ = try loadModel(folder.path) }
        #expect(text.contains("load_model") && text.contains(".save('model.h5')"), "\(text)")
    }
}
