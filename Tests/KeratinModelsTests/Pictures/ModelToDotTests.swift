import Keratin
import Testing

@testable import KeratinModels

@Suite("Models in Graphviz's language")
struct ModelToDotTests {
    /// The arrows of a text, by what stands in the boxes between `<b>` and `</b>`.
    private func arrows(_ text: String) -> [String] {
        var titles: [Substring: String] = [:]
        for match in text.matches(of: /(layer_\d+) \[label=<<table.*?<b>(.*?)<\/b>/) {
            titles[match.1] = String(match.2)
        }
        return text.matches(of: /(layer_\d+) -> (layer_\d+);/).map {
            "\(titles[$0.1] ?? "?") > \(titles[$0.2] ?? "?")"
        }
    }

    @Test("A stack has no box for its input")
    func stack() throws {
        let model = try Sequential([
            Input(shape: [4]), Dense(3, activation: "relu", name: "a"), Dropout(0.5, name: "b"),
            Dense(2, activation: "softmax", name: "c"),
        ])
        let text = try modelToDot(model)
        #expect(text.hasPrefix("digraph G {\n") && text.hasSuffix("}\n"))
        #expect(arrows(text) == ["a > b", "b > c"])
        #expect(
            text.contains("<b>a</b> (Dense)") && text.contains("rankdir=TB, dpi=200, splines=ortho")
        )
        #expect(!text.contains("Input") && !text.contains("Activation"))
        let full = try modelToDot(
            model, showShapes: true, showDtype: true, showLayerNames: false, rankdir: "LR",
            dpi: 96, showLayerActivations: true, showTrainable: true, splines: "line")
        #expect(full.contains("rankdir=LR, dpi=96, splines=line"))
        #expect(
            full.contains("Input shape: <b>(None, 4)</b>")
                && full.contains("Output shape: <b>(None, 3)</b>"))
        #expect(full.contains("Output dtype: <b>float32</b>"))
        #expect(
            full.contains("Activation: <b>relu</b>") && full.contains("Activation: <b>softmax</b>"))
        #expect(full.matches(of: /<b>Trainable<\/b>/).count == 2)
        #expect(full.contains("<b>Dense</b>") && !full.contains("(Dense)"))
    }

    @Test("Several inputs, a shared layer, operations")
    func graph() throws {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [3], name: "b"))
        let shared = Dense(2, name: "shared")
        shared.trainable = false
        let (left, right) = (shared(a), shared(b))
        let model = try Model(
            [a, b], [Concatenate(name: "both")([left, right]), (left + right).relu()])
        let text = try modelToDot(model, showShapes: true, showTrainable: true)
        #expect(text.matches(of: /<b>shared<\/b>/).count == 1)
        let arrows = arrows(text)
        #expect(Set(arrows).count == arrows.count && arrows.count == 5)
        for arrow in ["a > shared", "b > shared", "shared > both"] {
            #expect(arrows.contains(arrow))
        }
        #expect(text.contains("(Relu)") && text.contains("(Add)") && text.contains("(InputLayer)"))
        #expect(text.contains("Input shape: <b>[(None, 2), (None, 2)]</b>"))
        // The same for both uses, once.
        #expect(text.contains("Input shape: <b>(None, 3)</b>"))
        #expect(text.contains("<b>Non-trainable</b>"))
    }

    private func nested() throws -> Model {
        let inner = try Sequential(
            [Input(shape: [3]), Dense(3, name: "in1"), Dense(3, name: "in2")], name: "stack")
        let x = Input(shape: [3], name: "x")
        let middle = try Model(x, inner(Dense(3, name: "m")(x)), name: "middle")
        let outer = Input(shape: [3], name: "outer")
        return try Model(outer, Dense(1, name: "last")(middle(outer)), name: "whole")
    }

    @Test("Models inside are boxes, or frames with their layers")
    func nesting() throws {
        let model = try nested()
        let closed = try modelToDot(model)
        #expect(arrows(closed) == ["outer > middle", "middle > last"])
        #expect(!closed.contains("subgraph"))
        let open = try modelToDot(model, expandNested: true)
        #expect(
            Set(arrows(open)) == [
                "outer > x", "x > m", "m > in1", "in1 > in2", "in2 > last",
            ])
        #expect(open.matches(of: /subgraph cluster_\d/).count == 2)
        #expect(open.contains("label=<middle>") && open.contains("label=<stack>"))
        #expect(open.count { $0 == "{" } == open.count { $0 == "}" })
        let frame = try modelToDot(model, subgraph: true)
        #expect(frame.hasPrefix("subgraph cluster_0 {\n"))
    }

    @Test("A model inside that is used twice is drawn once")
    func sharedModel() throws {
        let inner = try Sequential([Input(shape: [3]), Dense(2, name: "in1")], name: "tower")
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [3], name: "b"))
        let model = try Model([a, b], [Add(name: "sum")([inner(a), inner(b)])])
        #expect(Set(arrows(try modelToDot(model))) == ["a > tower", "b > tower", "tower > sum"])
        #expect(
            Set(arrows(try modelToDot(model, expandNested: true))) == [
                "a > in1", "b > in1", "in1 > sum",
            ])
    }

    @Test("A layer of texts is the first box of its stack")
    func texts() throws {
        let vectorize = TextVectorization(maxTokens: 9, outputSequenceLength: 4, name: "words")
        try vectorize.adapt(["a b c", "b c d"])
        let model = try Sequential([vectorize, Embedding(9, 2, name: "places"), Flatten(name: "f")])
        #expect(arrows(try modelToDot(model)) == ["words > places", "places > f"])
    }

    private final class Own: Model, @unchecked Sendable {
        private let inside = Dense(2)
        override func call(_ x: Tensor) -> Tensor { inside(x) }
    }

    @Test("A model with a call of its own is one box")
    func subclassed() throws {
        let model = Own(name: "mine")
        _ = try model.predict(Tensor.zeros([1, 3]))
        let text = try modelToDot(model, showShapes: true)
        #expect(text.contains("<b>mine</b> (Own)") && text.contains("Output shape: <b>?</b>"))
        #expect(arrows(text).isEmpty)
    }

    @Test("Marks of Graphviz in names are letters")
    func names() throws {
        let name = "a\"b<c>&{d}|\\N é 層"
        let inner = try Sequential([Input(shape: [2]), Dense(2, name: name)], name: "in " + name)
        let x = Input(shape: [2], name: "x\n1")
        let model = try Model(x, inner(x), name: "out")
        let text = try modelToDot(model, expandNested: true)
        let escaped = "a&quot;b&lt;c&gt;&amp;{d}|\\\\N é 層"
        #expect(text.contains("<b>\(escaped)</b>") && text.contains("label=<in \(escaped)>"))
        #expect(text.contains("<b>x 1</b>"))
    }

    @Test("Mistakes are told")
    func mistakes() throws {
        func code(_ body: () throws -> String) -> KeratinError.Code? {
            do {
                _ = try body()
                return nil
            } catch { return (error as? KeratinError)?.code }
        }
        let unbuilt = try Sequential([Dense(2)])
        #expect(code { try modelToDot(unbuilt) } == .invalidState)
        #expect(code { try modelToDot(Own()) } == .invalidState)
        let model = try Sequential([Input(shape: [2]), Dense(2)])
        #expect(code { try modelToDot(model, rankdir: "XX") } == .unknownName)
        #expect(code { try modelToDot(model, splines: "round") } == .unknownName)
        #expect(code { try modelToDot(model, dpi: 0) } == .invalidArgument)
        #expect(code { try modelToDot(model) } == nil)
    }
}
