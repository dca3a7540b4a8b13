import KeratinCore
import KeratinLayers
import KeratinTensor

/// Pictures with each pixel's class laid on them as a colour (Keras's `visualization.draw_segmentation_masks`).
///
/// - Parameters:
///   - images: [pictures, height, width, 3], 0…255.
///   - segmentationMasks: the class of each pixel, whole numbers [pictures, height, width] or [pictures, height, width, 1].
///   - numClasses: classes 0..<numClasses are coloured, pixels of others stay as they are. nil: all are, also the last one, which Keras
///     leaves out when it has to count them itself.
///   - colorMapping: red, green and blue of each class, 0…255; nil: Keras's palette, in which class 0 is black.
///   - alpha: the part of the colour in the mix, 0…1.
///   - blend: whether colours are mixed with the picture; otherwise they replace it, and the result is float32.
///   - ignoreIndex: the class whose pixels stay as they are in a mix.
///   - dataFormat: the order of the axes of `images`, and of masks with four axes. The result has its channels last, as in Keras.
/// - Returns: uint8 [pictures, height, width, 3]; without `blend` float32.
/// - Throws: `KeratinError` if shapes do not fit together, masks are no whole numbers, or a class has no colour.
public func drawSegmentationMasks(
    _ images: any TensorConvertible, _ segmentationMasks: any TensorConvertible,
    numClasses: Int? = nil, colorMapping: [Int: [Int]]? = nil, alpha: Double = 0.8,
    blend: Bool = true, ignoreIndex: Int = -1,
    dataFormat: any DataFormatConvertible = .channelsLast
) throws -> NDArray {
    let place = "drawSegmentationMasks"
    let pictures = try DrawnImages.channelsLast(images.tensor, dataFormat, at: place)
    var masks = segmentationMasks.tensor
    try masks.check()
    if masks.rank == 4 { masks = try DrawnImages.channelsLast(masks, dataFormat, at: place) }
    let extents = pictures.shape.dimensions
    let places = Array(extents.dropLast())
    guard extents[3] == 3, [places, places + [1]].contains(masks.shape.dimensions) else {
        throw KeratinError(
            .shapeMismatch,
            "needs pictures [pictures, height, width, 3] and masks of their height and width, got \(pictures.shape) and \(masks.shape)",
            at: place)
    }
    guard !masks.dtype.isFloat, masks.dtype != .bool else {
        throw KeratinError(
            .invalidArgument, "masks are whole numbers, got \(masks.dtype)", at: place)
    }
    guard alpha >= 0, alpha <= 1 else {
        throw KeratinError(.invalidArgument, "alpha must lie in 0…1, got \(alpha)", at: place)
    }
    let values = try pictures.hostArray().floats
    guard values.allSatisfy(\.isFinite) else {
        throw KeratinError(
            .invalidArgument, "a picture's numbers are finite, got NaN or an infinity", at: place)
    }
    let numbers = try masks.hostArray().floats
    // Those that a float holds exactly.
    guard numbers.allSatisfy({ abs($0) <= 16_777_216 }) else {
        throw KeratinError(
            .invalidArgument, "classes in masks lie in -16777216…16777216", at: place)
    }
    let classes = numbers.map { Int($0) }
    let colors = try ClassColors(classes, numClasses, colorMapping, at: place)
    var result = values
    let (own, other) = (Float(1 - alpha), Float(alpha))
    for (pixel, number) in classes.enumerated() {
        if blend && number == ignoreIndex { continue }
        let color = colors.byClass[number]
        for channel in 0..<3 {
            let index = pixel * 3 + channel
            let drawn = color?[channel] ?? values[index]
            result[index] = blend ? values[index] * own + drawn * other : drawn
        }
    }
    guard blend else { return Tensor(try HostArray(result, shape: pictures.shape)) }
    let bytes = result.map { UInt8(Swift.min(Swift.max($0, 0), 255)) }
    return Tensor(try HostArray(bytes, shape: pictures.shape))
}

/// The colours of those classes that occur in masks.
private struct ClassColors {
    let byClass: [Int: [Float]]

    init(
        _ classes: [Int], _ count: Int?, _ mapping: [Int: [Int]]?, at place: String
    ) throws {
        var found: [Int: [Float]] = [:]
        for number in Set(classes) where number >= 0 && number < count ?? .max {
            guard let mapping else {
                found[number] = Self.palette(number)
                continue
            }
            guard let color = mapping[number] else {
                throw KeratinError(
                    .invalidArgument, "colorMapping has no colour for class \(number)", at: place)
            }
            found[number] = try Canvas.color(color, at: place).map { Float($0) }
        }
        byClass = found
    }

    /// Keras's colour of a class: its multiples of three numbers, modulo 255.
    private static func palette(_ number: Int) -> [Float] {
        [(1 << 25) - 1, (1 << 15) - 1, (1 << 21) - 1].map { factor in
            Float((number % 255) * (factor % 255) % 255)
        }
    }
}
