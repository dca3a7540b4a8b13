import KeratinCore

/// How far an epoch is, as a line that fits its terminal.
package struct ProgressLine {
    /// "12/100"
    package var count: String
    /// The part that is done, 0…1.
    package var done: Double
    /// The time that is left or was needed: "3s".
    package var time: String
    /// "10ms/step"
    package var pace: String
    /// "loss: 0.1234", …
    package var figures: [String]
    /// Characters of the bar where there is room.
    package var longestBar = 20

    package init(count: String, done: Double, time: String, pace: String, figures: [String]) {
        self.count = count
        self.done = done
        self.time = time
        self.pace = pace
        self.figures = figures
    }

    private static let shortestBar = 8

    /// A line that will be written over: no wider than the terminal less one, since a cursor behind the last column makes some
    /// terminals begin a new line. What does not fit is left out: length of the bar first, then figures from the last on, the pace
    /// before the first figure, the bar at last.
    package func line(_ style: LineStyle) -> String {
        let room = style.columns - 1
        var tails = figures.indices.reversed().map { tail(time, pace, figures[...$0]) }
        tails += [
            tail(time, nil, figures.prefix(1)), tail(time, pace, []), tail(time, nil, []),
        ]
        for rest in tails {
            let free = room - count.count - 1 - rest.count
            if free >= Self.shortestBar { return text(rest, bar: free, style) }
        }
        return String((count + tail(time, nil, [])).prefix(max(room, 0)))
    }

    /// The line of a finished epoch, which stays: nothing is left out, what does not fit goes on in the lines below.
    package func lastLines(_ style: LineStyle) -> String {
        let room = style.columns - 1
        let rest = tail(time, pace, figures[...])
        let free = room - count.count - 1 - rest.count
        if free >= Self.shortestBar { return text(rest, bar: free, style) }
        let first = tail(time, pace, [])
        let barRoom = room - count.count - 1 - first.count
        var lines = [
            barRoom >= Self.shortestBar ? text(first, bar: barRoom, style) : count + first
        ]
        var line = ""
        for figure in figures {
            let next = line.isEmpty ? "  " + figure : line + " - " + figure
            if next.count > room, !line.isEmpty {
                lines.append(line)
                line = "  " + figure
            } else {
                line = next
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.joined(separator: "\n")
    }

    private func tail(_ time: String, _ pace: String?, _ figures: ArraySlice<String>) -> String {
        " " + time + (pace.map { " " + $0 } ?? "") + figures.map { " - " + $0 }.joined()
    }

    private func text(_ rest: String, bar room: Int, _ style: LineStyle) -> String {
        let length = min(room, longestBar)
        let filled = Int((Double(length) * min(max(done, 0), 1)).rounded(.down))
        func part(_ mark: String, _ count: Int, _ color: String) -> String {
            let marks = String(repeating: mark, count: count)
            return style.hasColor ? "\u{1b}[\(color)m\(marks)\u{1b}[0m" : marks
        }
        // Without colours the marks themselves must tell the parts apart.
        let (full, open) = style.hasUnicode ? ("━", style.hasColor ? "━" : "─") : ("=", ".")
        let number = style.hasColor ? "\u{1b}[1m\(count)\u{1b}[0m" : count
        return number + " " + part(full, filled, "32") + part(open, length - filled, "37") + rest
    }
}
