import KeratinCore

extension History {
    /// The loss and the metrics over the epochs as the text of an SVG picture: a panel for each figure, in which what was
    /// trained on and what was only validated on have a line each. Epochs count from 1. NaN and infinities are gaps.
    ///
    /// `plot(_:title:logScale:)` writes it to a file.
    /// - Parameters:
    ///   - title: a line above the panels; nil: none.
    ///   - logScale: whether equal heights are equal factors; numbers that are not positive are gaps then.
    public func svg(title: String? = nil, logScale: Bool = false) -> String {
        let panels = figurePanels(isLogarithmic: logScale)
        let shown =
            panels.isEmpty
            ? [Panel(title: "no epochs", lines: [], xAxisName: "epoch")] : panels
        let columns = shown.count == 4 ? 2 : min(shown.count, 3)
        let rows = (shown.count - 1) / columns + 1
        let size = Panel.size
        let head = title == nil ? 0.0 : 30
        let width = Double(columns) * size.width
        var picture = SVG(
            width: width, height: head + Double(rows) * size.height,
            title: title ?? "Training: " + shown.map(\.title).joined(separator: ", "))
        if let title {
            picture.write(
                SVG.cut(title, to: width - 40, size: 16, isBold: true), x: width / 2, y: 26,
                anchor: .middle, size: 16, isBold: true)
        }
        for (index, panel) in shown.enumerated() {
            panel.draw(
                &picture, x: Double(index % columns) * size.width,
                y: head + Double(index / columns) * size.height)
        }
        return picture.text
    }

    /// A panel for each figure, `val_` figures and those of one array beside each other; the loss is first.
    private func figurePanels(isLogarithmic: Bool) -> [Panel] {
        var panels: [(name: String, keys: [String])] = []
        for key in keys where !points(key).isEmpty {
            let name = Self.figureName(key)
            if let index = panels.firstIndex(where: { $0.name == name }) {
                panels[index].keys.append(key)
            } else {
                panels.append((name, [key]))
            }
        }
        if let loss = panels.firstIndex(where: { $0.name == "loss" }) {
            panels.insert(panels.remove(at: loss), at: 0)
        }
        return panels.map { name, keys in
            let isArray = keys.contains { ArrayFigure.split($0) != nil }
            return Panel(
                title: name,
                lines: keys.map { line($0, isAlone: keys.count == 1, isArray: isArray) },
                xAxisName: "epoch", isLogarithmic: isLogarithmic)
        }
    }

    private func line(_ key: String, isAlone: Bool, isArray: Bool) -> Panel.Line {
        let isValidation = Self.isValidation(key)
        let kind = isValidation ? "validation" : isAlone ? "" : "training"
        let points = points(key).map { (Double($0.epoch), $0.value) }
        guard isArray, let place = ArrayFigure.split(key)?.index else {
            return Panel.Line(
                name: kind, color: Palette.line(isValidation ? 1 : 0), points: points)
        }
        return Panel.Line(
            name: isValidation ? "[\(place)] validation" : "[\(place)]",
            color: Palette.line(place), isDashed: isValidation, points: points)
    }

    private static func isValidation(_ key: String) -> Bool { key.hasPrefix("val_") }

    /// The name that a figure has in training and in validation.
    private static func figureName(_ key: String) -> String {
        let name = ArrayFigure.split(key)?.name ?? key
        return isValidation(name) ? String(name.dropFirst(4)) : name
    }
}
