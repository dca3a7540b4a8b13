import KeratinCore
import KeratinTensor

/// A picture from a JPEG, PNG or WebP file, as numbers from 0 to 255: float32 [height, width, channels].
///
/// ```swift
/// let picture = try loadImage("cat.jpg", targetSize: [160, 160])
/// let scores = try model.predict(picture[nil])                // a batch of one
/// ```
///
/// It gives what Keras's `img_to_array(load_img(path))` gives, to the bit. Grey is ITU-R 601's luma, an alpha channel is dropped without a
/// mix, CMYK files are taken for inverted as Adobe writes them, gamma, colour profiles and the direction in EXIF data are left alone.
/// One thing is different: of 16 bits of grey the upper 8 stay, as TensorFlow reads them, so that 255 is white in every file.
/// - Parameters:
///   - path: the file; `~` is the home folder. Its first bytes tell its format, not its name.
///   - colorMode: `.rgb`, `.grayscale` or `.rgba`.
///   - targetSize: height and width, to which the picture is resized; nil: those of the file.
///   - interpolation: `.nearest`, `.bilinear`, `.bicubic`, `.box`, `.hamming` or `.lanczos`, as Pillow computes them: on whole numbers,
///     with a filter that grows where the picture shrinks.
///   - keepAspectRatio: whether the largest part in the middle is taken that has the aspect of `targetSize`.
/// - Throws: `KeratinError` that names the file: it cannot be read, is none of these formats, is damaged or cut off, or has more than
///   2^28 pixels; `unavailable` without the format's library; `invalidArgument` for arguments that do not fit.
public func loadImage(
    _ path: String, colorMode: ColorMode = .rgb, targetSize: [Int]? = nil,
    interpolation: ImageInterpolation = .nearest, keepAspectRatio: Bool = false
) throws -> NDArray {
    let place = "loadImage"
    let size = try targetSize.map { try ImageSize($0, "targetSize", at: place) }
    var image = try ImageFile.read(path, colorMode)
    if let size, size.height != image.height || size.width != image.width {
        let box =
            keepAspectRatio
            ? PillowResizing.Box.middle(of: image, aspect: size) : .whole(image)
        do {
            image = try PillowResizing.resized(
                image, height: size.height, width: size.width, interpolation: interpolation,
                box: box)
        } catch let error as KeratinError { throw error.located(at: place) }
    }
    return Tensor(
        try HostArray(
            image.pixels.map { Float($0) }, shape: [image.height, image.width, image.channels]))
}

/// The same with the size before the colours.
/// - Throws: `KeratinError`, see above.
public func loadImage(
    _ path: String, targetSize: [Int], colorMode: ColorMode,
    interpolation: ImageInterpolation = .nearest, keepAspectRatio: Bool = false
) throws -> NDArray {
    try loadImage(
        path, colorMode: colorMode, targetSize: targetSize, interpolation: interpolation,
        keepAspectRatio: keepAspectRatio)
}

/// Keras's name for `loadImage`: the picture's numbers, which `imgToArray` gives back as they are.
/// - Throws: `KeratinError`, see `loadImage`.
public func loadImg(
    _ path: String, colorMode: ColorMode = .rgb, targetSize: [Int]? = nil,
    interpolation: ImageInterpolation = .nearest, keepAspectRatio: Bool = false
) throws -> NDArray {
    try loadImage(
        path, colorMode: colorMode, targetSize: targetSize, interpolation: interpolation,
        keepAspectRatio: keepAspectRatio)
}

/// A picture as float32 [height, width, channels]. A picture [height, width] gets its axis of one channel.
/// - Throws: `KeratinError` for any other rank.
public func imgToArray(_ image: some TensorConvertible) throws -> NDArray {
    let array = try image.tensor.hostArray()
    let extents = array.shape.dimensions
    guard extents.count == 2 || extents.count == 3 else {
        throw KeratinError(
            .shapeMismatch, "a picture is [height, width, channels], got \(array.shape)",
            at: "imgToArray")
    }
    let shape = Shape(extents.count == 2 ? extents + [1] : extents)
    return Tensor(try HostArray(array.floats, shape: shape))
}

/// A height and a width that a user gives.
struct ImageSize {
    let height: Int
    let width: Int

    /// - Throws: `KeratinError` for anything but two positive numbers.
    init(_ extents: [Int], _ name: String, at place: String) throws {
        guard extents.count == 2, extents.allSatisfy({ $0 > 0 && $0 <= PixelImage.mostPixels }),
            extents[0] <= PixelImage.mostPixels / extents[1]
        else {
            throw KeratinError(
                .invalidArgument,
                "\(name) is [height, width] with \(PixelImage.mostPixels) pixels at most, got \(extents)",
                at: place)
        }
        (height, width) = (extents[0], extents[1])
    }
}

extension PillowResizing.Box {
    /// The largest part in the middle with the aspect of a size, in whole numbers as Keras computes it.
    static func middle(of image: PixelImage, aspect size: ImageSize) -> PillowResizing.Box {
        let height = Swift.max(1, Swift.min(image.height, image.width * size.height / size.width))
        let width = Swift.max(1, Swift.min(image.width, image.height * size.width / size.height))
        let (top, left) = ((image.height - height) / 2, (image.width - width) / 2)
        return PillowResizing.Box(left: left, top: top, right: left + width, bottom: top + height)
    }
}
