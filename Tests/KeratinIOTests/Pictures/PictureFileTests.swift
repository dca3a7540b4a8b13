import Foundation
import Keratin
import Testing

@testable import KeratinIO
@testable import KeratinModels

@Suite("Files of pictures")
struct PictureFileTests {
    private let scratch: PictureFolder
    private let history: History

    init() throws {
        scratch = try PictureFolder()
        var history = History()
        for epoch in 0..<5 {
            history.epoch.append(epoch)
            history.append([("loss", 1 / Double(epoch + 1)), ("val_loss", 1)])
        }
        self.history = history
    }

    private func error(
        _ code: KeratinError.Code, _ words: String..., location: SourceLocation = #_sourceLocation,
        _ body: () throws -> Void
    ) {
        do {
            try body()
            Issue.record("no error", sourceLocation: location)
        } catch let error as KeratinError {
            #expect(error.code == code, "\(error)", sourceLocation: location)
            for word in words {
                #expect(error.description.contains(word), "\(error)", sourceLocation: location)
            }
        } catch {
            Issue.record(error, sourceLocation: location)
        }
    }

    @Test("SVG is written as it is, in place of what stood there")
    func svg() throws {
        try FileAccess.write([1, 2], to: scratch.path("h.SVG"))
        try history.plot(scratch.path("h.SVG"), title: "T")
        #expect(try scratch.text("h.SVG") == history.svg(title: "T"))
        #expect(try scratch.listing() == ["h.SVG"])
    }

    @Test("Names and folders that will not do")
    func names() throws {
        for name in ["h", "h.jpg", ".svg.d", "svg", ""] {
            error(.invalidArgument, ".svg, .png, .pdf") { try history.plot(scratch.path(name)) }
        }
        error(.file, "No such file", "missing/h.svg") {
            try history.plot(scratch.path("missing/h.svg"))
        }
        error(.file) { try history.plot(scratch.path("missing/h.png")) }
        #expect(try scratch.listing().isEmpty)
        try FileManager.default.createDirectory(
            atPath: scratch.path("d.svg"), withIntermediateDirectories: true)
        error(.file, "is a folder") { try history.plot(scratch.path("d.svg")) }
    }

    @Test("Without a program other formats are an error that says what to install")
    func withoutProgram() throws {
        ChildProgram.$searchPath.withValue(scratch.folder.path) {
            error(.unavailable, "rsvg-convert, inkscape", "librsvg2-bin", "h.png") {
                try history.plot(scratch.path("h.png"))
            }
            error(.unavailable, ".pdf") { try history.plot(scratch.path("h.pdf")) }
        }
        #expect(try scratch.listing().isEmpty)
    }

