/// Bars of several series for each row, the row's name above them: as readable on a phone as on a wide screen.
struct BarChart {
    struct Row {
        let name: String
        /// One for each series; nil where there is none.
        let values: [Double?]
    }

    let title: String
    /// What the values are: "ms", "GFLOP/s".
    let unit: String
    let series: [String]
    let rows: [Row]

    var svg: String {
        var chart = ChartText(title: "\(title), \(unit)")
        chart.text("\(title), \(unit)", 0, 16, kind: "head")
        var y = 34.0
        if series.count > 1 { y = chart.legend(series, y) + 4 }
        let largest = rows.flatMap(\.values).compactMap { $0 }.filter(\.isFinite).max() ?? 1
        let room = ChartText.width - 58
        for row in rows {
            y += 10
            chart.text(ChartText.cut(row.name, to: ChartText.width), 0, y, kind: "faint")
            y += 5
            for (index, value) in row.values.enumerated() {
                guard let value, value.isFinite else { continue }
                let width = largest > 0 ? max(room * value / largest, 1) : 1
                let text = ChartText.short(value)
                chart.bar(
                    0, y, width, color: index,
                    tip:
                        "\(row.name), \(series.indices.contains(index) ? series[index] : ""): \(text) \(unit)"
                )
                chart.text(text, width + 5, y + 9.5)
                y += 14
            }
            y += 5
        }
        return chart.svg(height: y + 4)
    }
}
