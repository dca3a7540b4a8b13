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

/// A number with a fixed count of decimals, rounded half to even on its exact value as C's `%.nf`.
package func fixed(_ value: Double, _ decimals: Int) -> String {
    formatted(value) { snprintf(ptr: $0, $1, "%.\(decimals)f", value) }
}

/// A number in scientific notation, as C's `%.4e`.
package func scientific(_ value: Double) -> String {
    formatted(value) { snprintf(ptr: $0, $1, "%.4e", value) }
}

private func formatted(
    _ value: Double, _ print: (UnsafeMutablePointer<CChar>, Int) -> Int32
) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        _ = print(buffer.baseAddress!, buffer.count)
        return String(cString: buffer.baseAddress!)
    }
}

private func snprintf(
    ptr: UnsafeMutablePointer<CChar>, _ count: Int, _ format: String, _ value: Double
) -> Int32 {
    withVaList([value]) { vsnprintf(ptr, count, format, $0) }
}

/// A monotonic clock, in seconds.
package func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
