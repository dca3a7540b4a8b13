import KeratinCore
import KeratinTensor

/// Writes a picture into a PNG, JPEG or WebP file, as Keras's `save_img` does. What stood there stays whole if anything fails.
///
/// ```swift
/// try saveImage(heatmap, "why.png")
/// ```
/// - Parameters:
///   - image: [height, width, channels] with 1, 3 or 4 channels (grey, RGB, RGBA), or [height, width].
///   - path: its end tells the format: `.png`, `.jpg`, `.jpeg` or `.webp`; `~` is the home folder. JPEG drops an alpha channel, with a
///     warning.
///   - scale: whether the smallest number becomes 0 and the largest 255; without it the numbers must lie in 0…255, and lose their
///     fractions. A picture of one and the same number becomes black, as in Keras.
///   - quality: of JPEG and WebP, 1…100; nil: 75, and 80 for WebP. JPEG's colours have half the resolution.
///   - fileFormat: the format where the name does not tell it.
/// - Throws: `KeratinError`: `shapeMismatch`, `invalidArgument` for another format and for NaN, infinities and numbers out of range;
///   `unavailable` without the format's library; `file`.
public func saveImage(
    _ image: some TensorConvertible, _ path: String, scale: Bool = true, quality: Int? = nil,
    fileFormat: String? = nil
) throws {
    let target = try ImageTarget(path, fileFormat, quality, at: "saveImage")
    let picture = try PixelImage(image.tensor.hostArray(), scale: scale, at: "saveImage")
    try target.write(picture)
}

/// Keras's name and order for `saveImage`.
/// - Throws: `KeratinError`, see `saveImage`.
public func saveImg(
    _ path: String, _ x: some TensorConvertible, fileFormat: String? = nil, scale: Bool = true,
    quality: Int? = nil
) throws {
    try saveImage(x, path, scale: scale, quality: quality, fileFormat: fileFormat)
}

/// A picture as files hold it: uint8 [height, width, channels], by the rule of `saveImage`.
/// - Throws: `KeratinError`, see `saveImage`.
public func arrayToImg(_ x: some TensorConvertible, scale: Bool = true) throws -> NDArray {
    let image = try PixelImage(x.tensor.hostArray(), scale: scale, at: "arrayToImg")
    return Tensor(
        try HostArray(image.pixels, shape: [image.height, image.width, image.channels]))
}

/// Where a picture is written.
struct ImageTarget {
    enum Format: String, CaseIterable {
        case png, jpg, jpeg, webp
    }

    private let path: String
    private let format: Format
    private let quality: Int

    /// Finds out before the work whether the picture could be written.
    init(_ path: String, _ fileFormat: String?, _ quality: Int?, at place: String) throws {
        self.path = path
        format = try PictureFile.format(
            of: fileFormat.map { "." + $0 } ?? path, among: Format.allCases)
        self.quality = quality ?? (format == .webp ? 80 : 75)
        guard (1...100).contains(self.quality) else {
            throw KeratinError(
                .invalidArgument, "quality is 1…100, got \(self.quality)", at: place)
        }
        try FileAccess.requireWritable(path)
    }

    func write(_ image: PixelImage) throws {
        try FileAccess.write(try bytes(image), to: path)
    }

    private func bytes(_ image: PixelImage) throws -> [UInt8] {
        do {
            switch format {
            case .png: return try PNG.encode(image)
            case .webp:
                return try WebP.encode(
                    image.channels == 1 ? image.converted(to: .rgb) : image, quality: quality)
            case .jpg, .jpeg:
                guard image.channels == 4 else { return try JPEG.encode(image, quality: quality) }
                warn("\(path): JPEG has no alpha channel; the picture is written without it")
                return try JPEG.encode(image.converted(to: .rgb), quality: quality)
            }
        } catch let error as KeratinError { throw error.located(at: path) }
    }
}

extension PixelImage {
    /// The picture of an array, by the rule of Keras's `array_to_img`.
    /// - Throws: `KeratinError` for a shape or numbers that no picture has.
    init(_ array: HostArray, scale: Bool, at place: String) throws {
        let extents = array.shape.dimensions
        guard extents.count == 2 || (extents.count == 3 && [1, 3, 4].contains(extents[2])) else {
            throw KeratinError(
                .shapeMismatch,
                "a picture is [height, width, channels] with 1, 3 or 4 channels, got \(array.shape)",
                at: place)
        }
        guard extents[0] > 0, extents[1] > 0 else {
            throw KeratinError(
                .shapeMismatch, "a picture has pixels, got \(array.shape)", at: place)
        }
        self.init(
            width: extents[1], height: extents[0], channels: extents.count == 3 ? extents[2] : 1,
            pixels: try Self.bytes(array, scale: scale, at: place))
    }

    /// Numbers as bytes.
    static func bytes(_ array: HostArray, scale: Bool, at place: String) throws -> [UInt8] {
        if !scale, case .uint8(let bytes) = array.storage { return bytes }
        var values = array.floats
        guard values.allSatisfy(\.isFinite) else {
            throw KeratinError(
                .invalidArgument, "a picture's numbers are finite, got NaN or an infinity",
                at: place)
        }
        if scale {
            let least = values.min() ?? 0
            for index in values.indices { values[index] -= least }
            let most = values.max() ?? 0
            guard most.isFinite else {
                throw KeratinError(
                    .invalidArgument, "the numbers lie too far apart to be scaled", at: place)
            }
            for index in values.indices {
                if most != 0 { values[index] /= most }
                values[index] *= 255
            }
        } else if let wrong = values.first(where: { $0 <= -1 || $0 >= 256 }) {
            throw KeratinError(
                .invalidArgument,
                "a picture's numbers lie in 0…255, got \(wrong); scale: true brings others there",
                at: place)
        }
        return values.map { UInt8(Swift.min(Swift.max($0, 0), 255)) }
    }
}
