import KeratinCore
import KeratinLayers
import KeratinTensor

/// Pictures with boxes around things in them (Keras's `visualization.draw_bounding_boxes`).
///
/// ```swift
/// let drawn = try drawBoundingBoxes(
///     images, ["boxes": boxes, "labels": labels], boundingBoxFormat: "xyxy", classMapping: [0: "cat", 1: "dog"])
/// try saveImage(drawn[0], "boxes.png", scale: false)
/// ```
///
/// Lines are OpenCV's to the pixel, letters are not: they are 5×7 dots, and other letters than ASCII's are empty frames.
/// - Parameters:
///   - images: [pictures, height, width, channels] with 1, 3 or 4 channels. Numbers none of which exceeds 1 are taken for 0…1, others for
///     0…255.
///   - boundingBoxes: "boxes", [pictures, count, 4]; "labels", [pictures, count], the number of each box's class, −1 for none, which is not
///     drawn; and "confidences", [pictures, count], if they are to be written beside names.
///   - boundingBoxFormat: what the four numbers are: `.xyxy`, `"rel_xywh"` …
///   - classMapping: the names of classes; boxes of others have no text.
///   - color: red, green and blue, 0…255.
///   - lineThickness: 1 for lines of a pixel; others are 2 ⌊(thickness + 1) / 2⌋ + 1 pixels thick, as OpenCV draws them.
///   - fontScale: letters are 14 pixels high at 1.
///   - dataFormat: the order of the axes of `images`; the result has the same.
/// - Returns: uint8, in the shape of `images`.
/// - Throws: `KeratinError` if shapes do not fit together, numbers are not finite, or an argument is out of range.
public func drawBoundingBoxes(
    _ images: any TensorConvertible, _ boundingBoxes: [String: any TensorConvertible],
    boundingBoxFormat: any BoundingBoxFormatConvertible, classMapping: [Int: String] = [:],
    color: [Int] = [128, 128, 128], lineThickness: Int = 2, fontScale: Double = 1,
    dataFormat: any DataFormatConvertible = .channelsLast
) throws -> NDArray {
    let place = "drawBoundingBoxes"
    var drawn = try DrawnImages(images, dataFormat, at: place)
    let color = try Canvas.color(color, at: place)
    guard (1...1000).contains(lineThickness), fontScale > 0, fontScale <= 100 else {
        throw KeratinError(
            .invalidArgument,
            "lineThickness is 1…1000 and fontScale above 0, at most 100, got \(lineThickness) and \(fontScale)",
            at: place)
    }
    let boxes = try LabelledBoxes(boundingBoxes, boundingBoxFormat, drawn, at: place)
    let dot = Swift.max(1, Int((2 * fontScale).rounded()))
    for (picture, list) in boxes.lists.enumerated() {
        for box in list where box.label != -1 {
            drawn.canvases[picture].outline(
                box.columns, box.rows, color, thickness: lineThickness)
            guard let name = classMapping[box.label] else { continue }
            let text = box.confidence.map { "\(name) | \(LabelledBoxes.hundredths($0))" } ?? name
            // Above the box, or inside where there is no room.
            let high = PixelFont.height * dot
            let above = box.rows.lowerBound - Canvas.reach(ofThickness: lineThickness) - high - dot
            let inside = box.rows.lowerBound + Canvas.reach(ofThickness: lineThickness) + 1 + dot
            drawn.canvases[picture].write(
                text, left: box.columns.lowerBound + (above >= 0 ? 0 : lineThickness + dot),
                top: above >= 0 ? above : inside, dot: dot, color)
        }
    }
    let result = try drawn.array()
    return try dataFormat.dataFormat() == .channelsFirst
        ? result.transposed([0, 3, 1, 2]) : result
}

/// Boxes of a batch of pictures, in pixels.
private struct LabelledBoxes {
    struct Box {
        let columns: ClosedRange<Int>
        let rows: ClosedRange<Int>
        let label: Int
        let confidence: Float?
    }

    /// For each picture.
    let lists: [[Box]]

    init(
        _ parts: [String: any TensorConvertible], _ format: any BoundingBoxFormatConvertible,
        _ images: DrawnImages, at place: String
    ) throws {
        let known = ["boxes", "labels", "confidences"]
        if let other = parts.keys.sorted().first(where: { !known.contains($0) }) {
            throw unknownName(other, among: known, what: "part of bounding boxes")
        }
        guard let boxes = parts["boxes"]?.tensor, let labels = parts["labels"]?.tensor else {
            throw KeratinError(
                .invalidArgument,
                "bounding boxes have \"boxes\" and \"labels\", got \(parts.keys.sorted())",
                at: place)
        }
        let confidences = parts["confidences"]?.tensor
        for tensor in [boxes, labels] + [confidences].compactMap(\.self) { try tensor.check() }
        let count = images.canvases.count
        guard boxes.rank == 3, boxes.shape[0] == count, boxes.shape[2] == 4,
            labels.shape.dimensions == [count, boxes.shape[1]],
            confidences.map({ $0.shape == labels.shape }) ?? true
        else {
            throw KeratinError(
                .shapeMismatch,
                "needs boxes [\(count), count, 4] with labels and confidences [\(count), count], got \(boxes.shape) and \(labels.shape)"
                    + (confidences.map { " and \($0.shape)" } ?? ""),
                at: place)
        }
        let corners = try boundingBoxes.convertFormat(
            boxes, source: format, target: BoundingBoxFormat.xyxy, height: Double(images.height),
            width: Double(images.width)
        ).floats()
        let numbers = try labels.cast(to: .float32).floats()
        let certain = try confidences?.cast(to: .float32).floats()
        guard corners.allSatisfy(\.isFinite), numbers.allSatisfy({ abs($0) < 1e9 }),
            certain?.allSatisfy(\.isFinite) ?? true
        else {
            throw KeratinError(
                .invalidArgument, "boxes, labels and confidences are finite numbers", at: place)
        }
        let each = boxes.shape[1]
        lists = (0..<count).map { picture in
            (0..<each).map { number in
                let index = picture * each + number
                let places = corners[(index * 4)..<(index * 4 + 4)].map(Self.pixel)
                return Box(
                    columns: Swift.min(places[0], places[2])...Swift.max(places[0], places[2]),
                    rows: Swift.min(places[1], places[3])...Swift.max(places[1], places[3]),
                    label: Int(numbers[index]), confidence: certain?[index])
            }
        }
    }

    private static func pixel(_ place: Float) -> Int {
        let most = Float(Canvas.farthest)
        return Int(Swift.min(Swift.max(place, -most), most))
    }

    /// Two digits behind the point.
    static func hundredths(_ value: Float) -> String {
        let bounded = Swift.min(Swift.max(Double(value), -1e9), 1e9)
        let whole = Int((abs(bounded) * 100).rounded(.toNearestOrEven))
        let rest = whole % 100
        return (bounded < 0 && whole > 0 ? "-" : "")
            + "\(whole / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
