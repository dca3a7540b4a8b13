/// A table with the borders that Keras's printer (rich) draws.
struct SummaryTable {
    struct Column {
        var title: String
        /// Where the column ends, as a part of the width.
        var end: Double
        var isRight = false
    }

    private let columns: [Column]
    private let widths: [Int]

    /// What borders and margins need is taken from all columns alike, as rich does.
    init(_ columns: [Column], width: Int) {
        self.columns = columns
        var widths: [Int] = []
        for column in columns {
            widths.append(Int(column.end * Double(width)) - widths.reduce(0, +))
        }
        var excess = 3 * columns.count + 1
        for index in widths.indices {
            let share = Double(excess) / Double(columns.count - index)
            let part = Int(share.rounded(.toNearestOrEven))
            widths[index] = max(widths[index] - part, 1)
            excess -= part
        }
        self.widths = widths
    }

    func lines(_ rows: [[String]]) -> [String] {
        var lines = [rule("┏", "━", "┳", "┓")]
        lines += cells(columns.map(\.title), "┃")
        lines.append(rule("┡", "━", "╇", "┩"))
        for (index, row) in rows.enumerated() {
            if index > 0 { lines.append(rule("├", "─", "┼", "┤")) }
            lines += cells(row, "│")
        }
        lines.append(rule("└", "─", "┴", "┘"))
        return lines
    }

    private func rule(_ left: String, _ line: String, _ cross: String, _ right: String) -> String {
        left + widths.map { String(repeating: line, count: $0 + 2) }.joined(separator: cross)
            + right
    }

    private func cells(_ texts: [String], _ border: String) -> [String] {
        let wrapped = zip(texts, widths).map { wrap($0, $1) }
        let height = wrapped.map(\.count).max() ?? 1
        return (0..<height).map { line in
            var result = border
            for (column, width) in widths.enumerated() {
                let text = line < wrapped[column].count ? wrapped[column][line] : ""
                let space = String(repeating: " ", count: max(width - text.count, 0))
                result +=
                    columns[column].isRight
                    ? " \(space)\(text) \(border)" : " \(text)\(space) \(border)"
            }
            return result
        }
    }

    /// Lines of words no wider than a column; of longer words the end is left out.
    private func wrap(_ text: String, _ width: Int) -> [String] {
        // An indent is no gap between words.
        let indent = String(text.prefix { $0 == " " })
        var lines = [String]()
        var line = ""
        for word in text.split(separator: " ").map(String.init) {
            if line.isEmpty {
                line = lines.isEmpty ? indent + word : word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
            if line.count > width { line = line.prefix(width - 1) + "…" }
        }
        return lines + [line]
    }
}
