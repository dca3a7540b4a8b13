import KeratinCore

/// A rectangle with axes, in which lines are drawn.
struct Panel {
    /// Values along an axis of epochs.
    struct Line {
        var name: String
        var color: String
        var isDashed = false
        /// NaN and infinities are gaps.
        var points: [(x: Double, y: Double)]
    }

    var title: String
    var lines: [Line]
    var xAxisName: String
    var isLogarithmic = false

    /// Pixels of the whole, axes and title included.
    static let size = (width: 420.0, height: 300.0)
    private static let letters = 11.0

    /// Draws the panel with its left upper corner at a place.
    func draw(_ picture: inout SVG, x: Double, y: Double) {
        let yAxis = Axis(lines.lazy.flatMap(\.points).map(\.y), isLogarithmic: isLogarithmic)
        let xAxis = Axis(
            lines.lazy.flatMap(\.points).map(\.x), margin: 0.02, tickCount: 6, isWhole: true)
        let labelWidth =
            yAxis?.labels.map { SVG.width(of: $0, size: Self.letters) }.max() ?? 0
        let left = x + max(labelWidth, 20) + 16
        let (right, bottom) = (x + Self.size.width - 14, y + Self.size.height - 44)
        let top = drawHead(&picture, from: left, to: right, y: y)
        let area = (left: left, right: right, top: top, bottom: bottom)
        guard let xAxis, let yAxis else {
            frame(&picture, area)
            let text = isLogarithmic ? "no positive numbers" : "no finite numbers"
            picture.write(
                text, x: (left + right) / 2, y: (top + bottom) / 2, anchor: .middle,
                color: Palette.faintInk)
            return
        }
        drawMarks(&picture, xAxis, yAxis, area)
        for line in lines { draw(line, &picture, xAxis, yAxis, area) }
        picture.write(
            xAxisName, x: (left + right) / 2, y: bottom + 34, anchor: .middle, size: Self.letters,
            color: Palette.faintInk)
    }

    private typealias Area = (left: Double, right: Double, top: Double, bottom: Double)

    // MARK: Title and legend

    /// - Returns: where the lines' rectangle begins.
    private func drawHead(
        _ picture: inout SVG, from left: Double, to right: Double, y: Double
    ) -> Double {
        let title = SVG.cut(self.title, to: right - left, size: 14, isBold: true)
        picture.write(title, x: left, y: y + 24, size: 14, isBold: true)
        let entries = lines.map { line in
            let name = SVG.cut(line.name, to: right - left - 40, size: Self.letters)
            return (line, name, 24 + SVG.width(of: name, size: Self.letters) + 12)
        }
        guard lines.contains(where: { !$0.name.isEmpty }) else { return y + 36 }
        let total = entries.reduce(0) { $0 + $1.2 } - 12
        let isBeside = SVG.width(of: title, size: 14, isBold: true) + 20 + total <= right - left
        var (place, foot) = isBeside ? (right - total, y + 24) : (left, y + 42)
        for (line, name, width) in entries {
            if place > left, place + width - 12 > right + 1 { (place, foot) = (left, foot + 16) }
            var sample = SVGPath()
            sample.move(place, foot - 4)
            sample.line(place + 18, foot - 4)
            picture.stroke(
                sample, color: line.color, width: 2, dashes: line.isDashed ? Self.dashes : nil)
            picture.write(name, x: place + 24, y: foot, size: Self.letters)
            place += width
        }
        return foot + 12
    }

    private static let dashes = "5 4"

    // MARK: Axes

    private func frame(_ picture: inout SVG, _ area: Area) {
        picture.rectangle(
            x: area.left, y: area.top, width: area.right - area.left,
            height: area.bottom - area.top, fill: "none", stroke: Palette.frame)
    }

    private func drawMarks(_ picture: inout SVG, _ xAxis: Axis, _ yAxis: Axis, _ area: Area) {
        var grid = SVGPath()
        for tick in yAxis.ticks {
            guard let place = yAxis.place(tick) else { continue }
            let y = area.bottom - place * (area.bottom - area.top)
            grid.move(area.left, y)
            grid.line(area.right, y)
        }
        for tick in xAxis.ticks {
            guard let place = xAxis.place(tick) else { continue }
            let x = area.left + place * (area.right - area.left)
            grid.move(x, area.top)
            grid.line(x, area.bottom)
        }
        picture.stroke(grid, color: Palette.grid)
        frame(&picture, area)
        for (tick, label) in zip(yAxis.ticks, yAxis.labels) {
            guard let place = yAxis.place(tick) else { continue }
            picture.write(
                label, x: area.left - 7, y: area.bottom - place * (area.bottom - area.top) + 4,
                anchor: .end, size: Self.letters, color: Palette.faintInk)
        }
        for (tick, label) in zip(xAxis.ticks, xAxis.labels) {
            guard let place = xAxis.place(tick) else { continue }
            picture.write(
                label, x: area.left + place * (area.right - area.left), y: area.bottom + 17,
                anchor: .middle, size: Self.letters, color: Palette.faintInk)
        }
    }

    // MARK: Lines

    private func draw(
        _ line: Line, _ picture: inout SVG, _ xAxis: Axis, _ yAxis: Axis, _ area: Area
    ) {
        let places: [(x: Double, y: Double)?] = line.points.map { point in
            guard let x = xAxis.place(point.x), let y = yAxis.place(point.y) else { return nil }
            return (
                area.left + x * (area.right - area.left),
                area.bottom - y * (area.bottom - area.top)
            )
        }
        var path = SVGPath()
        var dots: [(x: Double, y: Double)] = []
        // Few values are seen better one by one, and one between gaps is seen only so.
        let hasDots = places.count <= 25
        for part in places.split(whereSeparator: { $0 == nil }) {
            let part = Self.thinned(part.compactMap { $0 })
            if hasDots || part.count == 1 { dots += part }
            guard part.count > 1 else { continue }
            path.move(part[0].x, part[0].y)
            for place in part.dropFirst() { path.line(place.x, place.y) }
        }
        let last = line.points.last { $0.y.isFinite }
        let name = line.name.isEmpty ? title : "\(title), \(line.name)"
        picture.stroke(
            path, color: line.color, width: 2, dashes: line.isDashed ? Self.dashes : nil,
            title: last.map { "\(name): \(Axis.short($0.y)) in epoch \(Int($0.x))" })
        picture.dots(dots, radius: 2.75, color: line.color)
    }

    /// Of places that share a column of half a pixel the first, the lowest, the highest and the last: the same picture.
    private static func thinned(_ places: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        guard places.count > 1600 else { return places }
        var result: [(x: Double, y: Double)] = []
        var first = 0
        while first < places.count {
            let column = (places[first].x * 2).rounded()
            var end = first + 1
            while end < places.count, (places[end].x * 2).rounded() == column { end += 1 }
            let range = first..<end
            let low = range.min { places[$0].y < places[$1].y } ?? first
            let high = range.max { places[$0].y < places[$1].y } ?? first
            for index in Set([first, low, high, end - 1]).sorted() { result.append(places[index]) }
            first = end
        }
        return result
    }
}
