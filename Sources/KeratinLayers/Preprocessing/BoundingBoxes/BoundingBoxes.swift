import KeratinCore
import KeratinTensor

/// Keras's `utils.bounding_boxes`: boxes […, 4] around things in images. Results are float32.
// swift-format-ignore: TypeNamesShouldBeCapitalized
public enum boundingBoxes {
    /// Boxes in another format.
    ///
    /// - Parameters:
    ///   - boxes: […, 4].
    ///   - source: the format that they have.
    ///   - target: the format that they get.
    ///   - height: the rows of the image, where one of the formats is relative and the other is not.
    ///   - width: its columns.
    public static func convertFormat(
        _ boxes: Tensor, source: any BoundingBoxFormatConvertible,
        target: any BoundingBoxFormatConvertible, height: Double? = nil, width: Double? = nil
    ) -> Tensor {
        Tensor.carrying([boxes]) {
            let (source, target) = (
                try source.boundingBoxFormat(), try target.boundingBoxFormat()
            )
            let numbers = try parts(boxes)
            if source == target { return boxes.cast(to: .float32) }
            guard !source.isRelative && !target.isRelative || height != nil && width != nil else {
                throw KeratinError(
                    .invalidArgument,
                    "between '\(source.rawValue)' and '\(target.rawValue)' height and width must be given",
                    at: "convertFormat")
            }
            var corners = source.corners(numbers)
            if source.isRelative != target.isRelative, let height, let width {
                guard height > 0, width > 0 else {
                    throw KeratinError(
                        .invalidArgument, "height and width must be positive", at: "convertFormat")
                }
                let sizes = [width, height, width, height]
                corners = zip(corners, sizes).map { source.isRelative ? $0 * $1 : $0 / $1 }
            }
            return joined(target.boxes(corners))
        }
    }

