import Foundation
import Keratin
import Testing

@testable import KeratinIO

/// `keratin plot`, and the pictures of `keratin demo`.
@Suite("Pictures by the tool", .serialized) struct PlotCommandTests {
    @Test func aModelBecomesAText() throws {
        let tool = try Tool()
        try smallClassifier().save(tool.path("m.keras"))
        let outcome = try tool(
            "plot", "m.keras", "m.dot", "--shapes", "--names", "--activations", "--trainable",
            "--dtypes", "--rankdir", "LR", "--dpi", "90")
        #expect(outcome.code == 0 && outcome.output.isEmpty, "\(outcome)")
        let text = String(decoding: try FileAccess.read(tool.path("m.dot")), as: UTF8.self)
        for word in [
            "digraph G", "rankdir=LR, dpi=90", "<b>hidden</b> (Dense)", "(None, 6)",
            "Activation: <b>tanh</b>", "<b>Trainable</b>", "<b>float32</b>",
        ] { #expect(text.contains(word), "\(word)") }
        let plain = try tool("plot", "m.keras", "plain.dot")
        #expect(plain.code == 0)
        let short = String(decoding: try FileAccess.read(tool.path("plain.dot")), as: UTF8.self)
        #expect(short.contains("<b>Dense</b>") && !short.contains("hidden"))
    }

    @Test(.enabled(if: ChildProgram(named: "dot") != nil, "Graphviz's dot is not installed"))
    func aModelBecomesAPicture() throws {
        let tool = try Tool()
        try smallClassifier().save(tool.path("m.keras"))
        #expect(try tool("plot", "m.keras", "m.svg", "--expand").code == 0)
        #expect(try tool("plot", "m.keras", "m.png", "--dpi", "50").code == 0)
        #expect(try FileAccess.read(tool.path("m.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(try tool.listing() == ["m.keras", "m.png", "m.svg"])
    }

    @Test func mistakesAreOneLine() throws {
        let tool = try Tool()
        try smallClassifier().save(tool.path("m.keras"))
        expectFailure(try tool("plot", "m.keras"), "keratin plot --help", code: 64)
        expectFailure(try tool("plot", "m.keras", "m.jpg"), ".svg, .png, .pdf, .dot")
        expectFailure(try tool("plot", "m.keras", "m.keras"), "m.keras")
        expectFailure(try tool("plot", "no.keras", "m.dot"), "no.keras")
        expectFailure(try tool("plot", "m.keras", "no/m.dot"), "no/m.dot", "No such file")
        expectFailure(try tool("plot", "m.keras", "m.dot", "--rankdir", "UP"), "rankdir", "'UP'")
        expectFailure(
            try tool.run(["plot", "m.keras", "m.svg"], ["PATH": "/nonexistent"]),
            "install it (Debian: graphviz)", ".dot")
        #expect(try tool.listing() == ["m.keras"])
    }

    @Test func aTrainingDrawsItsHistory() throws {
        let tool = try Tool()
        try compiledClassifier().save(tool.path("m.keras"))
        let (x, y) = try samples(12)
        let arguments = [
            "train", "m.keras", "-x", try tool.write(x, "x.npy"), "-y", try tool.write(y, "y.npy"),
            "-o", "out.keras", "--epochs", "3", "--verbose", "0", "--backend", "cpu", "--history",
        ]
        expectFailure(
            try tool.run(arguments + ["h.gif"]), ".json, .csv, .svg, .png or .pdf")
        expectFailure(
            try tool.run(arguments + ["h.png"], ["PATH": "/nonexistent"]), "librsvg2-bin")
        #expect(try tool.listing() == ["m.keras", "x.npy", "y.npy"])
        #expect(try tool.run(arguments + ["h.svg"]).code == 0)
        let text = String(decoding: try FileAccess.read(tool.path("h.svg")), as: UTF8.self)
        #expect(text.hasPrefix("<svg") && text.contains(">accuracy</text>"))
    }

    @Test func aDemoDrawsWhatItLearnt() throws {
        let tool = try Tool()
        let outcome = try tool(
            "demo", "moons", "--backend", "cpu", "--epochs", "2", "--verbose", "0", "--plot", ".")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains("written: ./moons-history.svg"))
        #expect(try tool.listing() == ["moons-boundary.svg", "moons-history.svg"])
        let history = String(
            decoding: try FileAccess.read(tool.path("moons-history.svg")), as: UTF8.self)
        #expect(history.hasPrefix("<svg") && history.contains(">validation</text>"))
        let boundary = try FileAccess.read(tool.path("moons-boundary.svg"))
        #expect(boundary.count > 5_000 && boundary.count < 60_000)
        expectFailure(
            try tool("demo", "moons", "--backend", "cpu", "--plot", "missing"), "missing/moons")
    }
}
