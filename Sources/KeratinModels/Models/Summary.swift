import KeratinCore
import KeratinLayers

extension Model {
    /// Prints the table of layers that Keras prints.
    public func summary(lineLength: Int? = nil) { print(summaryText(lineLength: lineLength)) }

    /// The table of layers, shapes and parameter counts, as Keras prints it.
    /// - Parameter lineLength: the table's width in characters; nil: 88, or less on a narrow terminal.
    public func summaryText(lineLength: Int? = nil) -> String {
        let shapes = (self as? Sequential)?.layerShapes ?? []
        let rows = layers.enumerated().map { index, layer in
            [
                "\(layer.name) (\(layer.className))",
                index < shapes.count ? describe(shapes[index]) : "?",
                layer.isBuilt || layer.isBuiltFromTheStart
                    ? grouped(layer.parameterCount) : "0 (unbuilt)",
            ]
        }
        let width = lineLength ?? min(88, Terminal.columns - 4)
        var lines = ["Model: \"\(name)\""]
        lines += SummaryTable(width: width).lines(rows)
        let trainable = trainableWeights.reduce(0) { $0 + $1.count }
        let others = nonTrainableWeights.reduce(0) { $0 + $1.count }
        let optimizer = training?.optimizer.numberCount
        lines.append(" Total params: \(sized(trainable + others + (optimizer ?? 0)))")
        lines.append(" Trainable params: \(sized(trainable))")
        lines.append(" Non-trainable params: \(sized(others))")
        if let optimizer { lines.append(" Optimizer params: \(sized(optimizer))") }
        return lines.joined(separator: "\n")
    }

    private func sized(_ count: Int) -> String {
        "\(grouped(count)) (\(readable(Double(count * 4))))"
    }

    private func readable(_ bytes: Double) -> String {
        var size = bytes
        for unit in ["B", "KB", "MB", "GB", "TB"] {
            if size < 1024 { return "\(fixed(size, 2)) \(unit)" }
            size /= 1024
        }
        return "\(fixed(size, 2)) PB"
    }

    private func grouped(_ count: Int) -> String {
        var digits = String(count)
        var result = ""
        while digits.count > 3 {
            result = "," + digits.suffix(3) + result
            digits.removeLast(3)
        }
        return digits + result
    }
}

/// A table with the borders that Keras's printer draws, three columns wide.
struct SummaryTable {
    private let widths: [Int]

    /// Columns end at 45 %, 80 % and 100 % of the width; what borders and margins need is taken from them.
    init(width: Int) {
        let ends = [Int(0.45 * Double(width)), Int(0.80 * Double(width)), width]
        widths = [
            max(ends[0] - 3, 1), max(ends[1] - ends[0] - 4, 1), max(ends[2] - ends[1] - 3, 1),
        ]
    }

    func lines(_ rows: [[String]]) -> [String] {
        var lines = [rule("┏", "━", "┳", "┓")]
        lines += cells(["Layer (type)", "Output Shape", "Param #"], "┃")
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
                // Numbers stand at the right.
                result += column == 2 ? " \(space)\(text) \(border)" : " \(text)\(space) \(border)"
            }
            return result
        }
    }

    /// Lines of words no wider than a column; longer words are cut.
    private func wrap(_ text: String, _ width: Int) -> [String] {
        var lines = [String]()
        var line = ""
        for word in text.split(separator: " ").map(String.init) {
            if line.isEmpty {
                line = word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
            while line.count > width {
                lines.append(String(line.prefix(width)))
                line = String(line.dropFirst(width))
            }
        }
        return lines + [line]
    }
}
