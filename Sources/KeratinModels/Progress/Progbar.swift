import KeratinCore
import KeratinLayers

/// A progress bar for loops of one's own, as Keras's `utils.Progbar`:
///
/// ```swift
/// let bar = Progbar(steps)
/// for step in 1...steps {
///     …
///     bar.update(step, values: [("loss", loss)])
/// }
/// ```
///
/// Where output is no terminal it is one line at the end. `disableInteractiveLogging()` silences it.
public final class Progbar {
    /// How many steps there are; nil: not known.
    public let target: Int?
    private let width: Int
    private let verbose: Int
    private let interval: Double
    private let statefulMetrics: Set<String>
    private let unitName: String
    private let style: () -> LineStyle
    private let clock: () -> Double
    private let write: (String) -> Void
    private let start: Double
    private var afterFirst: Double?
    private var lastUpdate = -Double.infinity
    private var seen = 0
    /// What is averaged, and how many steps it is the sum of.
    private var values: [(name: String, sum: Double, count: Double)] = []

    /// A bar that stands at the start.
    /// - Parameters:
    ///   - target: how many steps there are; nil: not known.
    ///   - width: characters of the bar.
    ///   - verbose: 0 nothing, 1 a bar, 2 a line at the end.
    ///   - interval: seconds between two changes of the bar.
    ///   - statefulMetrics: names of values that are shown as they are; others are averaged over the steps.
    ///   - unitName: what a step is called.
    public convenience init(
        _ target: Int?, width: Int = 20, verbose: Int = 1, interval: Double = 0.05,
        statefulMetrics: [String] = [], unitName: String = "step"
    ) {
        self.init(
            target, width, verbose == 1 && !Terminal.isInteractive ? 2 : verbose, interval,
            statefulMetrics, unitName, style: { Terminal.style }, clock: MonotonicClock.seconds,
            write: { if InteractiveLogging.isEnabled { Terminal.write($0) } })
    }

    /// A bar on another terminal, with another clock.
    package init(
        _ target: Int?, _ width: Int, _ verbose: Int, _ interval: Double,
        _ statefulMetrics: [String], _ unitName: String, style: @escaping () -> LineStyle,
        clock: @escaping () -> Double, write: @escaping (String) -> Void
    ) {
        checkVerbosity(verbose)
        self.target = target
        self.width = max(width, 0)
        self.verbose = verbose
        self.interval = interval
        self.statefulMetrics = Set(statefulMetrics)
        self.unitName = unitName
        self.style = style
        self.clock = clock
        self.write = write
        start = clock()
    }

    /// Moves the bar to a step.
    /// - Parameters:
    ///   - current: how many steps are done.
    ///   - values: the values of the steps since the last update, by name.
    ///   - finalize: whether this is the last update; nil: if the target is reached.
    public func update(
        _ current: Int, values: [(String, Double)] = [], finalize: Bool? = nil
    ) {
        let current = max(current, 0)
        let isLast = finalize ?? target.map { current >= $0 } ?? false
        for (name, value) in values { keep(name, value, current, isLast) }
        seen = current
        let time = clock()
        if current == 1 { afterFirst = time }
        guard verbose == 1 || (verbose == 2 && isLast && target != nil),
            isLast || time - lastUpdate >= interval
        else { return }
        lastUpdate = time
        write(text(current, time, isLast))
    }

    /// Moves the bar on by some steps; see `update`.
    public func add(_ n: Int, values: [(String, Double)] = []) {
        update(seen &+ n, values: values)
    }

    private func keep(_ name: String, _ value: Double, _ current: Int, _ isLast: Bool) {
        let index =
            values.firstIndex { $0.name == name } ?? values.endIndex
        if index == values.endIndex { values.append((name, 0, 0)) }
        if isLast || statefulMetrics.contains(name) {
            values[index] = (name, value, 1)
        } else {
            // One step at least, also if an update tells of the same step again.
            let steps = Double(max(current - seen, 1))
            values[index].sum += value * steps
            values[index].count += steps
        }
    }

    private func text(_ current: Int, _ time: Double, _ isLast: Bool) -> String {
        let perStep: Double =
            if let afterFirst, current > 1 {
                (time - afterFirst) / Double(current - 1)
            } else {
                current > 0 ? (time - start) / Double(current) : 0
            }
        let form = ProgressBar(target: target ?? 0, verbose: 0, unit: unitName)
        let elapsed = "\(fixed(time - start, 0))s"
        func padded(_ width: Int) -> String {
            String(repeating: " ", count: max(width - "\(current)".count, 0)) + "\(current)"
        }
        let known = target.flatMap { $0 > 0 ? $0 : nil }
        var line = ProgressLine(
            count: known.map { "\(padded("\($0)".count))/\($0)" } ?? "\(padded(7))/Unknown",
            done: known.map { Double(current) / Double($0) } ?? 0,
            time: known.map { target in
                let left = perStep * Double(max(target - current, 0))
                return isLast ? elapsed : form.remaining(Swift.min(left, 1e9))
            } ?? elapsed,
            pace: form.duration(perStep),
            figures: values.map { name, sum, count in
                let mean = sum / max(count, 1)
                return "\(name): \(abs(mean) > 1e-3 ? fixed(mean, 4) : scientific(mean))"
            })
        line.longestBar = width
        guard verbose == 1 else {
            return ([line.count, line.time, line.pace] + line.figures).joined(separator: " - ")
                + "\n"
        }
        let style = style()
        let erase = "\u{1b}[K"
        guard known != nil else {
            let all =
                "\(line.count) \(line.time) \(line.pace)"
                + line.figures.map { " - " + $0 }.joined()
            let shown = isLast ? all : String(all.prefix(max(style.columns - 1, 0)))
            return "\r\(shown)\(erase)\(isLast ? "\n" : "")"
        }
        return isLast
            ? "\r\(erase)\(line.lastLines(style))\n" : "\r\(line.line(style))\(erase)"
    }
}
