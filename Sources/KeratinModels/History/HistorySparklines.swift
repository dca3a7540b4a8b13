import KeratinCore

extension History {
    /// A line for each key: how it went, its first and its last value, and the best with its epoch. What does not fit the width is
    /// left out, the best first and the drawing last.
    package func sparklines(_ style: LineStyle) -> String {
        let rows = keys.map { Row($0, points($0), hasUnicode: style.hasUnicode) }
        let nameWidth = rows.map(\.name.count).max() ?? 0
        // All lines have the same parts, or columns would not be columns.
        let full = nameWidth + 2 + Self.widest(rows) { [$0.ends, $0.best] }
        let short = nameWidth + 2 + Self.widest(rows) { [$0.ends] }
        let bars = { (rest: Int) in min(style.columns - rest - 2, Self.longestBars) }
        let (hasBest, hasEnds) = (
            bars(full) >= Self.shortestBars, bars(short) >= Self.shortestBars
        )
        let room = bars(hasBest ? full : hasEnds ? short : nameWidth)
        guard room > 0 else { return rows.map(\.name).joined(separator: "\n") }
        let length = min(room, rows.map(\.values.count).max() ?? 0)
        let endsWidth = rows.map(\.ends.count).max() ?? 0
        return rows.map { row in
            var cells = [
                Self.padded(row.name, nameWidth),
                Self.padded(
                    Sparkline.text(row.values, width: length, hasUnicode: style.hasUnicode), length),
            ]
            if hasEnds { cells.append(Self.padded(row.ends, hasBest ? endsWidth : 0)) }
            if hasBest { cells.append(row.best) }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    private static let longestBars = 40
    private static let shortestBars = 8

    /// The texts of a key.
    private struct Row {
        let name: String
        let values: [Double]
        /// The first and the last value.
        let ends: String
        let best: String

        init(_ name: String, _ points: [(epoch: Int, value: Double)], hasUnicode: Bool) {
            self.name = name
            values = points.map(\.value)
            guard let first = values.first, let last = values.last else {
                (ends, best) = ("", "")
                return
            }
            let arrow = hasUnicode ? "→" : "->"
            ends = "\(History.text(first)) \(arrow) \(History.text(last))"
            let numbers = points.filter { !$0.value.isNaN }
            let top =
                switch FigureDirection(of: name) {
                case .grows: numbers.max { $0.value < $1.value }
                case .shrinks: numbers.min { $0.value < $1.value }
                case nil: nil as (epoch: Int, value: Double)?
                }
            best = top.map { "best \(History.text($0.value)) in epoch \($0.epoch)" } ?? ""
        }
    }

    private static func widest(_ rows: [Row], _ parts: (Row) -> [String]) -> Int {
        let columns = rows.map(parts)
        return (columns.first?.indices ?? 0..<0).reduce(0) { sum, column in
            sum + 2 + (columns.map { $0[column].count }.max() ?? 0)
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }
}
