import KeratinCore

extension History: CustomStringConvertible {
    /// The figures as a table: a row for each epoch, counted from 1 as `fit` does, and a column for each key, in blocks that are no wider
    /// than the terminal.
    public var description: String { table(columns: Terminal.columns) }

    /// The same for lines of so many characters.
    package func table(columns: Int) -> String {
        guard !epoch.isEmpty else { return "no epochs" }
        let numbers = ["epoch"] + epoch.map { "\($0 + 1)" }
        let figures = keys.map { key in
            [key]
                + epoch.indices.map { row in
                    let values = history[key] ?? []
                    return values.indices.contains(row) ? Self.text(values[row]) : ""
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
    private static func text(_ value: Double) -> String {
        value == 0 || abs(value) > 1e-3 ? fixed(value, 4) : scientific(value)
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
