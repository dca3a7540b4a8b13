#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Values against sizes, both in equal factors.
struct PointChart {
    struct Line {
        let name: String
        /// What is not positive is left out.
        let points: [(x: Double, y: Double)]
    }

    let title: String
    let xName: String
    let yName: String
    let lines: [Line]

    var svg: String {
        var chart = ChartText(title: "\(title): \(yName) by \(xName)")
        chart.text(ChartText.cut(title, to: ChartText.width), 0, 16, kind: "head")
        var top = 34.0
        if lines.count > 1 { top = chart.legend(lines.map(\.name), top) }
        chart.text(yName, 0, top + 8, kind: "faint")
        top += 16
        let lines = lines.map { line in
            Line(
                name: line.name,
                points: line.points.filter { $0.x > 0 && $0.y > 0 && $0.y.isFinite })
        }
        let points = lines.flatMap(\.points)
        guard let xs = Scale(points.map(\.x), base: 2), let ys = Scale(points.map(\.y), base: 10)
        else {
            chart.text("no values", ChartText.width / 2, top + 40, anchor: "middle", kind: "faint")
            return chart.svg(height: top + 80)
        }
        let (left, right, bottom) = (46.0, ChartText.width - 10, top + 180)
        func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
            (
                left + xs.part(point.x) * (right - left), bottom - ys.part(point.y) * (bottom - top)
            )
        }
        for tick in ys.ticks(6) {
            let y = place((xs.low, tick)).y
            chart.grid(left, y, right, y)
            chart.text(ChartText.short(tick), left - 5, y + 4, anchor: "end", kind: "faint")
        }
        for tick in xs.ticks(10) {
            let x = place((tick, ys.low)).x
            chart.grid(x, top, x, bottom)
            chart.text(ChartText.short(tick), x, bottom + 15, anchor: "middle", kind: "faint")
        }
        chart.text(xName, (left + right) / 2, bottom + 31, anchor: "middle", kind: "faint")
        for (index, line) in lines.enumerated() {
            chart.line(line.points.map(place), color: index)
            for point in line.points {
                let at = place(point)
                chart.dot(
                    at.x, at.y, color: index,
                    tip:
                        "\(line.name), \(xName) \(ChartText.short(point.x)): \(ChartText.short(point.y))"
                )
            }
        }
        return chart.svg(height: bottom + 38)
    }

    /// Numbers along an axis.
    private struct Scale {
        let low: Double
        let high: Double
        let base: Double

        init?(_ values: [Double], base: Double) {
            guard let low = values.min(), let high = values.max() else { return nil }
            self.base = base
            // One value lies in the middle.
            (self.low, self.high) = low < high ? (low / 1.05, high * 1.05) : (low / 2, high * 2)
        }

        func part(_ value: Double) -> Double { log(value / low) / log(high / low) }

        /// Powers of the base; of ten multiples of them, too, where there are few.
        func ticks(_ most: Int) -> [Double] {
            let exponents = Int(floor(log(low) / log(base)))...Int(ceil(log(high) / log(base)))
            let factors: [Double] =
                base != 10 || exponents.count > 4
                ? [1] : high > 4 * low ? [1, 2, 5] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]
            let all = exponents.flatMap { power in
                factors.map { $0 * pow(base, Double(power)) }
            }.filter { $0 >= low && $0 <= high }
            let step = max((all.count + most - 1) / most, 1)
            return all.enumerated().filter { $0.offset % step == 0 }.map(\.element)
        }
    }
}
