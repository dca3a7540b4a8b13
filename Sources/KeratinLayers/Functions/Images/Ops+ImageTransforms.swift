import KeratinCore
import KeratinTensor

// Images seen from elsewhere.

extension ops.image {
    /// Images turned, stretched, moved or slanted: pixel (x, y) of the result is that of the place
    /// ((a₀x + a₁y + a₂)/k, (b₀x + b₁y + b₂)/k) of the old image, with k = c₀x + c₁y + 1.
    ///
    /// - Parameters:
    ///   - images: one image, or a batch.
    ///   - transform: a₀ a₁ a₂ b₀ b₁ b₂ c₀ c₁: [8] for all images, or [batch, 8].
    ///   - interpolation: nearest or bilinear.
    ///   - fillMode: reflect, wrap, constant or nearest.
    ///   - fillValue: what lies beyond the edges in the mode `constant`.
    public static func affineTransform(
        _ images: Tensor, _ transform: Tensor,
        interpolation: any InterpolationConvertible = .bilinear,
        fillMode: any FillModeConvertible = .constant, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        Tensor.carrying([images, transform]) {
            let (interpolation, mode) = (try interpolation.interpolation(), try fillMode.fillMode())
            let sampler = try ImageSampler(interpolation, mode, fillValue)
            let config: Config = [
                ("interpolation", .text(interpolation.rawValue)),
                ("fill_mode", .text(mode.rawValue)), ("fill_value", .init(fillValue)),
            ]
            return one("AffineTransform", config, [images, transform], dataFormat: dataFormat) {
                images, others in
                let given = others[0].cast(to: .float32)
                let transforms = given.rank == 1 ? given.expandingDimension(at: 0) : given
                return try sampler.transformed(images, transforms, isProjective: true)
                    .cast(to: images.dtype)
            }
        }
    }

    /// Images of which four points are moved, and all else with them as in perspective.
    ///
    /// - Parameters:
    ///   - images: one image, or a batch.
    ///   - startPoints: four points (x, y), [4, 2] for all images or [batch, 4, 2]; no three of them may lie on a line.
    ///   - endPoints: where they go.
    ///   - interpolation: nearest or bilinear.
    ///   - fillValue: what lies beyond the edges.
    public static func perspectiveTransform(
        _ images: Tensor, _ startPoints: Tensor, _ endPoints: Tensor,
        interpolation: any InterpolationConvertible = .bilinear, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        Tensor.carrying([images, startPoints, endPoints]) {
            let interpolation = try interpolation.interpolation()
            let sampler = try ImageSampler(interpolation, .constant, fillValue)
            let config: Config = [
                ("interpolation", .text(interpolation.rawValue)), ("fill_value", .init(fillValue)),
            ]
            return one(
                "PerspectiveTransform", config, [images, startPoints, endPoints],
                dataFormat: dataFormat
            ) { images, points in
                let transforms = try Perspective.transforms(from: points[0], to: points[1])
                return try sampler.transformed(images, transforms, isProjective: true)
                    .cast(to: images.dtype)
            }
        }
    }
}

/// The projective map that takes four points to four others.
enum Perspective {
    /// For `ImageSampler.transformed`: [batch or 1, 8], the map that leads from the end points back to where they came from.
    /// - Throws: `KeratinError` if there are not four points (x, y) of each kind.
    static func transforms(from start: Tensor, to end: Tensor) throws -> Tensor {
        guard start.shape == end.shape, start.rank == 2 || start.rank == 3,
            start.shape.dimensions.suffix(2) == [4, 2]
        else {
            throw KeratinError(
                .shapeMismatch,
                "needs four points (x, y), [4, 2] or [batch, 4, 2], to start and to end at, got \(start.shape) and \(end.shape)"
            )
        }
        let batch = start.rank == 3 ? start.shape[0] : 1
        let target = fromSquare(start.cast(to: .float32).reshaped([batch, 8]))
        let source = adjugate(fromSquare(end.cast(to: .float32).reshaped([batch, 8])))
        let product = (0..<9).map { cell -> Tensor in
            let (row, column) = (cell / 3, cell % 3)
            return target[row * 3] * source[column] + target[row * 3 + 1] * source[3 + column]
                + target[row * 3 + 2] * source[6 + column]
        }
        return Tensor.concatenate(product.prefix(8).map { $0 / product[8] }, axis: 1)
    }

    /// The map that takes the corners (0, 0), (1, 0), (0, 1), (1, 1) of a square to four points: nine numbers [batch, 1], row by row.
    ///
    /// Heckbert, Fundamentals of Texture Mapping and Image Warping (1989).
    private static func fromSquare(_ points: Tensor) -> [Tensor] {
        func number(_ index: Int) -> Tensor { points.images(index..<(index + 1), axis: 1) }
        // He goes round the square; here the last two corners are the other way.
        let (x0, y0, x1, y1) = (number(0), number(1), number(2), number(3))
        let (x3, y3, x2, y2) = (number(4), number(5), number(6), number(7))
        let (sumX, sumY) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3)
        let (dx1, dy1, dx2, dy2) = (x1 - x2, y1 - y2, x3 - x2, y3 - y2)
        let divisor = dx1 * dy2 - dx2 * dy1
        let g = (sumX * dy2 - dx2 * sumY) / divisor
        let h = (dx1 * sumY - sumX * dy1) / divisor
        return [
            x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h,
            x0 * 0 + 1,
        ]
    }

    /// The inverse of a matrix up to a factor, which a projective map does not feel.
    private static func adjugate(_ m: [Tensor]) -> [Tensor] {
        [
            m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
        ]
    }
}
