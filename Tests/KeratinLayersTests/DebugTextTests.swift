import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// No message holds what Swift prints of a value that nobody wrote a text for: `Optional(3)`, `KeratinLayers.Padding.same`, `list([…])`.
@Suite("Messages without debug text") struct DebugTextTests {
    private static let marks = [
        "Optional(", "KeratinLayers.", "KeratinCore.", "KeratinTensor.", "KeratinModels.",
        "KeratinIO.", "Swift.",
        ".some(", "list([", "object([", "ConfigValue", "(Function)", "FunctionIdentity", "0x0",
        "nil,", "nil]",
    ]

    /// What every key of a configuration is set to.
    private static let oddValues: [ConfigValue] = [
        .null, true, -1, 0, 1_000_000_000_000, 2.5, .number(.nan), "nonsense", [],
        [1, "two", .null], ["a": [.null]],
        ["class_name": "Nobody", "config": ["x": 1], "module": "keras.none"],
    ]

    private func message(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return "\(error)" }
        return nil
    }

    private func check(_ messages: [String], location: SourceLocation = #_sourceLocation) {
        for text in Set(messages) {
            for mark in Self.marks where text.contains(mark) {
                Issue.record("'\(mark)' is in: \(text)", sourceLocation: location)
            }
        }
    }

    /// Arguments without which a class cannot be made.
    private func minimal(_ make: ([String: ConfigValue]) throws -> Void) -> [String: ConfigValue] {
        let dense: ConfigValue = [
            "module": "keras.layers", "class_name": "Dense",
            "config": ["units": 2, "name": "inside"],
        ]
        let cell: ConfigValue = [
            "module": "keras.layers", "class_name": "LSTMCell",
            "config": ["units": 2, "name": "inside"],
        ]
        let lstm: ConfigValue = [
            "module": "keras.layers", "class_name": "LSTM",
            "config": ["units": 2, "name": "inside"],
        ]
        var config: [String: ConfigValue] = [:]
        for _ in 0..<8 {
            guard let text = message({ try make(config) }) else { return config }
            guard let start = text.range(of: "'"),
                let end = text[start.upperBound...].range(of: "'")
            else { break }
            let key = String(text[start.upperBound..<end.lowerBound])
            let values: [ConfigValue] =
                switch key {
                case "layer": [dense, lstm]
                case "cell": [cell]
                case "cells": [.list([cell])]
                case "name": ["name"]
                default: [2, .list([2]), .list([2, 2]), .list([.null, 3]), "ab,bc->ac"]
                }
            // The first value that changes what is said.
            let better = values.first { value in
                message { try make(config.merging([key: value]) { $1 }) }.map { $0 != text } ?? true
            }
            guard let better else { break }
            config[key] = better
        }
        return config
    }

    @Test("Layers made of odd configurations, and built for odd shapes")
    func layers() throws {
        var messages: [String] = []
        var made = 0
        let quiet = WarningCollector()
        try WarningCollector.$current.withValue(quiet) {
            try withBackend(.cpu) { () throws in
                for name in LayerRegistry.names {
                    func make(_ config: [String: ConfigValue]) throws -> Layer {
                        try LayerRegistry.make(
                            SerializedObject(
                                module: "keras.layers", className: name,
                                config: config.merging(["name": "odd"]) { a, _ in a }))
                    }
                    let config = minimal { _ = try make($0) }
                    guard let whole = try? make(config).getConfig() else {
                        messages += [message { _ = try make(config) }].compactMap { $0 }
                        continue
                    }
                    made += 1
                    for key in whole.keys {
                        for value in Self.oddValues {
                            let odd = config.merging([key: value]) { $1 }
                            messages += [
                                message {
                                    let layer = try make(odd)
                                    try layer.buildIfNeeded(inputShape: [nil, 4, 4, nil])
                                }
                            ].compactMap { $0 }
                        }
                    }
                    for shape in [
                        [nil], [nil, 4], [nil, nil], [nil, 4, 4], [nil, 4, 4, 3],
                        [nil, 2, 2, 2, 2, 2],
                    ] as [[Int?]] {
                        messages += [
                            message {
                                let layer = try make(config)
                                try layer.buildIfNeeded(inputShape: shape)
                                _ = try layer.outputShape(for: shape)
                            }
                        ].compactMap { $0 }
                    }
                }
            }
        }
        #expect(made > 75, "\(made)")
        #expect(Set(messages).count > 500, "\(Set(messages).count)")
        check(messages + quiet.texts)
        // Sizes that stand for unknown extents while shapes are found.
        for text in Set(messages) {
            for size in ["960", "1152", "[48,", "[96,", "(48,", "(96,"] where text.contains(size) {
                Issue.record("'\(size)' is in: \(text)")
            }
        }
    }

    private func functions<Kind: SerializableFunction>(_ kind: Kind.Type) -> [String] {
        var messages: [String] = []
        for name in kind.classes.keys.sorted() {
            func make(_ config: [String: ConfigValue]) throws {
                let made = try kind.make(name, Configuration(config, of: name))
                try (made as? Loss)?.validate()
                _ = try (made as? Optimizer)?.resolvedRule()
                _ = try (made as? Initializer)?.values([2, 3])
                _ = try made.serialized()
            }
            let config = minimal(make)
            let whole = try? kind.make(name, Configuration(config, of: name)).identity?.config
            for key in (whole ?? config).keys.sorted() {
                for value in Self.oddValues where value != 1_000_000_000_000 {
                    messages += [message { try make(config.merging([key: value]) { $1 }) }]
                        .compactMap { $0 }
                }
            }
        }
        for value in Self.oddValues {
            messages += [message { _ = try kind.deserialize(value) }].compactMap { $0 }
        }
        return messages
    }

    private func metrics() -> [String] {
        var messages: [String] = []
        for (name, make) in Metric.classes.sorted(by: { $0.key < $1.key }) {
            func attempt(_ config: [String: ConfigValue]) throws {
                _ = try make(Configuration(config, of: name)).serialized()
            }
            let config = minimal(attempt)
            let whole = try? make(Configuration(config ?? [:], of: name)).identity?.config
            for key in (whole ?? config).keys.sorted() {
                for value in Self.oddValues where value != 1_000_000_000_000 {
                    messages += [
                        message { try attempt(config.merging([key: value]) { $1 }) }
                    ].compactMap { $0 }
                }
            }
        }
        for value in Self.oddValues {
            messages += [message { _ = try Metric.deserialize(value) }].compactMap { $0 }
        }
        return messages
    }

    @Test("Losses, metrics, optimizers and their kin made of odd configurations")
    func functions() {
        let quiet = WarningCollector()
        let messages = WarningCollector.$current.withValue(quiet) {
            functions(Loss.self) + metrics() + functions(Optimizer.self)
                + functions(Initializer.self) + functions(Regularizer.self)
                + functions(Constraint.self)
                + functions(LearningRate.self)
        }
        #expect(Set(messages).count > 300, "\(Set(messages).count)")
        check(messages + quiet.texts)
    }

    @Test("Known names work, and each is listed once")
    func known() throws {
        defer { CustomObjects.removeAll() }
        func listed(_ text: String?) throws -> [String] {
            let text = try #require(text)
            let list = try #require(text.range(of: "Known: "))
            let names = text[list.upperBound...].split(separator: ".")[0]
            return names.split(separator: ",").map { String($0.trimmingPrefix(" ")) }
        }
        func expectOnce(
            _ names: [String], _ sample: String..., location: SourceLocation = #_sourceLocation
        ) {
            #expect(
                Set(names.map { $0.lowercased() }).count == names.count, "\(names)",
                sourceLocation: location)
            for name in sample {
                #expect(names.contains(name), "\(names)", sourceLocation: location)
            }
        }
        let losses = try listed(message { try Loss("nothing at all").validate() })
        expectOnce(losses, "mean_squared_error", "sparse_categorical_crossentropy", "huber")
        for name in losses { try Loss(name).validate() }
        #expect(!losses.contains("mse") && !losses.contains("LossFunctionWrapper"))

        let metrics = try listed(
            message { _ = try Metric(stringLiteral: "nothing at all").definition() })
        expectOnce(metrics, "accuracy", "mean_absolute_error", "auc")
        for name in metrics { _ = try Metric(stringLiteral: name).definition() }

        let optimizers = try listed(message { _ = try Optimizer("nothing at all").resolvedRule() })
        expectOnce(optimizers, "adam", "sgd", "adamw", "rmsprop")
        for name in optimizers { _ = try Optimizer(name).resolvedRule() }
        #expect(!optimizers.contains { $0.lowercased().contains("lossscale") })

        let activations = try listed(
            message { try ActivationFunction("nothing at all").validate() })
        expectOnce(activations, "relu", "silu", "softmax")
        for name in activations { try ActivationFunction(name).validate() }
        #expect(!activations.contains("swish"))

        let initializers = try listed(message { _ = try Initializer("nothing at all").values([2]) })
        expectOnce(initializers, "glorot_uniform", "zeros", "he_normal")
        for name in initializers where name != "stft" { _ = try Initializer(name).values([2, 2]) }

        for (kind, text) in [
            ("regularizer", message { try Regularizer("nothing at all").validate() }),
            ("constraint", message { try Constraint("nothing at all").validate() }),
            (
                "layer",
                message {
                    _ = try LayerRegistry.make(
                        SerializedObject(module: nil, className: "Nothing at all", config: [:]))
                }
            ), ("backend", message { _ = try BackendCatalog.backend(named: "nothing at all") }),
        ] {
            let names = try listed(text)
            #expect(Set(names).count == names.count && names.count > 1, "\(kind): \(names)")
        }
        // What users registered works, and is listed too.
        CustomObjects.register("mine", loss: { t, p in (t - p).abs() })
        CustomObjects.register("bent", activation: { $0 * $0 })
        #expect(try listed(message { try Loss("nothing at all").validate() }).contains("mine"))
        #expect(
            try listed(message { try ActivationFunction("nothing at all").validate() }).contains(
                "bent"))
    }
}
