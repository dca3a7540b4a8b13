import KeratinCore
import KeratinTensor

/// Files of pictures.
package enum ImageFile {
    /// The picture that bytes hold, of whatever format they are.
    static func decode(_ bytes: [UInt8]) throws -> PixelImage {
        switch ImageFormat(of: bytes) {
        case .jpeg: return try JPEG.decode(bytes)
        case .png: return try PNG.decode(bytes)
        case .webp: return try WebP.decode(bytes)
        case .some(let format):
            throw KeratinError(
                .unavailable,
                "\(format.rawValue.uppercased()) pictures are not read: write it as PNG or JPEG")
        case nil where bytes.isEmpty: throw KeratinError(.invalidData, "is empty")
        case nil:
            throw KeratinError(
                .invalidData,
                "is no picture that is known (JPEG, PNG, WebP): it starts with \(Array(bytes.prefix(4)))"
            )
        }
    }

    /// The picture of a file with the channels that are wanted.
    /// - Throws: `KeratinError` that names the file.
    static func read(_ path: String, _ mode: ColorMode) throws -> PixelImage {
        _ = try mode.channelCount
        let bytes = try FileAccess.read(path)
        do {
            return try decode(bytes).converted(to: mode)
        } catch let error as KeratinError {
            throw error.located(at: path)
        }
    }

    /// The picture that bytes hold, uint8 [height, width, 3], for what reads damaged files.
    package static func array(decoding bytes: [UInt8]) throws -> NDArray {
        let image = try decode(bytes).converted(to: .rgb)
        return Tensor(try HostArray(image.pixels, shape: [image.height, image.width, 3]))
    }

    /// A picture of numbers 0…255 as the bytes of a file: "png", "jpeg" or "webp".
    package static func encode(_ array: NDArray, as format: String) throws -> [UInt8] {
        let image = try PixelImage(array.hostArray(), scale: false, at: "encode")
        switch format {
        case "png": return try PNG.encode(image)
        case "webp": return try WebP.encode(image, quality: 80)
        default: return try JPEG.encode(image, quality: 75)
        }
    }
}
