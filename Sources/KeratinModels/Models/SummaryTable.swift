/// A table with the borders that Keras's printer (rich) draws.
struct SummaryTable {
    struct Column {
        var title: String
        /// Where the column ends, as a part of the width.
        var end: Double
        var isRight = false
    }

    /// What the lines between the cells are made of.
    struct Borders {
        /// Above the titles, below them, between rows, and at the end: left, line, crossing, right.
        var top: [String]
        var head: [String]
        var row: [String]
        var bottom: [String]
        /// Beside titles, and beside cells.
        var titleSide: String
        var side: String
        /// Stands for the end of a word that is left out.
        var cut: String

        /// Those of Keras's printer.
        static let boxes = Borders(
            top: ["┏", "━", "┳", "┓"], head: ["┡", "━", "╇", "┩"], row: ["├", "─", "┼", "┤"],
            bottom: ["└", "─", "┴", "┘"], titleSide: "┃", side: "│", cut: "…")
        /// For locales without UTF-8.
        static let ascii = Borders(
            top: ["+", "-", "+", "+"], head: ["+", "=", "+", "+"], row: ["+", "-", "+", "+"],
            bottom: ["+", "-", "+", "+"], titleSide: "|", side: "|", cut: "~")
    }

    private let columns: [Column]
    private let widths: [Int]
    private let borders: Borders

    /// What borders and margins need is taken from all columns alike, as rich does.
    init(_ columns: [Column], width: Int, _ borders: Borders = .boxes) {
        self.columns = columns
        self.borders = borders
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
        var lines = [rule(borders.top)]
        lines += cells(columns.map(\.title), borders.titleSide)
        lines.append(rule(borders.head))
        for (index, row) in rows.enumerated() {
            if index > 0 { lines.append(rule(borders.row)) }
            lines += cells(row, borders.side)
        }
        lines.append(rule(borders.bottom))
        return lines
    }

    private func rule(_ parts: [String]) -> String {
        parts[0]
            + widths.map { String(repeating: parts[1], count: $0 + 2) }.joined(separator: parts[2])
            + parts[3]
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
            if line.count > width { line = line.prefix(width - 1) + borders.cut }
        }
        return lines + [line]
    }
}
