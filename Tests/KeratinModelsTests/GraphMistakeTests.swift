import Foundation
import Keratin
import KeratinCore
import Testing

@testable import KeratinModels

/// Graphs that cannot be, in programs and in files, and data that a graph's inputs and outputs do not take: what is said of them.
@Suite("Mistakes with graphs")
struct GraphMistakeTests {
    private func expect(_ text: String, _ parts: String...) {
        for part in parts { #expect(text.contains(part), "'\(part)' is not in: \(text)") }
    }

    // MARK: Files

    /// The JSON of two layers in a row and two side by side, with each reference to a tensor (layer, use, result) changed.
    private func json(
        _ change: (_ layer: String, _ use: Int, _ result: Int) -> [Any]? = { _, _, _ in nil },
        fields: (inout [String: Any]) -> Void = { _ in }
    ) throws -> String {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [3], name: "b"))
        let first = Dense(3, name: "first")(a)
        let second = Dense(3, name: "second")(first)
        let model = try Model(
            inputs: [a, b], outputs: [Add(name: "sum")([second, b]), Dense(1, name: "side")(b)],
            name: "net")
        func changed(_ value: Any) -> Any {
            if let list = value as? [Any] {
                if list.count == 3, let name = list[0] as? String, let use = list[1] as? Int,
                    let result = list[2] as? Int, let other = change(name, use, result)
                {
                    return other
                }
                return list.map(changed)
            }
            return (value as? [String: Any])?.mapValues(changed) ?? value
        }
        let object = try JSONSerialization.jsonObject(with: Data(model.toJSON().utf8))
        guard var top = changed(object) as? [String: Any],
            var config = top["config"] as? [String: Any]
        else { throw KeratinError(.invalidData, "no object") }
        fields(&config)
        top["config"] = config
        return String(decoding: try JSONSerialization.data(withJSONObject: top), as: UTF8.self)
    }

    private func load(_ text: String) -> String { words { _ = try modelFromJSON(text) } }

    @Test("In files")
    func files() throws {
        #expect(load(try json()) == "no error")
        expect(
            load(try json { layer, _, _ in layer == "a" ? ["second", 0, 0] : nil }), "circle",
            "first",
            "second", "net")
        expect(
            load(try json { layer, _, _ in layer == "first" ? ["nobody", 0, 0] : nil }), "second")
        expect(
            load(try json { layer, _, _ in layer == "first" ? ["first", 0, 1] : nil }), "second")
        expect(
            load(try json { layer, _, _ in layer == "first" ? ["first", 7, 0] : nil }), "second")
        expect(
            load(try json { layer, _, _ in layer == "first" ? ["first", -1, -1] : nil }), "second")
        expect(
            load(try json(fields: { $0["output_layers"] = [["nobody", 0, 0]] })), "output_layers",
            "nobody", "net")
        expect(load(try json(fields: { $0["output_layers"] = [Any]() })), "no outputs")
        expect(load(try json(fields: { $0["input_layers"] = [["a", 0, 0]] })), "'b'", "net")
        expect(
            load(try json(fields: { $0["input_layers"] = [["a", 0, 0], ["a", 0, 0]] })), "twice")
        expect(load(try json(fields: { $0["input_layers"] = NSNull() })), "input_layers")
        expect(load(try json(fields: { $0["layers"] = "none" })), "layers")
        expect(
            load(
                try json(fields: { fields in
                    guard let layers = fields["layers"] as? [Any] else { return }
                    fields["layers"] = layers + [layers[2]]
                })), "two layers have the name '")
    }

    // MARK: Programs

    @Test("What does not fit together is named with its shape")
    func shapes() throws {
        let three = Input(shape: [3], name: "three")
        let image = Input(shape: [4, 5, 2], name: "image")
        let other = Input(shape: [4, 6, 2], name: "other")
        for layer in [Subtract(), Multiply(), Average(), Maximum(), Minimum()] as [Layer] {
            expect(
                words { try (layer([image, other])).check() }, layer.place,
                "'image' (None, 4, 5, 2)",
                "'other' (None, 4, 6, 2)")
        }
        expect(
            words { try (Concatenate(axis: 1, name: "join")([image, other])).check() },
            "Concatenate 'join'", "(None, 4, 5, 2)", "(None, 4, 6, 2)")
        expect(
            words { try (Concatenate(name: "join")([image, three])).check() }, "Concatenate 'join'",
            "'image' (None, 4, 5, 2)", "'three' (None, 3)")
        expect(
            words { try (Dot(axes: 1, name: "dot")([three, image])).check() }, "Dot 'dot'",
            "'three' (None, 3)", "'image' (None, 4, 5, 2)")
        expect(words { try (Add(name: "sum")([Tensor]())).check() }, "Add 'sum'")
        expect(
            words { try (image.tensor + other.tensor).check() }, "'image'", "'other'",
            "(None, 4, 5, 2)",
            "(None, 4, 6, 2)")
        expect(
            words { try (Conv2D(3, kernelSize: 3, name: "c")(three)).check() }, "Conv2D 'c'",
            "(None, 3)")
        // The first error comes through layers and the model.
        let wrong = Dense(1)(Dense(2)(three.tensor + Tensor.zeros([7])))
        expect(words { _ = try Model(inputs: three, outputs: wrong) }, "broadcast", "[7]")
        // A failed call leaves a layer that can be used.
        let dense = Dense(2, name: "d")
        let join = Concatenate(name: "again")
        expect(words { try (join([three, image])).check() }, "again")
        let sound = join([dense(three), three.tensor])
        #expect(try Model(inputs: three, outputs: sound).outputShape == [nil, 5])
    }

    @Test("Graphs that are not connected")
    func connections() throws {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [2], name: "b"))
        let hidden = Dense(4, name: "hidden")(a)
        expect(words { _ = try Model(inputs: [b], outputs: [hidden]) }, "needs the input 'a'")
        expect(words { _ = try Model(inputs: [a, a], outputs: [hidden]) }, "twice")
        expect(words { _ = try Model(inputs: [a], outputs: [Tensor]()) }, "no outputs")
        expect(words { _ = try Model(inputs: [Tensor](), outputs: [hidden]) }, "no inputs")
        let inner = try Model(inputs: a, outputs: hidden, name: "inner")
        expect(words { try (inner([a, b])).check() }, "inner", "1 input")
        expect(words { try (inner(b)).check() }, "inner", "expects last dimension 3", "(None, 2)")
        // An input that no output needs is fed all the same, as in Keras.
        let idle = try Model(inputs: [a, b], outputs: [hidden])
        let x = [
            "a": NDArray([1, 2, 3], shape: [1, 3]), "b": NDArray([1, 2], shape: [1, 2]),
        ]
        #expect(try idle.predict(x).shape == [1, 4])
        expect(words { _ = try idle.predict(["a": x["a"]!]) }, "'b' is missing")
    }

    @Test("What belongs to no output")
    func outputs() throws {
        let a = Input(shape: [3], name: "a")
        let model = try Model(
            inputs: a, outputs: [Dense(1, name: "p")(a), Dense(2, name: "q")(a)], name: "net")
        expect(
            words { try model.compile(loss: ["p": "mse", "r": "mse"]) }, "'r' is unknown",
            "'p', 'q'",
            "net")
        expect(
            words { try model.compile(loss: ["p": "mse"], metrics: ["r": ["mae"]]) },
            "'r' is unknown among the metrics", "'p', 'q'")
        expect(
            words { try model.compile(loss: ["p": "mse"], weightedMetrics: ["r": ["mae"]]) },
            "'r' is unknown among the weighted metrics")
        expect(
            words { try model.compile(loss: ["p": "mse"], lossWeights: ["r": 1]) },
            "'r' is unknown among the loss weights")
        expect(
            words { try model.compile(loss: ["mse", "mse", "mse"]) }, "expects 2 losses", "got 3")
        expect(
            words { try model.compile(loss: ["mse", "mse"], lossWeights: [1]) },
            "expects 2 loss weights", "got 1")
        try model.compile(loss: ["p": "mse", "q": "mse"])
        let x = NDArray([1, 2, 3, 4, 5, 6], shape: [2, 3])
        let (p, q) = (
            NDArray([1, 2], shape: [2, 1]), NDArray([1, 2, 3, 4], shape: [2, 2])
        )
        expect(words { _ = try model.fit(x, ["p": p], verbose: 0) }, "'q' are missing")
        expect(
            words { _ = try model.fit(x, ["p": p, "q": q, "r": q], verbose: 0) },
            "'r' is unknown among the labels")
        expect(words { _ = try model.fit(x, [p, q, q], verbose: 0) }, "expects 2 labels", "got 3")
        expect(words { _ = try model.fit(x, p, verbose: 0) }, "expects 2 labels", "got 1")
        expect(
            words {
                _ = try model.fit(
                    x, ["p": p, "q": q], verbose: 0,
                    sampleWeight: ["r": NDArray([1, 2], shape: [2])])
            }, "'r' is unknown among the sample weights")
        expect(
            words { _ = try model.fit(x, [p, q], verbose: 0, classWeight: [0: 1]) }, "classWeight",
            "one output")
        expect(words { _ = try model.predictAll([x, x]) }, "expects 1 input", "got 2")
        expect(words { _ = try model.predict(x).floats() }, "2 results")
        // Nothing was lost.
        #expect(try model.fit(x, [p, q], verbose: 0)["loss"]?.count == 1)
    }
}
