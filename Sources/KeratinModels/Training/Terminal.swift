#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What standard output is connected to.
package enum Terminal {
    package static let isInteractive = isatty(1) == 1

    /// Characters a line: those of the terminal, else `COLUMNS`, else 80.
    package static var columns: Int {
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 {
            return columns
        }
        var size = winsize()
        if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return 80
    }

    /// Writes at once, without a line end.
    package static func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }
}
