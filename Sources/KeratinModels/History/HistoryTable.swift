import KeratinCore

extension History: CustomStringConvertible {
    /// The figures as a table: a row for each epoch, counted from 1 as `fit` does, and a column for each key, in blocks that are no wider
    /// than the terminal. Of many epochs the first and the last are shown. Below it a line for each key draws how it went.
    public var description: String { text(Terminal.style) }

    /// The same for a terminal of some width, which may show ASCII only.
    package func text(_ style: LineStyle) -> String {
        let table = table(columns: style.columns, dots: style.hasUnicode ? "…" : "...")
        guard epoch.count >= Self.fewestForLines, !keys.isEmpty else { return table }
        return table + "\n\n" + sparklines(style)
    }

    /// How many epochs there must be before a drawing of them tells something.
    private static let fewestForLines = 3
    /// More rows are not all shown, only so many at both ends.
    private static let mostRows = 20
    private static let endRows = 5

    /// The table for lines of so many characters.
    /// - Parameter dots: stand for rows that are left out.
    package func table(columns: Int, dots: String = "…") -> String {
        guard !epoch.isEmpty else { return "no epochs" }
        let all = epoch.indices.map { Optional($0) }
        let rows: [Int?] =
            all.count > Self.mostRows
            ? all.prefix(Self.endRows) + [nil] + all.suffix(Self.endRows) : all
        let numbers = ["epoch"] + rows.map { $0.map { "\(epoch[$0] + 1)" } ?? dots }
        let figures = keys.map { key in
            [key]
                + rows.map { row in
                    guard let row else { return dots }
                    return value(key, at: row).map(Self.text) ?? ""
                }
        }
        var blocks: [[[String]]] = []
        for figure in figures {
            if let last = blocks.last, width(last + [figure]) <= columns {
                blocks[blocks.count - 1].append(figure)
            } else {
                blocks.append([numbers, figure])
            }
        }
        if blocks.isEmpty { blocks = [[numbers]] }
        return blocks.map(Self.lines).joined(separator: "\n\n")
    }

    /// A figure as the progress bar writes it; 0 is just that.
    static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else {
            return value.isFinite ? scientific(value) : fixed(value, 4)
        }
        return value == 0 || abs(value) > 1e-3 ? fixed(value, 4) : scientific(value)
    }

    private func width(_ block: [[String]]) -> Int {
        block.map(Self.width).reduce(0, +) + 2 * (block.count - 1)
    }

    private static func width(_ column: [String]) -> Int { column.map(\.count).max() ?? 0 }

    /// Columns side by side, to the right.
    private static func lines(_ block: [[String]]) -> String {
        let widths = block.map(width)
        return block[0].indices.map { row in
            zip(block, widths).map { column, width in
                String(repeating: " ", count: width - column[row].count) + column[row]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
