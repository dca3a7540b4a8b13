import Testing

@testable import KeratinModels

@Suite("Histories in the terminal")
struct SparklineTests {
    private func history(_ keys: [String], _ epochs: Int) -> History {
        HistoryPictureTests.history(keys, epochs) { key, epoch in
            keys[key].hasSuffix("accuracy")
                ? 1 - 1 / Double(epoch + 2) : 1 / Double(key + epoch + 1)
        }
    }

    @Test("Bars")
    func bars() {
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text([7, 0], width: 8) == "█▁")
        #expect(Sparkline.text([3, 3, 3], width: 8) == "▁▁▁")
        #expect(Sparkline.text([0, .nan, 7, .infinity], width: 8) == "▁ █ ")
        #expect(Sparkline.text([.nan], width: 8) == " " && Sparkline.text([], width: 8) == "")
        #expect(Sparkline.text([0, 0, 2, 2, 4, 4, 6, 8], width: 4) == "▁▃▅█")
        #expect(Sparkline.text([-1.7e308, 1.7e308], width: 8) == "▁█")
        #expect(Sparkline.text([0, 7], width: 8, hasUnicode: false) == "_#")
        #expect(Sparkline.text([1, 2], width: 0) == "")
    }

    @Test("A line for each key: how it went, from where to where, and the best")
    func lines() {
        let text = history(["accuracy", "loss"], 4).sparklines(LineStyle(columns: 80))
        #expect(
            text == """
                accuracy  ▁▅▇█  0.5000 → 0.8000  best 0.8000 in epoch 4
                loss      █▄▂▁  0.5000 → 0.2000  best 0.2000 in epoch 4
                """)
        let ascii = history(["loss"], 4).sparklines(LineStyle(columns: 80, hasUnicode: false))
        #expect(ascii == "loss  #-._  1.0000 -> 0.2500  best 0.2500 in epoch 4")
        // The best of a figure of which nothing is known is not told.
        let other = history(["learning_rate"], 3).sparklines(LineStyle(columns: 80))
        #expect(!other.contains("best") && other.contains("1.0000 → 0.3333"))
    }

    @Test("Lines fit the terminal", arguments: [10, 20, 40, 80, 200])
    func widths(_ columns: Int) {
        let keys = ["accuracy", "loss", "val_sparse_categorical_accuracy"]
        for epochs in [3, 21, 500] {
            let history = history(keys, epochs)
            for hasUnicode in [true, false] {
                let style = LineStyle(columns: columns, hasUnicode: hasUnicode)
                let text = history.text(style)
                #expect(hasUnicode || !text.contains { !$0.isASCII }, "\(text)")
                guard columns >= 40 else { continue }
                for line in text.split(separator: "\n") {
                    #expect(line.count <= columns, "\(line)")
                }
                #expect(text.contains("best") == (columns > 80), "\(text)")
            }
        }
    }

    @Test("Of many epochs the first and the last are shown")
    func manyEpochs() {
        #expect(history(["loss"], 2).text(LineStyle(columns: 80)).split(separator: "\n").count == 3)
        let twenty = history(["loss"], 20).table(columns: 80).split(separator: "\n")
        #expect(twenty.count == 21)
        let rows = history(["loss"], 300).table(columns: 80).split(separator: "\n")
        #expect(rows.count == 12)
        #expect(
            rows.dropFirst().map { $0.split(separator: " ")[0] }
                == ["1", "2", "3", "4", "5", "…", "296", "297", "298", "299", "300"])
    }

    @Test("Which way figures are better")
    func directions() {
        for key in [
            "accuracy", "val_acc", "auc", "f1_score[2]", "mean_io_u", "val_true_positives",
            "cosine_similarity", "r2_score", "precision_1",
        ] { #expect(FigureDirection(of: key) == .grows, "\(key)") }
        for key in [
            "loss", "val_loss", "head_loss", "mae", "mean_squared_error", "false_positives",
        ] {
            #expect(FigureDirection(of: key) == .shrinks, "\(key)")
        }
        for key in ["learning_rate", "vaccination", "my_figure"] {
            #expect(FigureDirection(of: key) == nil, "\(key)")
        }
    }
}
