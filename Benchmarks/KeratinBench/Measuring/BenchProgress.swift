import KeratinCore
import KeratinModels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How far a run is, in a line that is written anew: on a terminal only, and on standard error, so that no figure is mixed with it.
struct BenchProgress {
    private static let isShown = isatty(2) == 1 && environment("TERM") != "dumb"
    private let total: Int
    private let start = MonotonicClock.seconds()
    private var done = 0

    init(total: Int) { self.total = max(total, 1) }

    /// Before a job begins.
    func begin(_ name: String) {
        guard Self.isShown else { return }
        let seconds = Int(MonotonicClock.seconds() - start)
        let line = ProgressLine(
            count: "\(done)/\(total)", done: Double(done) / Double(total), time: "\(seconds)s",
            pace: "", figures: [name])
        Self.show("\r\u{1b}[K" + line.line(Terminal.style))
    }

    /// After it ended.
    mutating func end() { done += 1 }

    /// Takes the line away.
    func close() {
        if Self.isShown { Self.show("\r\u{1b}[K") }
    }

    private static func show(_ text: String) {
        let bytes = Array(text.utf8)
        // A line that cannot be shown is not worth failing for.
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}
