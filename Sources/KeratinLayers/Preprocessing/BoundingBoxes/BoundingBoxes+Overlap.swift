import KeratinCore
import KeratinTensor

// How far boxes cover each other, and where they lie beside others.

extension boundingBoxes {
    /// What keeps divisions from dividing by 0.
    private static let epsilon = 1e-7

    /// How far each box of one list and each of another cover each other: their common area as a part of their joint one.
    ///
    /// - Parameters:
    ///   - boxes1: [M, 4], or [batch, M, 4].
    ///   - boxes2: [N, 4], or [batch, N, 4].
    ///   - boundingBoxFormat: the format of both.
    ///   - useMasking: whether boxes without a positive number count as missing.
    ///   - maskVal: what is given for missing ones.
    ///   - imageShape: rows and columns, where the format is relative.
    /// - Returns: [M, N] or [batch, M, N].
    public static func computeIoU(
        _ boxes1: Tensor, _ boxes2: Tensor, boundingBoxFormat: any BoundingBoxFormatConvertible,
        useMasking: Bool = false, maskVal: Double = -1, imageShape: [Int]? = nil
    ) -> Tensor {
        Tensor.carrying([boxes1, boxes2]) {
            guard (2...3).contains(boxes1.rank), (2...3).contains(boxes2.rank) else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs boxes [count, 4] or [batch, count, 4], got \(boxes1.shape) and \(boxes2.shape)",
                    at: "computeIoU")
            }
            func corners(_ boxes: Tensor) throws -> [Tensor] {
                try parts(
                    converted(boxes, boundingBoxFormat, BoundingBoxFormat.yxyx, imageShape))
            }
            let first = try corners(boxes1)
            let own = try corners(boxes2)
            let second = own.map { $0.transposed(boxes2.rank == 2 ? [1, 0] : [0, 2, 1]) }
            func common(_ low: Int, _ high: Int) -> Tensor {
                let end = first[high].binary(.minimum, second[high])
                return (end - first[low].binary(.maximum, second[low])).binary(.maximum, 0)
            }
            let both = common(0, 2) * common(1, 3)
            func area(_ corners: [Tensor]) -> Tensor {
                (corners[2] - corners[0]) * (corners[3] - corners[1])
            }
            let result = both / (area(first) + area(second) - both + epsilon)
            guard useMasking else { return result }
            func isMissing(_ corners: [Tensor]) -> Tensor {
                corners.dropFirst().reduce(corners[0]) { $0.binary(.maximum, $1) }
                    .binary(.less, 0)
            }
            return isMissing(first).binary(.or, isMissing(second)).select(Tensor(maskVal), result)
        }
    }

    /// How far boxes cover each other, one by one, less what their middles and their shapes differ (Zheng et al., 2020).
    ///
    /// - Parameters:
    ///   - boxes1: […, 4].
    ///   - boxes2: as many.
    ///   - boundingBoxFormat: the format of both; none of the relative ones.
    /// - Returns: […].
    public static func computeCIoU(
        _ boxes1: Tensor, _ boxes2: Tensor, boundingBoxFormat: any BoundingBoxFormatConvertible
    ) -> Tensor {
        Tensor.carrying([boxes1, boxes2]) {
            let format = try boundingBoxFormat.boundingBoxFormat()
            guard !format.isRelative else {
                throw KeratinError(
                    .invalidArgument, "'\(format.rawValue)' is relative", at: "computeCIoU")
            }
            let a = try parts(converted(boxes1, format, BoundingBoxFormat.xyxy, nil))
            let b = try parts(converted(boxes2, format, BoundingBoxFormat.xyxy, nil))
            let (width1, height1) = (a[2] - a[0], a[3] - a[1] + epsilon)
            let (width2, height2) = (b[2] - b[0], b[3] - b[1] + epsilon)
            func common(_ low: Int, _ high: Int) -> Tensor {
                (a[high].binary(.minimum, b[high]) - a[low].binary(.maximum, b[low]))
                    .binary(.maximum, 0)
            }
            func whole(_ low: Int, _ high: Int) -> Tensor {
                a[high].binary(.maximum, b[high]) - a[low].binary(.minimum, b[low])
            }
            let both = common(0, 2) * common(1, 3)
            let either = width1 * height1 + width2 * height2 - both + epsilon
            let overlap = both / (either + epsilon)
            let diagonal = whole(0, 2).square() + whole(1, 3).square() + epsilon
            let distance =
                ((a[0] + a[2]) / 2 - (b[0] + b[2]) / 2).square()
                + ((a[1] + a[3]) / 2 - (b[1] + b[3]) / 2).square()
            let angle = (width2 / height2).unary(.arctan) - (width1 / height1).unary(.arctan)
            let shape = angle.square() * (4 / (Double.pi * Double.pi))
            let weight = shape / (shape - overlap + (1 + epsilon))
            return (overlap - (distance / diagonal + shape * weight)).squeezed([-1])
        }
    }

    /// How boxes differ from anchors beside them: the way between their middles in sizes of the anchor, and logarithms of the ratios of sizes.
    ///
    /// - Parameters:
    ///   - anchors: […, 4].
    ///   - boxes: as many.
    ///   - anchorFormat: the format of the anchors.
    ///   - boxFormat: the format of the boxes.
    ///   - encodingFormat: center_xywh or center_yxhw: the order of what comes out.
    ///   - variance: four numbers that the result is divided by.
    ///   - imageShape: rows and columns, where a format is relative.
    public static func encodeBoxToDeltas(
        _ anchors: Tensor, _ boxes: Tensor, anchorFormat: any BoundingBoxFormatConvertible,
        boxFormat: any BoundingBoxFormatConvertible,
        encodingFormat: any BoundingBoxFormatConvertible = "center_yxhw",
        variance: [Double]? = nil, imageShape: [Int]? = nil
    ) -> Tensor {
        Tensor.carrying([anchors, boxes]) {
            let format = try encoding(encodingFormat, variance)
            let anchor = try parts(converted(anchors, anchorFormat, format, imageShape))
            let box = try parts(converted(boxes, boxFormat, format, imageShape))
            let sizes = anchor[2...].map { $0.binary(.maximum, epsilon) }
            let ways = (0..<2).map { (box[$0] - anchor[$0]) / sizes[$0] }
            let ratios = (0..<2).map {
                (box[$0 + 2].binary(.maximum, epsilon) / sizes[$0]).log()
            }
            let numbers = zip(ways + ratios, variance ?? [1, 1, 1, 1]).map { $0 / $1 }
            return joined(numbers)
        }
    }

    /// The boxes that differ from anchors by what `encodeBoxToDeltas` gave.
    public static func decodeDeltasToBoxes(
        _ anchors: Tensor, _ boxesDelta: Tensor, anchorFormat: any BoundingBoxFormatConvertible,
        boxFormat: any BoundingBoxFormatConvertible,
        encodedFormat: any BoundingBoxFormatConvertible = "center_yxhw",
        variance: [Double]? = nil, imageShape: [Int]? = nil
    ) -> Tensor {
        Tensor.carrying([anchors, boxesDelta]) {
            let format = try encoding(encodedFormat, variance)
            let anchor = try parts(converted(anchors, anchorFormat, format, imageShape))
            let delta = zip(try parts(boxesDelta), variance ?? [1, 1, 1, 1]).map { $0 * $1 }
            let box = joined([
                delta[0] * anchor[2] + anchor[0], delta[1] * anchor[3] + anchor[1],
                delta[2].exp() * anchor[2], delta[3].exp() * anchor[3],
            ])
            return converted(box, format, boxFormat, imageShape)
        }
    }

    private static func encoding(
        _ format: any BoundingBoxFormatConvertible, _ variance: [Double]?
    ) throws -> BoundingBoxFormat {
        let format = try format.boundingBoxFormat()
        guard format == .centerXywh || format == .centerYxhw else {
            throw KeratinError(
                .invalidArgument,
                "the encoding must be center_xywh or center_yxhw, got '\(format.rawValue)'",
                at: "boundingBoxes")
        }
        guard variance?.count ?? 4 == 4 else {
            throw KeratinError(
                .invalidArgument, "variance needs four numbers", at: "boundingBoxes")
        }
        return format
    }

    private static func converted(
        _ boxes: Tensor, _ source: any BoundingBoxFormatConvertible,
        _ target: any BoundingBoxFormatConvertible, _ imageShape: [Int]?
    ) -> Tensor {
        let isKnown = (imageShape?.count ?? 0) >= 2
        return convertFormat(
            boxes, source: source, target: target,
            height: isKnown ? imageShape.map { Double($0[0]) } : nil,
            width: isKnown ? imageShape.map { Double($0[1]) } : nil)
    }
}
