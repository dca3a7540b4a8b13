import KeratinCore
import KeratinTensor

/// What the four numbers of a bounding box are. `rel`: as parts of the image's width and height.
public enum BoundingBoxFormat: String, Hashable, Sendable, CaseIterable {
    /// Left, top, right, bottom.
    case xyxy
    /// Top, left, bottom, right.
    case yxyx
    /// Left, top, width, height.
    case xywh
    /// The middle, width, height.
    case centerXywh = "center_xywh"
    /// The middle as row and column, height, width.
    case centerYxhw = "center_yxhw"
    /// Left, top, right, bottom, as parts.
    case relXyxy = "rel_xyxy"
    /// Top, left, bottom, right, as parts.
    case relYxyx = "rel_yxyx"
    /// Left, top, width, height, as parts.
    case relXywh = "rel_xywh"
    /// The middle, width, height, as parts.
    case relCenterXywh = "rel_center_xywh"

    /// Whether numbers are parts of the image's size.
    var isRelative: Bool { rawValue.hasPrefix("rel_") }

    /// The same in pixels.
    var absolute: BoundingBoxFormat {
        switch self {
        case .relXyxy: .xyxy
        case .relYxyx: .yxyx
        case .relXywh: .xywh
        case .relCenterXywh: .centerXywh
        default: self
        }
    }

    /// Left, top, right and bottom of boxes in this format, without regard to what they are parts of.
    func corners(_ boxes: [Tensor]) -> [Tensor] {
        let (a, b, c, d) = (boxes[0], boxes[1], boxes[2], boxes[3])
        return switch absolute {
        case .yxyx: [b, a, d, c]
        case .xywh: [a, b, a + c, b + d]
        case .centerXywh: [a - c / 2, b - d / 2, a + c / 2, b + d / 2]
        case .centerYxhw: [b - d / 2, a - c / 2, b + d / 2, a + c / 2]
        default: [a, b, c, d]
        }
    }

    /// The way back from `corners`.
    func boxes(_ corners: [Tensor]) -> [Tensor] {
        let (left, top, right, bottom) = (corners[0], corners[1], corners[2], corners[3])
        let (width, height) = (right - left, bottom - top)
        let (x, y) = (left + width / 2, top + height / 2)
        return switch absolute {
        case .yxyx: [top, left, bottom, right]
        case .xywh: [left, top, width, height]
        case .centerXywh: [x, y, width, height]
        case .centerYxhw: [y, x, height, width]
        default: [left, top, right, bottom]
        }
    }
}

/// What stands for a format of boxes: `.xyxy`, `"xyxy"`.
public protocol BoundingBoxFormatConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func boundingBoxFormat() throws -> BoundingBoxFormat
}

extension BoundingBoxFormat: BoundingBoxFormatConvertible {
    /// This format.
    public func boundingBoxFormat() throws -> BoundingBoxFormat { self }
}

extension String: BoundingBoxFormatConvertible {
    /// The format of Keras's name.
    public func boundingBoxFormat() throws -> BoundingBoxFormat {
        guard let format = BoundingBoxFormat(rawValue: lowercased()) else {
            throw unknownName(
                self, among: BoundingBoxFormat.allCases.map(\.rawValue), what: "box format")
        }
        return format
    }
}

extension BoundingBoxFormatConvertible where Self == BoundingBoxFormat {
    /// See `BoundingBoxFormat.xyxy`.
    @_disfavoredOverload
    public static var xyxy: BoundingBoxFormat { BoundingBoxFormat.xyxy }
}
