import KeratinCore
import KeratinTensor

/// Pictures of another size without distortion, as Keras's `smart_resize`: the largest part in the middle that has the wanted aspect,
/// resized without antialiasing.
/// - Parameters:
///   - x: [height, width, channels] or [pictures, height, width, channels].
///   - size: the wanted height and width.
///   - interpolation: `.bilinear`, `.nearest`, `.bicubic`, `.area`, `.lanczos3`, `.lanczos5`, `.gaussian` or `.mitchellcubic`.
/// - Returns: float32, with the axes of `x`.
/// - Throws: `KeratinError` for a shape or a size that is none.
public func smartResize(
    _ x: some TensorConvertible, _ size: [Int], interpolation: ImageInterpolation = .bilinear
) throws -> NDArray {
    let place = "smartResize"
    let size = try ImageSize(size, "size", at: place)
    let array = try x.tensor.hostArray()
    let extents = array.shape.dimensions
    guard extents.count == 3 || extents.count == 4, extents.allSatisfy({ $0 > 0 }) else {
        throw KeratinError(
            .shapeMismatch,
            "pictures are [height, width, channels] or [pictures, height, width, channels], got \(array.shape)",
            at: place)
    }
    let channels = extents[extents.count - 1]
    let (height, width) = (extents[extents.count - 3], extents[extents.count - 2])
    let pictures = extents.count == 4 ? extents[0] : 1
    let fitting = ImageFitting(
        height: size.height, width: size.width, interpolation: interpolation, aspect: .crop)
    let (each, overflow) = (size.height * size.width).multipliedReportingOverflow(by: channels)
    let (count, tooMany) = each.multipliedReportingOverflow(by: pictures)
    guard !overflow, !tooMany, count < 1 << 40, hasHostMemory(byteCount: count * 4) else {
        throw KeratinError(.unavailable, "there is no memory for pictures of this size", at: place)
    }
    let source = array.floats
    var failure: (any Error)?
    let values = [Float](unsafeUninitializedCapacity: count) { target, made in
        guard let target = target.baseAddress else { return }
        source.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            do {
                for picture in 0..<pictures {
                    try fitting.fit(
                        source + picture * height * width * channels, height: height, width: width,
                        channels: channels, to: target + picture * each)
                }
                made = count
            } catch { failure = error }
        }
    }
    if let error = failure as? KeratinError { throw error.located(at: place) }
    if let failure { throw failure }
    let result = Array(extents.dropLast(3)) + [size.height, size.width, channels]
    return Tensor(try HostArray(values, shape: Shape(result)))
}
