import Keratin
import KeratinCore
import KeratinModels

/// Pictures in a terminal of 24-bit colours: a character cell is two pixels, one above the other.
package enum TerminalPicture {
    /// Whether standard output shows them: a terminal that says that it has all colours and UTF-8, and a user who has not said `NO_COLOR`.
    package static var isPossible: Bool {
        isPossible(isInteractive: Terminal.isInteractive, environment: environment)
    }

    /// The same for a terminal and an environment that are given; variables that are unset or empty are nil.
    package static func isPossible(
        isInteractive: Bool, environment: (String) -> String?
    ) -> Bool {
        let style = LineStyle(columns: 80, environment: environment)
        let colors = environment("COLORTERM")?.lowercased()
        let terminal = environment("TERM") ?? ""
        return isInteractive && style.hasColor && style.hasUnicode && terminal != "dumb"
            && (colors == "truecolor" || colors == "24bit" || terminal.hasSuffix("-direct"))
    }

    /// Lines of upper half blocks: the letter's colour is the upper pixel, the background the lower one.
    /// - Parameters:
    ///   - image: [height, width, 1 or 3 channels], 0…255.
    ///   - columns: the most characters in a line; smaller pictures are not enlarged, larger ones are averaged.
    /// - Throws: `KeratinError` for another shape.
    package static func draw(_ image: NDArray, columns: Int) throws -> String {
        let extents = image.shape.dimensions
        guard extents.count == 3, [1, 3].contains(extents[2]), extents[0] > 0, extents[1] > 0
        else {
            throw KeratinError(
                .shapeMismatch,
                "a picture is [height, width, 1 or 3 channels], got \(image.shape)")
        }
        let (height, width, channels) = (extents[0], extents[1], extents[2])
        let values = try image.floats()
        let wide = min(max(columns, 1), width)
        let high = max(1, Int((Double(height) * Double(wide) / Double(width)).rounded()))

        func color(_ x: Int, _ y: Int) -> [Int] {
            let rows = y * height / high..<max((y + 1) * height / high, y * height / high + 1)
            let across = x * width / wide..<max((x + 1) * width / wide, x * width / wide + 1)
            let sums = (0..<channels).map { channel in
                rows.map { row in
                    across.map { values[(row * width + $0) * channels + channel] }.reduce(0, +)
                }.reduce(0, +) / Float(rows.count * across.count)
            }
            // Not `max(value, 0)`, which could be NaN.
            let bytes = sums.map { $0 > 0 ? Int(min($0, 255).rounded()) : 0 }
            return channels == 1 ? [bytes[0], bytes[0], bytes[0]] : bytes
        }
        func code(_ place: Int, _ color: [Int]) -> String {
            "\(place);2;" + color.map { "\($0)" }.joined(separator: ";")
        }
        return stride(from: 0, to: high, by: 2).map { y in
            (0..<wide).map { x in
                let below = y + 1 < high ? ";" + code(48, color(x, y + 1)) : ""
                return "\u{1B}[\(code(38, color(x, y)))\(below)m▀"
            }.joined() + "\u{1B}[0m"
        }.joined(separator: "\n")
    }
}
