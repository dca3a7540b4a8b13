import KeratinCore

/// The text of a picture that needs nothing besides itself: shapes, lines and letters in pixels from the left upper corner.
struct SVG {
    /// Pixels.
    let width: Double
    let height: Double
    private let title: String
    private var body: [String] = []

    /// - Parameter title: says what the picture is to those who cannot see it.
    init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
        rectangle(x: 0, y: 0, width: width, height: height, fill: Palette.paper)
    }

    /// The whole text.
    var text: String {
        let size = "\(SVG.number(width)) \(SVG.number(height))"
        let head = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(SVG.number(width))" \
            height="\(SVG.number(height))" font-family="sans-serif" font-size="12" role="img">
            """
        return ([head, "<title>\(SVG.escaped(title))</title>"] + body + ["</svg>"])
            .joined(separator: "\n") + "\n"
    }

    // MARK: Shapes

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, fill: String, stroke: String? = nil
    ) {
        body.append(
            "<rect x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" width=\"\(SVG.number(width))\" "
                + "height=\"\(SVG.number(height))\" fill=\"\(fill)\""
                + (stroke.map { " stroke=\"\($0)\"" } ?? "") + "/>")
    }

    /// Lines along `SVGPath.text`.
    /// - Parameters:
    ///   - dashes: lengths of strokes and gaps; none for a line without gaps.
    ///   - title: what a viewer shows where the pointer rests.
    mutating func stroke(
        _ path: SVGPath, color: String, width: Double = 1, dashes: String? = nil,
        title: String? = nil
    ) {
        guard !path.text.isEmpty else { return }
        let dash = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
        let tip = title.map { "><title>\(SVG.escaped($0))</title></path>" } ?? "/>"
        body.append(
            "<path d=\"\(path.text)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(SVG.number(width))\" "
                + "stroke-linejoin=\"round\" stroke-linecap=\"round\"\(dash)\(tip)")
    }

    /// The inside of closed lines.
    mutating func fill(_ path: SVGPath, color: String) {
        guard !path.text.isEmpty else { return }
        body.append("<path d=\"\(path.text)\" fill=\"\(color)\" fill-rule=\"evenodd\"/>")
    }

    /// Dots: lines of no length with round ends, since a circle for each makes files large.
    mutating func dots(_ places: [(x: Double, y: Double)], radius: Double, color: String) {
        var path = SVGPath()
        for place in places { path.dot(place.x, place.y) }
        stroke(path, color: color, width: 2 * radius)
    }

    // MARK: Letters

    enum Anchor: String {
        case start, middle, end
    }

    /// A line of text whose foot is at `y`.
    mutating func write(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 12,
        color: String = Palette.ink, isBold: Bool = false, isTurned: Bool = false
    ) {
        var attributes = "x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" fill=\"\(color)\""
        if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
        if size != 12 { attributes += " font-size=\"\(SVG.number(size))\"" }
        if isBold { attributes += " font-weight=\"bold\"" }
        if isTurned {
            attributes += " transform=\"rotate(-90 \(SVG.number(x)) \(SVG.number(y)))\""
        }
        body.append("<text \(attributes)>\(SVG.escaped(text))</text>")
    }

    /// About how wide a line of text is: what shows it chooses the letters.
    static func width(of text: String, size: Double = 12, isBold: Bool = false) -> Double {
        let ems = text.unicodeScalars.reduce(0.0) { sum, scalar in
            switch scalar {
            case "i", "j", "l", "t", "f", "r", "I", ".", ",", ":", ";", "|", "'", "[", "]", " ":
                sum + 0.36
            case "m", "w", "M", "W", "@": sum + 0.92
            case "A"..."Z", "_": sum + 0.66
            default: sum + (scalar.value < 0x2E80 ? 0.58 : 1)
            }
        }
        return ems * size * (isBold ? 1.08 : 1)
    }

    /// A text whose end is left out if it is wider than there is room.
    static func cut(_ text: String, to room: Double, size: Double = 12, isBold: Bool = false)
        -> String
    {
        guard width(of: text, size: size, isBold: isBold) > room else { return text }
        var text = text
        while !text.isEmpty, width(of: text + "…", size: size, isBold: isBold) > room {
            text.removeLast()
        }
        return text + "…"
    }

    // MARK: Words of the format

    /// A number of pixels with two decimals or fewer.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
        return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// A text in which nothing is taken for a mark of the format. What XML cannot hold at all becomes U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Lines from place to place.
struct SVGPath {
    private(set) var text = ""

    mutating func move(_ x: Double, _ y: Double) { add("M", x, y) }
    mutating func line(_ x: Double, _ y: Double) { add("L", x, y) }
    mutating func close() { text += "Z" }

    /// A line that is a dot if its ends are round.
    mutating func dot(_ x: Double, _ y: Double) {
        move(x, y)
        text += "h.01"
    }

    private mutating func add(_ letter: String, _ x: Double, _ y: Double) {
        text += letter + SVG.number(x) + " " + SVG.number(y)
    }
}
