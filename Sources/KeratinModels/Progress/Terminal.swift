import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What standard output is connected to.
package enum Terminal {
    /// Whether it is a terminal on which a line can be written anew; one that calls itself dumb cannot do that.
    package static let isInteractive = isatty(1) == 1 && environment("TERM") != "dumb"

    /// How lines are drawn there.
    package static var style: LineStyle { LineStyle(columns: columns, environment: environment) }

    /// Characters a line: what `COLUMNS` says, else those of the terminal, else 80.
    package static var columns: Int {
        if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 {
            return columns
        }
        var size = winsize()
        if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return 80
    }

    /// Characters a line of a table: as many as it likes where neither a terminal nor `COLUMNS` limits them, as in a file.
    package static var tableColumns: Int {
        isInteractive || environment("COLUMNS") != nil ? columns : .max
    }

    /// Writes at once, without a line end.
    package static func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }
}

/// What a terminal can show.
package struct LineStyle: Sendable {
    /// Characters a line.
    package var columns: Int
    /// Whether colours and bold letters are wanted: not if `NO_COLOR` is set (no-color.org).
    package var hasColor: Bool
    /// Whether there is more than ASCII: the locale's character set is UTF-8.
    package var hasUnicode: Bool

    package init(columns: Int, hasColor: Bool = true, hasUnicode: Bool = true) {
        self.columns = columns
        self.hasColor = hasColor
        self.hasUnicode = hasUnicode
    }

    /// - Parameter environment: gives variables of the environment, nil for those that are unset or empty.
    package init(columns: Int, environment: (String) -> String?) {
        self.init(columns: columns, hasColor: environment("NO_COLOR") == nil)
        // The first one that is set decides, as for setlocale.
        let locale =
            environment("LC_ALL") ?? environment("LC_CTYPE") ?? environment("LANG") ?? "C"
        let set = locale.uppercased().filter { $0 != "-" }
        hasUnicode = set.contains("UTF8")
    }
}
