/// Draws series of numbers in the terminal, in characters.
package struct LineChart {
    package struct Series {
        let name: String
        let mark: Character
        let isJoined: Bool
        let values: [Double?]

        /// - Parameters:
        ///   - isJoined: whether a line joins the values, or each is a point.
        ///   - values: one a place along the chart; nil where there is none.
        package init(_ name: String, _ mark: Character, isJoined: Bool, _ values: [Double?]) {
            self.name = name
            self.mark = mark
            self.isJoined = isJoined
            self.values = values
        }
    }

    private let width: Int
    private let height: Int
    private let hasUnicode: Bool

    /// - Parameters:
    ///   - width: characters of a line, the numbers at its left included.
    ///   - height: lines of the drawing.
    ///   - hasUnicode: whether there are characters for lines; else ASCII stands for them.
    package init(width: Int, height: Int, hasUnicode: Bool = true) {
        self.width = max(width - LineChart.margin, 2)
        self.height = max(height, 2)
        self.hasUnicode = hasUnicode
    }

    /// Characters of the numbers at the left.
    private static let margin = 8

    /// The series, later ones above earlier ones, with what the marks mean.
    ///
    /// - Parameters:
    ///   - labels: the names of the places; the first and the last are written.
    ///   - border: a place with a dotted line, and its name.
    /// - Returns: nothing if there are not two places and a value.
    package func draw(
        _ series: [Series], labels: [String], border: (place: Int, name: String)
    ) -> String {
        let values = series.flatMap(\.values).compactMap { $0 }.filter(\.isFinite)
        guard labels.count > 1, let low = values.min(), let high = values.max() else { return "" }
        let scale = Scale(
            places: labels.count, width: min(width, labels.count), low: low, high: high,
            height: height)
        let (dots, tick, edge): (Character, String, String) =
            hasUnicode ? ("┆", " ┤", " │") : (":", " +", " |")
        var grid = [[Character]](
            repeating: [Character](repeating: " ", count: scale.width), count: height)
        for row in stride(from: 0, to: height, by: 2) {
            grid[row][scale.column(border.place)] = dots
        }
        for one in series { draw(one, scale, &grid) }

        var lines = grid.enumerated().map { row, marks in
            let isNumbered = [0, height / 2, height - 1].contains(row)
            let number = isNumbered ? decimal(scale.value(row), 0) : ""
            return padded(number, LineChart.margin - 2) + (isNumbered ? tick : edge) + String(marks)
        }
        let margin = String(repeating: " ", count: LineChart.margin)
        let (first, last) = (labels[0], labels[labels.count - 1])
        let start = first + padded(border.name, scale.column(border.place) + 1 - first.count)
        lines.append(margin + start + padded(last, scale.width - start.count))
        lines.append(margin + series.map { "\($0.mark) \($0.name)" }.joined(separator: "   "))
        return lines.joined(separator: "\n")
    }

    private func draw(_ series: Series, _ scale: Scale, _ grid: inout [[Character]]) {
        var before: Int?
        for (place, value) in series.values.enumerated().prefix(scale.places) {
            guard let value, value.isFinite else {
                before = nil
                continue
            }
            let row = scale.row(value)
            let from = series.isJoined ? before ?? row : row
            for between in min(from, row)...max(from, row) where between == row || between != from {
                grid[between][scale.column(place)] = series.mark
            }
            before = row
        }
    }

    /// A text at the right end of so many characters, with a space before it.
    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 1)) + text
    }
}

/// Where places and values lie in a drawing.
private struct Scale {
    let places: Int
    let width: Int
    let low: Double
    let high: Double
    let height: Int

    func column(_ place: Int) -> Int { place * (width - 1) / max(places - 1, 1) }

    func row(_ value: Double) -> Int {
        let part = high > low ? (high - value) / (high - low) : 0.5
        // What is no number has no place; it is drawn at the bottom.
        return part.isNaN ? height - 1 : Int((min(max(part, 0), 1) * Double(height - 1)).rounded())
    }

    func value(_ row: Int) -> Double { high - (high - low) * Double(row) / Double(height - 1) }
}
