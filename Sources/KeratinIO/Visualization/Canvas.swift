import KeratinCore
import KeratinTensor

/// Pixels that lines and letters are drawn on; what lies outside is left out.
struct Canvas {
    let width: Int
    let height: Int
    let channels: Int
    var pixels: [UInt8]

    /// Coordinates beyond these are drawn as if they were these: far outside of every picture.
    static let farthest = 1 << 24

    /// An edge of this thickness reaches as far to both sides of its pixel, as OpenCV draws it.
    static func reach(ofThickness thickness: Int) -> Int {
        thickness <= 1 ? 0 : (thickness + 1) / 2
    }

    /// Fills the pixels of a rectangle, its last column and row included.
    mutating func fill(_ columns: ClosedRange<Int>, _ rows: ClosedRange<Int>, _ color: [UInt8]) {
        let (left, right) = (
            Swift.max(columns.lowerBound, 0), Swift.min(columns.upperBound, width - 1)
        )
        let (top, bottom) = (Swift.max(rows.lowerBound, 0), Swift.min(rows.upperBound, height - 1))
        guard left <= right, top <= bottom else { return }
        for row in top...bottom {
            for column in left...right { set(column, row, color) }
        }
    }

    /// The outline of a box with corners in the middle of pixels, its own corners rounded as OpenCV's `rectangle` has them.
    mutating func outline(
        _ columns: ClosedRange<Int>, _ rows: ClosedRange<Int>, _ color: [UInt8], thickness: Int
    ) {
        let reach = Self.reach(ofThickness: thickness)
        for row in [rows.lowerBound, rows.upperBound] {
            fill(columns, (row - reach)...(row + reach), color)
            for column in [columns.lowerBound, columns.upperBound] {
                disc(column, row, reach, color)
            }
        }
        for column in [columns.lowerBound, columns.upperBound] {
            fill((column - reach)...(column + reach), rows, color)
        }
    }

    private mutating func disc(_ column: Int, _ row: Int, _ radius: Int, _ color: [UInt8]) {
        for y in -radius...radius {
            let half = Int(Double(radius * radius - y * y).squareRoot())
            fill((column - half)...(column + half), (row + y)...(row + y), color)
        }
    }

    /// Letters with their upper left corner at a place.
    /// - Parameter dot: pixels of a letter's dots; letters are 5×7 dots, 6 from one to the next.
    mutating func write(_ text: String, left: Int, top: Int, dot: Int, _ color: [UInt8]) {
        for (number, letter) in text.prefix(width / dot + 1).enumerated() {
            for (column, bits) in PixelFont.columns(letter).enumerated() {
                for row in 0..<PixelFont.height where bits >> UInt8(row) & 1 == 1 {
                    let x = left + (number * PixelFont.advance + column) * dot
                    let y = top + row * dot
                    fill(x...(x + dot - 1), y...(y + dot - 1), color)
                }
            }
        }
    }

    private mutating func set(_ column: Int, _ row: Int, _ color: [UInt8]) {
        let start = (row * width + column) * channels
        for channel in 0..<channels {
            pixels[start + channel] = channel < color.count ? color[channel] : 255
        }
    }

    /// A colour that a user gives.
    /// - Throws: `KeratinError` for anything but three numbers 0…255.
    static func color(_ numbers: [Int], at place: String) throws -> [UInt8] {
        let bytes = numbers.compactMap { UInt8(exactly: $0) }
        guard numbers.count == 3, bytes.count == 3 else {
            throw KeratinError(
                .invalidArgument,
                "a colour is three numbers 0…255 (red, green, blue), got \(numbers)",
                at: place)
        }
        return bytes
    }
}
