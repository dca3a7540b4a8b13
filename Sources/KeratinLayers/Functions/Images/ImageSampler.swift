import KeratinCore
import KeratinTensor

/// Reads images at places between their pixels.
struct ImageSampler {
    var isBilinear = true
    var fillMode = FillMode.constant
    var fillValue = 0.0

    /// - Throws: `KeratinError` for ways that Keras's transforms do not have.
    init(
        _ interpolation: Interpolation = .bilinear, _ fillMode: FillMode = .constant,
        _ fillValue: Double = 0
    ) throws {
        guard interpolation == .bilinear || interpolation == .nearest else {
            throw KeratinError(
                .invalidArgument,
                "interpolation must be nearest or bilinear, got '\(interpolation.rawValue)'")
        }
        guard fillMode != .mirror else {
            throw KeratinError(
                .invalidArgument, "fillMode must be reflect, wrap, constant or nearest")
        }
        isBilinear = interpolation == .bilinear
        self.fillMode = fillMode
        self.fillValue = fillValue
    }

    /// Images [batch, rows, columns, channels] whose pixel (x, y) is that of a place
    /// ((a₀x + a₁y + a₂)/k, (b₀x + b₁y + b₂)/k) of the old one, with k = c₀x + c₁y + 1.
    /// - Parameter transforms: a₀ a₁ a₂ b₀ b₁ b₂ c₀ c₁ for each image or for all, [batch or 1, 8]; float32.
    /// - Parameter isProjective: whether c₀ or c₁ may differ from 0.
    func transformed(
        _ images: Tensor, _ transforms: Tensor, isProjective: Bool
    ) throws -> Tensor {
        guard transforms.rank == 2, transforms.shape[1] == 8,
            transforms.shape[0] == 1 || transforms.shape[0] == images.shape[0]
        else {
            throw KeratinError(
                .shapeMismatch,
                "needs 8 numbers for all images or for each of \(images.shape[0]), got \(transforms.shape)"
            )
        }
        let (rows, columns) = (images.shape[1], images.shape[2])
        let x = Tensor(indicesAlong: 2, shape: [1, 1, columns], dtype: .float32)
        let y = Tensor(indicesAlong: 1, shape: [1, rows, 1], dtype: .float32)
        func number(_ index: Int) -> Tensor {
            transforms.images(index..<(index + 1), axis: 1).expandingDimension(at: 2)
        }
        var oldX = number(0) * x + number(1) * y + number(2)
        var oldY = number(3) * x + number(4) * y + number(5)
        guard isProjective else { return try read(images, x: oldX, y: oldY) }
        let k = number(6) * x + number(7) * y + 1
        let isNowhere = k.binary(.equal, 0)
        let divisor = isNowhere.select(Tensor(1), k)
        (oldX, oldY) = (oldX / divisor, oldY / divisor)
        let read = try read(images, x: oldX, y: oldY)
        return isNowhere.expandingDimension(at: 3).select(Tensor(fillValue), read)
    }

    /// The pixels of images [batch, rows, columns, channels] at places [batch or 1, height, width] (float32), as float32
    /// [batch, height, width, channels].
    func read(_ images: Tensor, x: Tensor, y: Tensor) throws -> Tensor {
        let (batch, rows, columns) = (images.shape[0], images.shape[1], images.shape[2])
        let channels = images.shape[3]
        guard rows > 0, columns > 0, images.count < 1 << 31 else {
            throw KeratinError(.shapeMismatch, "cannot sample images \(images.shape)")
        }
        let flat = images.cast(to: .float32).reshaped([batch * rows * columns, channels])
        let starts =
            Tensor(indicesAlong: 0, shape: [batch, 1, 1]) * (rows * columns)
        /// The pixels at whole places.
        func pixels(_ x: Tensor, _ y: Tensor) -> Tensor {
            // Clamped before it is multiplied, so that no place is too large for an int32.
            let column = x.clipped(0, Double(columns - 1)).cast(to: .int32)
            let row = y.clipped(0, Double(rows - 1)).cast(to: .int32)
            let found = flat.gatherClamped(starts + (row * columns + column))
            guard fillMode == .constant else { return found }
            let isInside = x.binary(.greaterEqual, 0).binary(.and, y.binary(.greaterEqual, 0))
                .binary(.and, x.binary(.less, Double(columns)))
                .binary(.and, y.binary(.less, Double(rows)))
            return isInside.expandingDimension(at: 3).select(found, Tensor(fillValue))
        }
        let (x, y) = (fillMode.places(x, columns), fillMode.places(y, rows))
        guard isBilinear else { return pixels(ImageSampler.rounded(x), ImageSampler.rounded(y)) }
        let (left, top) = (x.unary(.floor), y.unary(.floor))
        let (right, bottom) = (left + 1, top + 1)
        let toRight = (x - left).expandingDimension(at: 3)
        let toLeft = (right - x).expandingDimension(at: 3)
        let upper = toLeft * pixels(left, top) + toRight * pixels(right, top)
        let lower = toLeft * pixels(left, bottom) + toRight * pixels(right, bottom)
        return (bottom - y).expandingDimension(at: 3) * upper
            + (y - top).expandingDimension(at: 3) * lower
    }

    /// To the nearest whole number, halves away from zero.
    private static func rounded(_ x: Tensor) -> Tensor {
        x.binary(.less, 0).select(
            ((x * -1) + 0.5).unary(.floor) * -1, (x + 0.5).unary(.floor))
    }
}
