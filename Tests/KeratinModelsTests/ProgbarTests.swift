import KeratinCore
import KeratinModels
import Testing

/// The progress bar for loops of one's own.
@Suite("Progbar") struct ProgbarTests {
    /// Time that a test sets, and what was written.
    final class Desk {
        var time = 0.0
        var text = ""
    }

    private func bar(
        _ desk: Desk, _ target: Int?, width: Int = 20, verbose: Int = 1, interval: Double = 0.05,
        stateful: [String] = []
    ) -> Progbar {
        Progbar(
            target, width, verbose, interval, stateful, "step",
            style: { LineStyle(columns: 80, hasColor: false, hasUnicode: false) },
            clock: { desk.time }, write: { desk.text += $0 })
    }

    @Test("A bar, the mean of its values, and a last line")
    func steps() {
        let desk = Desk()
        let bar = bar(desk, 10, width: 10)
        desk.time = 1
        bar.update(1, values: [("loss", 4)])
        #expect(desk.text == "\r 1/10 =......... 9s 1s/step - loss: 4.0000\u{1b}[K")
        desk.text = ""
        desk.time = 2
        bar.update(3, values: [("loss", 1)])
        // One step of 4 and two of 1.
        #expect(desk.text == "\r 3/10 ===....... 3s 500ms/step - loss: 2.0000\u{1b}[K")
        desk.text = ""
        desk.time = 2.01
        bar.add(1, values: [("loss", 2)])
        #expect(desk.text.isEmpty)
        desk.time = 10
        bar.update(10, values: [("loss", 0.0005)])
        #expect(desk.text.hasPrefix("\r\u{1b}[K10/10 ========== 10s 1s/step - loss: 5.0000e-04"))
        #expect(desk.text.hasSuffix("\n"))
    }

    @Test("Stateful values are shown as they are; unknown targets count")
    func stateful() {
        let desk = Desk()
        let bar = bar(desk, nil, interval: 0, stateful: ["accuracy"])
        desk.time = 1
        bar.update(1, values: [("accuracy", 0.5), ("loss", 2)])
        desk.text = ""
        bar.update(2, values: [("accuracy", 0.75), ("loss", 4)])
        #expect(
            desk.text == "\r      2/Unknown 1s 0s/step - accuracy: 0.7500 - loss: 3.0000\u{1b}[K")
        desk.text = ""
        bar.update(3, finalize: true)
        #expect(desk.text.hasSuffix("\n"))
    }

    @Test("One line, or nothing; targets and steps at the ends of what there is")
    func verbosity() {
        let desk = Desk()
        let line = bar(desk, 2, verbose: 2)
        line.update(1, values: [("loss", 1)])
        #expect(desk.text.isEmpty)
        desk.time = 4
        line.update(2, values: [("loss", 3)])
        #expect(desk.text == "2/2 - 4s - 4s/step - loss: 3.0000\n")
        desk.text = ""
        bar(desk, 2, verbose: 0).update(2)
        #expect(desk.text.isEmpty)
        let edges = bar(desk, .max, interval: 0)
        edges.update(1)
        edges.update(.min)
        edges.add(.max)
        bar(desk, 0, interval: 0).update(5)
        bar(desk, -3, interval: 0).update(1, values: [("loss", .nan), ("x", .infinity)])
        #expect(desk.text.contains("Unknown"))
    }

    @Test("Logging on standard output is on until somebody turns it off")
    func logging() {
        #expect(isInteractiveLoggingEnabled())
        disableInteractiveLogging()
        #expect(!isInteractiveLoggingEnabled())
        enableInteractiveLogging()
        #expect(isInteractiveLoggingEnabled())
    }
}