    /// Boxes cut off at the edges of their images.
    ///
    /// - Parameters:
    ///   - boxes: […, 4] in the format xyxy or rel_xyxy.
    ///   - labels: […]; those of boxes of which nothing is left become −1.
    ///   - height: the rows of the image; not needed for rel_xyxy.
    ///   - width: its columns.
    public static func clipToImageSize(
        _ boxes: Tensor, labels: Tensor, height: Double? = nil, width: Double? = nil,
        boundingBoxFormat: any BoundingBoxFormatConvertible = .xyxy
    ) -> (boxes: Tensor, labels: Tensor) {
        let clipped = clipToImageSize(
            boxes, height: height, width: width, boundingBoxFormat: boundingBoxFormat)
        let known = Tensor.carrying([clipped, labels]) {
            let corners = try parts(clipped)
            let area = (corners[2] - corners[0]) * (corners[3] - corners[1])
            guard labels.shape.dimensions == Array(boxes.shape.dimensions.dropLast()) else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs a label for each box, got \(labels.shape) for \(boxes.shape)",
                    at: "clipToImageSize")
            }
            return area.squeezed([-1]).binary(.greater, 0)
                .select(labels, Tensor(-1, dtype: labels.dtype))
        }
        return (clipped, known)
    }

    /// Boxes cut off at the edges of their images, where nobody asks for labels.
    public static func clipToImageSize(
        _ boxes: Tensor, height: Double? = nil, width: Double? = nil,
        boundingBoxFormat: any BoundingBoxFormatConvertible = .xyxy
    ) -> Tensor {
        Tensor.carrying([boxes]) {
            let format = try boundingBoxFormat.boundingBoxFormat()
            let size = format == .relXyxy ? (1, 1) : (width, height)
            guard format == .xyxy || format == .relXyxy, let right = size.0, let bottom = size.1
            else {
                throw KeratinError(
                    .invalidArgument,
                    "takes xyxy with height and width, or rel_xyxy, got '\(format.rawValue)'",
                    at: "clipToImageSize")
            }
            return clipped(try parts(boxes), right, bottom)
        }
    }

    /// Boxes in an image of which only a part is left.
    ///
    /// - Parameters:
    ///   - boxes: […, 4] as xyxy.
    ///   - top: the first row that is left.
    ///   - left: the first column that is left.
    ///   - height: how many rows are left.
    ///   - width: how many columns.
    public static func crop(
        _ boxes: Tensor, top: Double, left: Double, height: Double, width: Double
    ) -> Tensor {
        Tensor.carrying([boxes]) {
            let corners = try parts(boxes)
            let moved = zip(corners, [left, top, left, top]).map { $0 - $1 }
            return clipped(moved, width, height)
        }
    }

    /// Boxes, as xyxy, in an image that got `top` rows above and `left` columns before it.
    public static func pad(_ boxes: Tensor, top: Double, left: Double) -> Tensor {
        Tensor.carrying([boxes]) {
            joined(zip(try parts(boxes), [left, top, left, top]).map { $0 + $1 })
        }
    }

    /// The boxes around what becomes of boxes when each image is turned, moved, scaled and slanted.
    ///
    /// - Parameters:
    ///   - boxes: [batch, count, 4] as xyxy.
    ///   - angle: for each image, in degrees: [batch].
    ///   - translateX: to the right, as a part of the width − 1: [batch].
    ///   - translateY: downwards, as a part of the height − 1: [batch].
    ///   - scale: [batch].
    ///   - shearX: in degrees: [batch].
    ///   - shearY: in degrees: [batch].
    ///   - height: the rows of the images.
    ///   - width: their columns.
    ///   - centerX: what stays where it is, as a part of the width − 1.
    ///   - centerY: likewise.
    public static func affineTransform(
        _ boxes: Tensor, angle: Tensor, translateX: Tensor, translateY: Tensor, scale: Tensor,
        shearX: Tensor, shearY: Tensor, height: Double, width: Double, centerX: Double = 0.5,
        centerY: Double = 0.5
    ) -> Tensor {
        let inputs = [angle, translateX, translateY, scale, shearX, shearY]
        return Tensor.carrying([boxes] + inputs) {
            let corners = try parts(boxes)
            guard boxes.rank == 3,
                inputs.allSatisfy({ $0.rank == 1 && $0.count == boxes.shape[0] })
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs boxes [batch, count, 4] and a number for each image, got \(boxes.shape)",
                    at: "affineTransform")
            }
            let numbers = inputs.map { $0.cast(to: .float32).reshaped([boxes.shape[0], 1, 1]) }
            let degree = Double.pi / 180
            let turn = numbers[0] * -degree
            let (slantX, slantY) = (numbers[4] * -degree, numbers[5] * -degree)
            let (cx, cy) = (centerX * (width - 1), centerY * (height - 1))
            let x = numbers[1] * (1 - width) + cx
            let y = numbers[2] * (1 - height) + cy
            let rest = turn - slantY
            let cosine = slantY.unary(.cos)
            let tangent = slantX.unary(.sin) / slantX.unary(.cos)
            let a = rest.unary(.cos) / cosine
            let b = a * tangent + turn.unary(.sin)
            let c = rest.unary(.sin) / cosine * -1
            let d = turn.unary(.cos) - c * tangent
            let (a0, a1) = (d * numbers[3], b * numbers[3] * -1)
            let (b0, b1) = (c * numbers[3] * -1, a * numbers[3])
            let a2 = (a0 * x + a1 * y) * -1 + cx
            let b2 = (b0 * x + b1 * y) * -1 + cy
            let points = [(0, 1), (2, 1), (2, 3), (0, 3)].map { column, row in
                (
                    x: a0 * corners[column] + a1 * corners[row] + a2,
                    y: b0 * corners[column] + b1 * corners[row] + b2
                )
            }
            func extreme(_ which: BinaryFunction, _ values: [Tensor]) -> Tensor {
                values.dropFirst().reduce(values[0]) { $0.binary(which, $1) }
            }
            return joined([
                extreme(.minimum, points.map(\.x)), extreme(.minimum, points.map(\.y)),
                extreme(.maximum, points.map(\.x)), extreme(.maximum, points.map(\.y)),
            ])
        }
    }

    // MARK: Parts of boxes

    /// The four numbers of each box, each […, 1].
    static func parts(_ boxes: Tensor) throws -> [Tensor] {
        guard boxes.rank > 0, boxes.shape[boxes.rank - 1] == 4 else {
            throw KeratinError(
                .shapeMismatch, "boxes have four numbers each, got \(boxes.shape)",
                at: "boundingBoxes")
        }
        let floats = boxes.cast(to: .float32)
        return (0..<4).map { floats.channel($0) }
    }

    static func joined(_ numbers: [Tensor]) -> Tensor { Tensor.concatenate(numbers, axis: -1) }

    private static func clipped(_ corners: [Tensor], _ width: Double, _ height: Double) -> Tensor {
        joined(zip(corners, [width, height, width, height]).map { $0.clipped(0, $1) })
    }
}
