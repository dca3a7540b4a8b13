import Keratin
import KeratinCore
import Testing

@testable import KeratinLayers

/// Arrays and tensors in configurations, and how values are shown.
@Suite("Values of configurations")
struct ConfigurationValueTests {
    private func wrapped(_ value: ConfigValue, _ className: String = "__numpy__") -> ConfigValue {
        .object([
            "class_name": .string(className),
            "config": .object(["value": value, "dtype": "float32"]),
        ])
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func constant(_ value: ConfigValue) throws -> Initializer {
        try .deserialize([
            "class_name": "Constant", "config": .object(["value": value]),
        ])
    }

    @Test(
        "Constant takes numbers, lists, matrices, arrays and tensors, and fills a weight with them")
    func constants() throws {
        let rows: ConfigValue = [[1, 2, 3], [4, 5, 6]]
        #expect(try constant(0.5).values([2, 2]) == [0.5, 0.5, 0.5, 0.5])
        #expect(try constant(wrapped(2)).values([3]) == [2, 2, 2])
        #expect(try constant([1, 2]).values([3, 2]) == [1, 2, 1, 2, 1, 2])
        #expect(try constant([[1], [2]]).values([2, 3]) == [1, 1, 1, 2, 2, 2])
        for value in [rows, wrapped(rows), wrapped(rows, "__tensor__")] {
            let initializer = try constant(value)
            #expect(try initializer.values([2, 3]) == [1, 2, 3, 4, 5, 6])
            // Keras reads a list as well as what it writes itself.
            #expect(
                try initializer.serialized()["config"]
                    == ["value": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
        }
        #expect(try Initializer.constant([0.25, 4]).values([2, 2]) == [0.25, 4, 0.25, 4])
        #expect(
            try Initializer.constant(NDArray([1, 2, 3, 4], shape: [2, 2])).values([2, 2])
                == [1, 2, 3, 4])
        #expect(
            message { _ = try constant([1, 2, 3]).values([2]) }
                .contains("values of shape [3], which do not fit a weight [2]"))
        #expect(message { _ = try constant([[1, 2], [3]]) }.contains("got [[1, 2], [3]]"))
        #expect(message { _ = try constant("x") }.contains("got \"x\""))
    }

    @Test("A layer takes them for its weights", arguments: Backends.names)
    func layers(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential([
                Input(shape: [2]),
                Dense(
                    2,
                    kernelInitializer: .constant(NDArray([1, 2, 3, 4], shape: [2, 2])),
                    biasInitializer: .constant([10, 20])),
            ])
            let y = try model.predict(NDArray([1, 1, 0, 2], shape: [2, 2]))
            #expect(try y.floats() == [14, 26, 16, 28])
        }
    }

    @Test("AUC keeps its labels and their weights, however Keras wrapped them")
    func auc() throws {
        for weights in [[1, 3], wrapped([1, 3]), wrapped([1, 3], "__tensor__")] as [ConfigValue] {
            let metric = try Metric.deserialize([
                "class_name": "AUC",
                "config": .object([
                    "name": "a", "multi_label": true, "num_labels": 2, "label_weights": weights,
                    "thresholds": wrapped([0.25, 0.5]),
                ]),
            ])
            let config = try #require(try metric.serialized()["config"])
            #expect(config["label_weights"] == [1.0, 3.0])
            #expect(config["num_labels"] == 2)
            #expect(config["thresholds"] == [0.25, 0.5])
            #expect(config["multi_label"] == true)
        }
        let three = NDArray([Float](repeating: 0.5, count: 6), shape: [2, 3])
        let labels = NDArray([0, 1, 0, 1, 0, 1], shape: [2, 3])
        let text = message {
            let model = try Sequential([Input(shape: [3]), Dense(3, activation: .sigmoid)])
            try model.compile(
                optimizer: "sgd", loss: "mse",
                metrics: [.auc(isMultiLabel: true, numLabels: 2)])
            _ = try model.evaluate(three, labels, verbose: 0)
        }
        #expect(text.contains("made for 2 labels, got predictions [2, 3]"), "\(text)")
    }

    @Test("Wrappers are taken off at any depth")
    func depth() throws {
        let value: ConfigValue = [
            "a": [wrapped([1, wrapped(2, "__tensor__")]), "x"],
            "b": [
                "c": [
                    "class_name": "__tuple__",
                    "items": [3, ["class_name": "__bytes__", "value": "y"]],
                ]
            ],
            "d": ["class_name": "Zeros", "config": [:]],
        ]
        #expect(
            value.plain == [
                "a": [[1, 2], "x"], "b": ["c": [3, "y"]],
                "d": ["class_name": "Zeros", "config": [:]],
            ])
        let configuration = Configuration(
            ["rate": wrapped(0.5), "axis": wrapped([1, 2]), "flag": wrapped(true)], of: "Mine")
        #expect(try configuration.number("rate") == 0.5)
        #expect(try configuration.integers("axis") == [1, 2])
        #expect(try configuration.boolean("flag"))
        #expect(try configuration.object("rate", default: LearningRate(1)).constant == 0.5)
    }

    @Test("Values are shown as JSON, cut where they are long")
    func descriptions() throws {
        let value: ConfigValue = [
            "b": [1, 2.5, true, .null], "a": "say \"hi\"\n", "c": .number(.nan),
        ]
        let text = #"{"a": "say \"hi\"\u000a", "b": [1, 2.5, true, null], "c": NaN}"#
        #expect("\(value)" == text)
        #expect("\([value])" == "[\(text)]")
        let long = ConfigValue.list((0..<100).map { .integer($0) })
        #expect("\(long)".hasPrefix("[0, 1, 2, ") && "\(long)".hasSuffix("…"))
        #expect("\(long)".count < 170)
        let error = message {
            _ = try Dense(from: Configuration(["units": ["a": [1, "x"]]], of: "Dense"))
        }
        #expect(error.contains(#"'units' must be an integer, got {"a": [1, "x"]}"#), "\(error)")
        #expect(!error.contains("ConfigValue"))
    }
}
