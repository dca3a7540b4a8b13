import Keratin
import KeratinLayers
import KeratinTensor
import KeratinTooling
import Testing

@testable import KeratinModels

/// What models and histories print, on terminals of 40, 80 and 200 columns, with and without UTF-8.
@Suite("Printed models and histories", .serialized) struct PrintedModelTests {
    private func network() throws -> Sequential {
        try withBackend(.cpu) {
            let model = try Sequential(
                [
                    Input(shape: [8, 8, 1]), Conv2D(32, 3, name: "conv"), Flatten(name: "flat"),
                    Dense(10, activation: .softmax, name: "probabilities"),
                ], name: "digits")
            try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy")
            return model
        }
    }

    @Test("A model prints its summary")
    func model() throws {
        let model = try network()
        let text = "\(model)"
        #expect(text == model.summaryText(style: Terminal.style))
        for part in ["Model: \"digits\"", "conv (Conv2D)", "11,850", "Trainable params"] {
            #expect(text.contains(part), "\(text)")
        }
        // A graph, too, and a model before it is built.
        let input = Input(shape: [3])
        let graph = try Model(inputs: [input], outputs: [Dense(2)(input)], name: "graph")
        #expect("\(graph)".contains("Model: \"graph\""))
        #expect("\(try Sequential([Dense(2)], name: "open"))".contains("0 (unbuilt)"))
    }

    @Test(
        "No line of a summary is wider than the terminal", arguments: [1, 10, 40, 80, 200],
        [true, false])
    func widths(_ columns: Int, _ hasUnicode: Bool) throws {
        let style = LineStyle(columns: columns, hasUnicode: hasUnicode)
        let text = try network().summaryText(style: style)
        #expect(text.contains("digits"))
        if columns >= 40 {
            for line in text.split(separator: "\n") { #expect(line.count <= columns, "\(line)") }
        }
        #expect(hasUnicode || !text.contains { !$0.isASCII }, "\(text)")
    }

    @Test("Borders of ASCII")
    func ascii() throws {
        let lines = try network().summaryText(style: LineStyle(columns: 80, hasUnicode: false))
            .split(separator: "\n").map(String.init)
        #expect(lines[1].hasPrefix("+---") && lines[1].hasSuffix("---+"))
        #expect(lines[2].hasPrefix("| Layer (type) "))
        #expect(lines[3].hasPrefix("+===") && lines[3].hasSuffix("===+"))
        #expect(lines[4].hasPrefix("| conv (Conv2D) "))
    }

    private func history(_ keys: [String], _ epochs: Int) -> History {
        var history = History()
        for epoch in 0..<epochs {
            history.epoch.append(epoch)
            history.append(
                keys.enumerated().map {
                    ($1, $0 == 0 ? 1.5 / Double(epoch + 1) : 1e-5 * Double(epoch))
                })
        }
        return history
    }

    @Test("A history prints a table")
    func table() throws {
        #expect(
            history(["loss", "val_loss"], 3).table(columns: 80) == """
                epoch    loss    val_loss
                    1  1.5000      0.0000
                    2  0.7500  1.0000e-05
                    3  0.5000  2.0000e-05
                """)
        #expect("\(History())" == "no epochs")
        let model = try network()
        let (x, y) = try digits(64)
        let trained = try model.fit(x, y, epochs: 2, verbose: 0, validationSplit: 0.5)
        let lines = "\(trained)".split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].split(separator: " ") == ["epoch", "loss", "val_loss"])
        #expect(lines[2].split(separator: " ").first == "2")
    }

    @Test("A history that is too wide goes on in blocks", arguments: [40, 80, 200])
    func blocks(_ columns: Int) {
        let keys = [
            "accuracy", "loss", "mean_absolute_error", "val_accuracy", "val_loss",
            "val_mean_absolute_error",
        ]
        let text = history(keys, 2).table(columns: columns)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= columns }, "\(text)")
        for key in keys { #expect(text.contains(key)) }
        #expect(lines.count == [40: 15, 80: 7, 200: 3][columns], "\(text)")
        #expect(lines.count { $0.hasPrefix("epoch") } == (lines.count + 1) / 4)
    }

    @Test("The comparison of a demo fits, too", arguments: [40, 80, 200])
    func comparison(_ columns: Int) {
        let rows = [
            ["backend", "device", "s/epoch", "test accuracy", "agreement"],
            ["opencl", "some processor with a long name @ 2.10GHz", "0.3", "0.9870", "-"],
            ["cpu", "pure Swift, AVX-512 kernels", "0.2", "0.9870", "100.00 %"],
        ]
        let text = KeratinTooling.table(rows, columns: columns)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(text)")
        for word in rows.joined().flatMap({ $0.split(separator: " ") }) {
            #expect(text.contains(word), "\(text)")
        }
        if columns == 200 { #expect(text == KeratinTooling.table(rows)) }
        if columns == 40 {
            #expect(
                text.hasPrefix("backend        opencl\ndevice         some processor with a"),
                "\(text)")
        }
    }

    @Test("Charts of ASCII")
    func charts() {
        let chart = LineChart(width: 40, height: 8, hasUnicode: false).draw(
            [.init("truth", ".", isJoined: true, (0..<30).map { Double($0) })],
            labels: (0..<30).map { "\($0)" }, border: (20, "test"))
        #expect(!chart.contains { !$0.isASCII })
        #expect(chart.contains(" +") && chart.contains(" |") && chart.contains(":"))
        #expect(chart.split(separator: "\n").allSatisfy { $0.count <= 40 })
    }
}
