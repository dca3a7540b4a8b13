import KeratinCore

/// A picture as files hold it: 8 bits for each channel of a pixel, dense rows from above.
struct PixelImage: Equatable, Sendable {
    let width: Int
    let height: Int
    /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    let channels: Int
    var pixels: [UInt8]

    /// The most pixels that a file may declare: 2^28, a square of 16,384.
    static let mostPixels = 1 << 28

    /// Finds out before the memory is taken whether a file's picture may be as large as it says.
    /// - Parameter most: pixels that a file of this length can hold at all.
    /// - Throws: `KeratinError` (`invalidData`) for none, too many or more than the file holds; `unavailable` without memory.
    static func check(_ width: Int, _ height: Int, bytesPerPixel: Int, most: Int) throws {
        guard width > 0, height > 0 else {
            throw KeratinError(.invalidData, "is a picture without pixels: \(width)×\(height)")
        }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, count <= mostPixels else {
            throw KeratinError(
                .invalidData,
                "says that it has \(width)×\(height) pixels; pictures may have \(mostPixels) at most"
            )
        }
        guard count <= most else {
            throw KeratinError(
                .invalidData,
                "says that it has \(width)×\(height) pixels, more than a file of its length can hold"
            )
        }
        guard hasHostMemory(byteCount: count * bytesPerPixel) else {
            throw KeratinError(
                .unavailable, "there is no memory for its \(width)×\(height) pixels")
        }
    }

    /// The picture with the channels that are wanted, by Pillow's rules: grey is ITU-R 601's luma in fixed point, an alpha channel is
    /// dropped without a mix, a missing one is opaque.
    func converted(to mode: ColorMode) throws -> PixelImage {
        let wanted = try mode.channelCount
        guard wanted != channels else { return self }
        var result = [UInt8](unsafeUninitializedCapacity: width * height * wanted) {
            target, count in
            count = width * height * wanted
            pixels.withUnsafeBufferPointer { source in
                Self.convert(source, channels, target, wanted, count: width * height)
            }
        }
        if result.isEmpty { result = [] }
        return PixelImage(width: width, height: height, channels: wanted, pixels: result)
    }

    private static func convert(
        _ source: UnsafeBufferPointer<UInt8>, _ channels: Int,
        _ target: UnsafeMutableBufferPointer<UInt8>, _ wanted: Int, count: Int
    ) {
        let hasAlpha = channels % 2 == 0
        for pixel in 0..<count {
            let from = pixel * channels
            let to = pixel * wanted
            let red = source[from]
            let green = channels > 2 ? source[from + 1] : red
            let blue = channels > 2 ? source[from + 2] : red
            if wanted == 1 {
                target[to] = channels > 2 ? luma(red, green, blue) : red
                continue
            }
            target[to] = red
            target[to + 1] = green
            target[to + 2] = blue
            if wanted == 4 { target[to + 3] = hasAlpha ? source[from + channels - 1] : 255 }
        }
    }

    /// 0.299 R + 0.587 G + 0.114 B, rounded, in Pillow's 16 bits behind the point.
    @inline(__always)
    private static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        let sum = UInt32(red) * 19_595 + UInt32(green) * 38_470 + UInt32(blue) * 7_471 + 0x8000
        return UInt8(truncatingIfNeeded: sum >> 16)
    }
}
