import KeratinCore
import KeratinLayers
import KeratinTensor

/// A batch of pictures to draw on, as bytes.
struct DrawnImages {
    let width: Int
    let height: Int
    let channels: Int
    var canvases: [Canvas]

    /// Numbers that none of which exceeds 1 are taken for 0…1, as in Keras; others for 0…255. Fractions are dropped.
    /// - Throws: `KeratinError` for a shape or numbers that no pictures have.
    init(
        _ images: any TensorConvertible, _ dataFormat: any DataFormatConvertible, at place: String
    ) throws {
        let array = try Self.channelsLast(images.tensor, dataFormat, at: place).hostArray()
        let extents = array.shape.dimensions
        (height, width, channels) = (extents[1], extents[2], extents[3])
        guard extents.allSatisfy({ $0 > 0 }), [1, 3, 4].contains(channels) else {
            throw KeratinError(
                .shapeMismatch,
                "pictures are [pictures, height, width, channels] with 1, 3 or 4 channels, got \(array.shape)",
                at: place)
        }
        let values = array.floats
        guard values.allSatisfy(\.isFinite) else {
            throw KeratinError(
                .invalidArgument, "a picture's numbers are finite, got NaN or an infinity",
                at: place)
        }
        let factor: Float = array.dtype.isFloat && values.allSatisfy { $0 <= 1 } ? 255 : 1
        let bytes = values.map { UInt8(Swift.min(Swift.max($0 * factor, 0), 255)) }
        let size = height * width * channels
        let (wide, high, deep) = (width, height, channels)
        canvases = (0..<extents[0]).map { number in
            Canvas(
                width: wide, height: high, channels: deep,
                pixels: Array(bytes[(number * size)..<((number + 1) * size)]))
        }
    }

    /// Pictures [pictures, height, width, channels] of either order.
    /// - Throws: `KeratinError` if there are not four axes.
    static func channelsLast(
        _ images: Tensor, _ dataFormat: any DataFormatConvertible, at place: String
    ) throws -> Tensor {
        try images.check()
        guard images.rank == 4 else {
            throw KeratinError(
                .shapeMismatch, "pictures come as a batch of four axes, got \(images.shape)",
                at: place)
        }
        return try dataFormat.dataFormat() == .channelsFirst
            ? images.transposed([0, 2, 3, 1]) : images
    }

    /// uint8 [pictures, height, width, channels].
    func array() throws -> NDArray {
        Tensor(
            try HostArray(
                canvases.flatMap(\.pixels), shape: [canvases.count, height, width, channels]))
    }
}
