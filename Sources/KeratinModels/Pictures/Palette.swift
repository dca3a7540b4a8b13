/// The colours of pictures.
enum Palette {
    static let paper = "#ffffff"
    static let ink = "#1f2933"
    /// Numbers beside axes.
    static let faintInk = "#5f6b7a"
    static let grid = "#e6e9ed"
    static let frame = "#b8c0ca"

    /// Of lines and dots; told apart by those who see no red or no green, too.
    private static let lines = [
        "#2368c4", "#e8731a", "#23936b", "#c43c78", "#7a54c7", "#b58a00", "#1697a6", "#8a4b2a",
        "#5f6b7a", "#d13b3b",
    ]
    static func line(_ index: Int) -> String { lines[index % lines.count] }

    /// The same mixed with white, for areas under dots.
    static func area(_ index: Int) -> String { mixed(line(index), with: paper, 0.68) }

    /// A colour of lines that is the fuller the larger the part is, from white on.
    /// - Parameter part: 0…1.
    static func shade(_ index: Int, _ part: Double) -> String {
        mixed(line(index), with: paper, 1 - min(max(part, 0), 1))
    }

    /// From the first colour over white to the second.
    /// - Parameter part: 0…1.
    static func between(_ part: Double) -> String {
        let part = min(max(part, 0), 1)
        let middle = "#f7f7f5"
        return part < 0.5
            ? mixed(line(0), with: middle, 0.42 + 0.58 * part * 2)
            : mixed(line(1), with: middle, 0.42 + 0.58 * (1 - part) * 2)
    }

    /// A colour with a part of another.
    private static func mixed(_ color: String, with other: String, _ part: Double) -> String {
        let digits = zip(channels(color), channels(other)).map { a, b in
            let value = Int((Double(a) * (1 - part) + Double(b) * part).rounded())
            let text = String(value, radix: 16)
            return text.count < 2 ? "0" + text : text
        }
        return "#" + digits.joined()
    }

    private static func channels(_ color: String) -> [Int] {
        let value = Int(color.dropFirst(), radix: 16) ?? 0
        return [value >> 16 & 255, value >> 8 & 255, value & 255]
    }
}
