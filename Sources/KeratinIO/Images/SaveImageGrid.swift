import KeratinCore
import KeratinTensor

/// Writes pictures of one size side by side into one file, from the left and from above:
///
/// ```swift
/// try saveImageGrid(generator.predict(noise), "epoch-\(epoch).png")
/// ```
/// - Parameters:
///   - images: [pictures, height, width, channels] with 1, 3 or 4 channels, or [pictures, height, width].
///   - path: as in `saveImage`.
///   - columns: pictures in a row; nil: as many as makes a square, or nearly one.
///   - padding: pixels between pictures and around them.
///   - padValue: what those pixels are, 0…255; opaque if there is an alpha channel.
///   - scale: whether the smallest number of all pictures becomes 0 and the largest 255; see `saveImage`.
///   - quality: see `saveImage`.
/// - Throws: `KeratinError`, see `saveImage`.
public func saveImageGrid(
    _ images: some TensorConvertible, _ path: String, columns: Int? = nil, padding: Int = 2,
    padValue: Int = 0, scale: Bool = true, quality: Int? = nil
) throws {
    let place = "saveImageGrid"
    let target = try ImageTarget(path, nil, quality, at: place)
    let array = try images.tensor.hostArray()
    let extents = array.shape.dimensions
    guard extents.count == 3 || (extents.count == 4 && [1, 3, 4].contains(extents[3])),
        extents.allSatisfy({ $0 > 0 })
    else {
        throw KeratinError(
            .shapeMismatch,
            "pictures are [pictures, height, width, channels] with 1, 3 or 4 channels, got \(array.shape)",
            at: place)
    }
    guard columns ?? 1 > 0, (0...65_536).contains(padding), let gray = UInt8(exactly: padValue)
    else {
        throw KeratinError(
            .invalidArgument,
            "columns are 1 or more, padding 0…65536 and padValue 0…255, got \(columns.map { "\($0)" } ?? "nil"), \(padding) and \(padValue)",
            at: place)
    }
    let bytes = try PixelImage.bytes(array, scale: scale, at: place)
    let grid = ImageGrid(
        count: extents[0], height: extents[1], width: extents[2],
        channels: extents.count == 4 ? extents[3] : 1, columns: columns, padding: padding)
    try target.write(try grid.picture(bytes, gray))
}

/// Where pictures lie in a grid.
private struct ImageGrid {
    let count: Int
    let height: Int
    let width: Int
    let channels: Int
    let columns: Int
    let padding: Int

    init(count: Int, height: Int, width: Int, channels: Int, columns: Int?, padding: Int) {
        self.count = count
        self.height = height
        self.width = width
        self.channels = channels
        self.columns = Swift.min(columns ?? Int(Double(count).squareRoot().rounded(.up)), count)
        self.padding = padding
    }

    func picture(_ bytes: [UInt8], _ gray: UInt8) throws -> PixelImage {
        let rows = (count - 1) / columns + 1
        // Each factor is far below 2^31, since the pictures are in memory.
        let fullHeight = rows * (height + padding) + padding
        let fullWidth = columns * (width + padding) + padding
        try PixelImage.check(fullWidth, fullHeight, bytesPerPixel: channels, most: .max)
        var pixels = [UInt8](repeating: gray, count: fullHeight * fullWidth * channels)
        if channels == 4 {
            for alpha in stride(from: 3, to: pixels.count, by: 4) { pixels[alpha] = 255 }
        }
        let line = width * channels
        for number in 0..<count {
            let top = padding + number / columns * (height + padding)
            let left = padding + number % columns * (width + padding)
            for row in 0..<height {
                let source = (number * height + row) * line
                let target = ((top + row) * fullWidth + left) * channels
                pixels.replaceSubrange(
                    target..<(target + line), with: bytes[source..<(source + line)])
            }
        }
        return PixelImage(
            width: fullWidth, height: fullHeight, channels: channels, pixels: pixels)
    }
}
