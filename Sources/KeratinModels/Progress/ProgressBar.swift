import KeratinCore
import KeratinLayers

/// Shows how far an epoch is: Keras's bar on a terminal, one line per epoch elsewhere.
struct ProgressBar {
    /// What is shown: 0 nothing, 1 a bar (a line where there is no terminal), 2 a line per epoch.
    let verbose: Int
    /// nil: nobody knows.
    private let target: Int?
    private let unit: String
    private let start = MonotonicClock.seconds()
    private var afterFirst: Double?
    private var lastUpdate = 0.0

    init(target: Int?, verbose: Int, unit: String = "step") {
        self.target = target
        self.verbose = verbose == 1 && !Terminal.isInteractive ? 2 : verbose
        self.unit = unit
    }

    /// Whether a step would be shown, so that metrics are read from the device only then.
    mutating func wantsUpdate(step: Int) -> Bool {
        if step == 1 { afterFirst = MonotonicClock.seconds() }
        return verbose == 1 && MonotonicClock.seconds() - lastUpdate >= 0.05
    }

    mutating func update(step: Int, logs: [(name: String, value: Double)], finalize: Bool = false) {
        guard verbose == 1 || (verbose == 2 && finalize) else { return }
        let time = MonotonicClock.seconds()
        let perStep: Double
        if let afterFirst, step > 1 {
            perStep = (time - afterFirst) / Double(step - 1)
        } else {
            perStep = step > 0 ? (time - start) / Double(step) : 0
        }
        // How many there are is known at the end.
        let target = target ?? (finalize ? step : nil)
        let digits = target.map { String($0).count } ?? 0
        let line = ProgressLine(
            count: String(repeating: " ", count: max(digits - String(step).count, 0))
                + "\(step)/\(target.map { "\($0)" } ?? "Unknown")",
            done: target.map { $0 > 0 ? Double(step) / Double($0) : 1 } ?? 0,
            time: finalize || target == nil
                ? "\(fixed(time - start, 0))s"
                : remaining(perStep * Double((target ?? step) - step)),
            pace: duration(perStep),
            figures: logs.map { "\($0): \(abs($1) > 1e-3 ? fixed($1, 4) : scientific($1))" })
        if verbose == 2 {
            let parts = ["\(line.count) - \(line.time)", line.pace] + line.figures
            return Terminal.write(parts.joined(separator: " - ") + "\n")
        }
        lastUpdate = time
        // The rest of the line is erased, in which more may have stood.
        let style = Terminal.style
        Terminal.write(
            finalize
                ? "\r\(Self.erase)\(line.lastLines(style))\n"
                : "\r\(line.line(style))\(Self.erase)")
    }

    private static let erase = "\u{1b}[K"

    /// The time left as Keras writes it.
    func remaining(_ seconds: Double) -> String {
        let seconds = Int(seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds > 3600 {
            return "\(seconds / 3600):\(two(seconds % 3600 / 60)):\(two(seconds % 60))"
        }
        if seconds > 60 { return "\(seconds / 60):\(two(seconds % 60))" }
        return "\(seconds)s"
    }

    func duration(_ perStep: Double) -> String {
        if perStep >= 1 || perStep == 0 { return "\(fixed(perStep, 0))s/\(unit)" }
        if perStep >= 1e-3 { return "\(fixed(perStep * 1e3, 0))ms/\(unit)" }
        return "\(fixed(perStep * 1e6, 0))us/\(unit)"
    }
}

/// Warns of a verbosity that means nothing; as in Keras it shows no progress.
package func checkVerbosity(_ verbose: Int) {
    if (0...2).contains(verbose) { return }
    warn("verbose should be 0 (silent), 1 (a bar) or 2 (a line per epoch), got \(verbose)")
}
