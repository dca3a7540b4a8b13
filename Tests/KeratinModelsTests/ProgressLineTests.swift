import KeratinModels
import Testing

@Suite("The progress bar's line")
struct ProgressLineTests {
    private let line = ProgressLine(
        count: " 3/12", done: 0.25, time: "9s", pace: "1ms/step",
        figures: ["accuracy: 0.5000", "loss: 1.2500"])

    private func plain(_ columns: Int, unicode: Bool = false) -> LineStyle {
        LineStyle(columns: columns, hasColor: false, hasUnicode: unicode)
    }

    @Test("It is as wide as Keras's where there is room")
    func wide() {
        #expect(
            line.line(plain(200))
                == " 3/12 =====............... 9s 1ms/step - accuracy: 0.5000 - loss: 1.2500")
        #expect(line.lastLines(plain(200)) == line.line(plain(200)))
    }

    @Test("No line reaches the last column, however few there are", arguments: 1...120)
    func fits(_ columns: Int) {
        for style in [plain(columns), plain(columns, unicode: true)] {
            #expect(line.line(style).count < max(columns, 2))
        }
        // The last lines leave nothing out.
        let last = line.lastLines(plain(columns))
        for part in ["3/12", "9s", "1ms/step", "accuracy: 0.5000", "loss: 1.2500"] {
            #expect(last.contains(part))
        }
        if columns >= 30 {
            #expect(last.split(separator: "\n").allSatisfy { $0.count < columns })
        }
    }

    @Test("The bar shrinks before figures go, from the last on")
    func narrow() {
        #expect(line.line(plain(60)) == " 3/12 =====............... 9s 1ms/step - accuracy: 0.5000")
        #expect(line.line(plain(40)) == " 3/12 ==......... 9s - accuracy: 0.5000")
        #expect(line.line(plain(30)) == " 3/12 ==......... 9s 1ms/step")
        #expect(line.line(plain(20)) == " 3/12 ==........ 9s")
        #expect(line.line(plain(10)) == " 3/12 9s")
        #expect(line.line(plain(5)) == " 3/1")
        #expect(
            line.lastLines(plain(40))
                == " 3/12 =====............... 9s 1ms/step\n  accuracy: 0.5000 - loss: 1.2500")
    }

    @Test("Colours stand around the parts; without them the marks differ")
    func styles() {
        let colored = line.line(LineStyle(columns: 80))
        #expect(colored.hasPrefix("\u{1b}[1m 3/12\u{1b}[0m \u{1b}[32m━━━━━\u{1b}[0m\u{1b}[37m━"))
        #expect(line.line(plain(80, unicode: true)).hasPrefix(" 3/12 ━━━━━───────────────"))
        #expect(!line.line(plain(80)).contains { !$0.isASCII })
        #expect(!line.line(plain(80)).contains("\u{1b}"))
    }

    @Test("What the environment says of colours and characters")
    func environment() {
        func style(_ variables: [String: String]) -> LineStyle {
            LineStyle(columns: 80) { variables[$0] }
        }
        #expect(style([:]).hasColor && !style([:]).hasUnicode)
        #expect(!style(["NO_COLOR": "1"]).hasColor)
        for locale in ["C.UTF-8", "de_DE.utf8", "en_US.UTF-8"] {
            #expect(style(["LANG": locale]).hasUnicode, "\(locale)")
        }
        for locale in ["C", "POSIX", "de_DE.ISO-8859-1", "ja_JP.eucJP"] {
            #expect(!style(["LANG": locale]).hasUnicode, "\(locale)")
        }
        #expect(!style(["LC_ALL": "C", "LANG": "C.UTF-8"]).hasUnicode)
        #expect(style(["LC_CTYPE": "C.UTF-8", "LANG": "C"]).hasUnicode)
    }
}
