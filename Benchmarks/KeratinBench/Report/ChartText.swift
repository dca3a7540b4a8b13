import KeratinTooling

/// The text of a picture in marks of SVG. Colours come from one style with a light and a dark form, so that a picture looks right by itself
/// and within a page.
struct ChartText {
    /// Units of the picture's own; what shows it chooses how large they are. Letters are readable where a phone shows it whole.
    static let width = 360.0
    private(set) var body = ""
    let title: String

    init(title: String) { self.title = title }

    static let style = """
        .chart{--paper:#fff;--ink:#1f2933;--faint:#5f6b7a;--grid:#dfe4ea;--s0:#2368c4;--s1:#d9650f;--s2:#1e8660;--s3:#c43c78;--s4:#7a54c7;--s5:#8a6d00}
        @media(prefers-color-scheme:dark){.chart{--paper:#14181d;--ink:#e8ebee;--faint:#a3adb8;--grid:#343c45;--s0:#6aa5f2;--s1:#f59a4f;--s2:#52c596;--s3:#ee7fb0;--s4:#b299ee;--s5:#d9b84a}}
        .chart text{fill:var(--ink);font:11px system-ui,sans-serif}.chart .head{font-weight:600;font-size:13px}.chart .faint{fill:var(--faint)}
        .chart .paper{fill:var(--paper)}.chart .grid{stroke:var(--grid);fill:none}
        .chart .b0{fill:var(--s0)}.chart .b1{fill:var(--s1)}.chart .b2{fill:var(--s2)}.chart .b3{fill:var(--s3)}.chart .b4{fill:var(--s4)}.chart .b5{fill:var(--s5)}
        .chart .l0{stroke:var(--s0)}.chart .l1{stroke:var(--s1)}.chart .l2{stroke:var(--s2)}.chart .l3{stroke:var(--s3)}.chart .l4{stroke:var(--s4)}.chart .l5{stroke:var(--s5)}
        .chart .line{fill:none;stroke-width:2;stroke-linejoin:round}
        """

    /// The whole picture.
    func svg(height: Double) -> String {
        let size = "\(decimal(Self.width, 0)) \(decimal(height.rounded(.up), 0))"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 \(size)" role="img" aria-label="\(Self.escaped(title))">
            <style>\(Self.style)</style><rect class="paper" width="100%" height="100%"/>
            \(body)</svg>

            """
    }

    // MARK: Marks

    mutating func text(
        _ text: String, _ x: Double, _ y: Double, anchor: String = "start", kind: String = ""
    ) {
        let kind = kind.isEmpty ? "" : " class=\"\(kind)\""
        let side = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        body +=
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(kind)\(side)>\(Self.escaped(text))</text>\n"
    }

    mutating func bar(_ x: Double, _ y: Double, _ width: Double, color: Int, tip: String) {
        body +=
            "<rect class=\"b\(color % 6)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" height=\"11\" rx=\"2\">"
            + "<title>\(Self.escaped(tip))</title></rect>\n"
    }

    mutating func grid(_ x: Double, _ y: Double, _ endX: Double, _ endY: Double) {
        body +=
            "<path class=\"grid\" d=\"M\(Self.number(x)) \(Self.number(y))L\(Self.number(endX)) \(Self.number(endY))\"/>\n"
    }

    mutating func line(_ places: [(x: Double, y: Double)], color: Int) {
        guard let first = places.first else { return }
        var path = "M\(Self.number(first.x)) \(Self.number(first.y))"
        for place in places.dropFirst() {
            path += "L\(Self.number(place.x)) \(Self.number(place.y))"
        }
        body += "<path class=\"line l\(color % 6)\" d=\"\(path)\"/>\n"
    }

    mutating func dot(_ x: Double, _ y: Double, color: Int, tip: String) {
        body +=
            "<circle class=\"b\(color % 6)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"3\"><title>\(Self.escaped(tip))</title></circle>\n"
    }

    /// Names of series with their colours, in as many lines as they need.
    /// - Returns: where the next thing begins.
    mutating func legend(_ names: [String], _ y: Double) -> Double {
        var (x, y) = (0.0, y)
        for (index, name) in names.enumerated() {
            let width = 18 + Self.width(name) + 12
            if x > 0, x + width > Self.width { (x, y) = (0, y + 16) }
            body +=
                "<rect class=\"b\(index % 6)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y - 9))\" width=\"10\" height=\"10\" rx=\"2\"/>\n"
            text(name, x + 15, y)
            x += width
        }
        return y + 10
    }

    // MARK: Letters

    /// About how wide a text of 11 pixels is.
    static func width(_ text: String) -> Double { Double(text.count) * 6.1 }

    /// A text whose beginning is left out if it is wider than there is room: what is special stands at the end.
    static func cut(_ text: String, to room: Double) -> String {
        let count = max(Int(room / 6.1), 1)
        return text.count <= count ? text : "…" + text.suffix(count - 1)
    }

    static func number(_ value: Double) -> String { value.isFinite ? decimal(value, 1) : "0" }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{0}"..."\u{1F}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Three digits that count, whatever the size.
    static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return decimal(0, 0) }
        if value == value.rounded(), abs(value) < 1e4 { return decimal(value, 0) }
        switch abs(value) {
        case 1e6...: return decimal(value / 1e6, 2) + "M"
        case 1e4...: return decimal(value / 1e3, 1) + "k"
        case 100...: return decimal(value, 0)
        case 10...: return decimal(value, 1)
        case 1...: return decimal(value, 2)
        case 0.01...: return decimal(value, 3)
        default: return decimal(value, 5)
        }
    }
}