    @Test("A program gets the picture and says what to write")
    func program() throws {
        // It answers with its arguments and what it was given, as if that were a picture.
        try scratch.program("inkscape", "printf '%%PDF'; echo \"$@\"; cat")
        try ChildProgram.$searchPath.withValue("/nowhere:" + scratch.folder.path + ":") {
            () throws in try history.plot(scratch.path("h.pdf"))
        }
        #expect(
            try scratch.text("h.pdf")
                == "%PDF--pipe --export-type=pdf --export-filename=-\n" + history.svg())
    }

    @Test("What is wrong with a program is told, and nothing is written")
    func programFaults() throws {
        try FileAccess.write([7], to: scratch.path("h.png"))
        func plot(_ script: String, _ words: String...) throws {
            try scratch.program("rsvg-convert", script)
            ChildProgram.$searchPath.withValue(scratch.folder.path) {
                do {
                    try history.plot(scratch.path("h.png"))
                    Issue.record("no error")
                } catch {
                    #expect((error as? KeratinError)?.code == .file)
                    for word in words { #expect("\(error)".contains(word), "\(error)") }
                }
            }
            #expect(try FileAccess.read(scratch.path("h.png")) == [7])
            #expect(try scratch.listing() == ["h.png", "rsvg-convert"])
        }
        try plot("echo no such font >&2; exit 3", "exit code 3: no such font", "rsvg-convert")
        try plot("kill -9 $$", "signal 9")
        try plot("exit 0", "no PNG picture (0 bytes)")
        try plot("echo something else", "no PNG picture")
    }

    @Test("A program that does not end is ended")
    func endless() throws {
        try scratch.program("endless", "while :; do :; done")
        let program = try ChildProgram.$searchPath.withValue(scratch.folder.path) {
            () throws in try #require(ChildProgram(named: "endless"))
        }
        let start = ContinuousClock.now
        error(.file, "more than 0 s") { _ = try program.run([], input: [], seconds: 0.2) }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("Much goes in and comes out")
    func large() throws {
        try scratch.program("copy", "cat; cat /dev/null >&2")
        let program = try ChildProgram.$searchPath.withValue(scratch.folder.path) {
            () throws in try #require(ChildProgram(named: "copy"))
        }
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try program.run([], input: bytes) == bytes)
        // A folder is no program, nor is a file that may not be run.
        try FileAccess.write([], to: scratch.path("plain"))
        ChildProgram.$searchPath.withValue(scratch.folder.path) {
            #expect(ChildProgram(named: "plain") == nil && ChildProgram(named: ".") == nil)
        }
    }

    private static let hasConverter = ChildProgram(named: "rsvg-convert") != nil
    private static let hasDot = ChildProgram(named: "dot") != nil

    @Test(
        "PNG and PDF by rsvg-convert", .enabled(if: hasConverter, "rsvg-convert is not installed"))
    func converted() throws {
        try history.plot(scratch.path("h.png"))
        try history.plot(scratch.path("h.pdf"))
        let bytes = try FileAccess.read(scratch.path("h.png"))
        #expect(bytes.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
        // Two dots for each of the panel's 420 pixels.
        #expect(bytes[16..<20].reduce(0) { $0 << 8 | Int($1) } == 840)
        #expect(try FileAccess.read(scratch.path("h.pdf")).starts(with: Array("%PDF".utf8)))
    }

    @Test("A decision boundary becomes a file")
    func boundary() throws {
        let model = try Sequential([Input(shape: [2]), Dense(1, activation: "sigmoid")])
        let (x, y) = try makeMoons(50, noise: 0.1)
        try plotDecisionBoundary(model, x, y, scratch.path("m.svg"), steps: 20)
        #expect(try scratch.text("m.svg") == decisionBoundarySVG(model, x, y, steps: 20))
        // The name is looked at before the model is asked.
        error(.invalidArgument, ".svg") {
            try plotDecisionBoundary(model, Tensor.zeros([1, 9]), y, scratch.path("m.gif"))
        }
    }

    // MARK: Models

    private func model(_ name: String = "head") throws -> Model {
        let (a, b) = (Input(shape: [3], name: "left"), Input(shape: [3], name: "right"))
        let tower = try Sequential(
            [Input(shape: [3]), Dense(4, activation: "relu"), Dense(2)], name: "tower " + name)
        return try Model([a, b], [Dense(1, name: name)(Concatenate()([tower(a), tower(b)]))])
    }

    @Test("DOT needs no program; pictures say which one they need")
    func dotText() throws {
        try ChildProgram.$searchPath.withValue(scratch.folder.path) { () throws in
            try plotModel(try model(), scratch.path("m.dot"), showShapes: true)
            error(.unavailable, "graphviz", ".dot", "m.svg") {
                try plotModel(try model(), scratch.path("m.svg"))
            }
        }
        #expect(try scratch.text("m.dot").hasPrefix("digraph G {"))
        #expect(try scratch.listing() == ["m.dot"])
        error(.invalidArgument, ".svg, .png, .pdf, .dot") {
            try plotModel(try model(), toFile: scratch.path("m"))
        }
        error(.invalidState) { try plotModel(try Sequential(Dense(1)), scratch.path("m.dot")) }
    }

    @Test(
        "Graphviz draws models, whatever their names are",
        .enabled(if: hasDot, "Graphviz's dot is not installed"),
        arguments: ["head", "a\"b<c>&{d}|\\N é 層", "<b>x</b>", "]]>", "\\", "\"", "a\u{1}b"])
    func drawn(_ name: String) throws {
        for splines in ["ortho", "curved", "polyline", "spline", "line"] {
            try plotModel(
                try model(name), scratch.path("m.svg"), showShapes: true, showDtype: true,
                showLayerNames: true, expandNested: splines != "line", dpi: 72,
                showLayerActivations: true, showTrainable: true, splines: splines)
        }
        let text = try scratch.text("m.svg")
        let shown = LayerLabel.escaped(name)
            .replacing("&quot;", with: "\"").replacing("\\\\", with: "\\")
        let words = text.replacing("&quot;", with: "\"").replacing("&#45;", with: "-")
        #expect(words.contains(shown) && words.contains("(None, 3)"), "\(text)")
        try plotModel(try model(name), scratch.path("m.png"), dpi: 40)
        #expect(try FileAccess.read(scratch.path("m.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
}
