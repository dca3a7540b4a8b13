import KeratinCore

extension ConfusionMatrix {
    /// The matrix as the text of an SVG picture: cells are the fuller the larger the part of their row, blue where the class is right
    /// and orange where it is wrong.
    ///
    /// `plotConfusionMatrix` writes it to a file.
    /// - Parameter title: a line above; nil: none.
    public func svg(title: String? = nil) -> String {
        ConfusionPicture(matrix: self, title: title).text
    }
}

private struct ConfusionPicture {
    let matrix: ConfusionMatrix
    let title: String?

    private var count: Int { matrix.counts.count }
    /// Pixels of the side of a cell.
    private var cell: Double { min(max(520 / Double(count), 6), 52) }
    private var letters: Double { min(max(cell * 0.34, 6), 13) }
    /// Room for the names of the classes.
    private var names: Double {
        let widest = matrix.classNames.map { SVG.width(of: $0, size: nameSize) }.max() ?? 0
        return min(widest, 130) + 10
    }
    private var nameSize: Double { min(max(cell * 0.8, 5), 12) }
    private var left: Double { 28 + names }
    private var top: Double { title == nil ? 16 : 42 }
    private var side: Double { cell * Double(count) }

    var text: String {
        var picture = SVG(
            width: left + side + 16, height: top + side + names + 28,
            title: title ?? "Confusion matrix")
        if let title {
            picture.write(
                SVG.cut(title, to: left + side, size: 15, isBold: true),
                x: (left + side + 16) / 2, y: 26, anchor: .middle, size: 15, isBold: true)
        }
        for (row, counts) in matrix.counts.enumerated() { draw(row, counts, &picture) }
        drawNames(&picture)
        return picture.text
    }

    private func draw(_ row: Int, _ counts: [Int], _ picture: inout SVG) {
        let total = counts.reduce(0, +)
        for (column, number) in counts.enumerated() {
            let part = total > 0 ? Double(number) / Double(total) : 0
            let (x, y) = (left + cell * Double(column), top + cell * Double(row))
            picture.rectangle(
                x: x, y: y, width: cell, height: cell,
                fill: Palette.shade(row == column ? 0 : 1, part), stroke: Palette.grid)
            let digits = "\(number)"
            guard number > 0, SVG.width(of: digits, size: letters) < cell else { continue }
            picture.write(
                digits, x: x + cell / 2, y: y + cell / 2 + letters * 0.36, anchor: .middle,
                size: letters, color: part > 0.5 ? Palette.paper : Palette.ink)
        }
    }

    private func drawNames(_ picture: inout SVG) {
        for (index, name) in matrix.classNames.enumerated() {
            let middle = cell * (Double(index) + 0.5) + nameSize * 0.36
            let text = SVG.cut(name, to: names - 10, size: nameSize)
            picture.write(
                text, x: left - 6, y: top + middle, anchor: .end, size: nameSize,
                color: Palette.faintInk)
            picture.write(
                text, x: left + middle, y: top + side + 8, anchor: .end, size: nameSize,
                color: Palette.faintInk, isTurned: true)
        }
        picture.write("true class", x: 18, y: top + side / 2, anchor: .middle, isTurned: true)
        picture.write(
            "predicted class", x: left + side / 2, y: top + side + names + 16, anchor: .middle)
    }
}
