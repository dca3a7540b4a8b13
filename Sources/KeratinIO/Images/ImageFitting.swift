import KeratinCore

/// How a picture of any size is brought to a wanted one.
struct ImageFitting: Sendable {
    enum Aspect: Hashable, Sendable {
        /// Heights and widths are stretched apart from each other.
        case free
        /// The largest part in the middle that has the wanted aspect.
        case crop
        /// The whole picture between black bars.
        case pad
    }

    let height: Int
    let width: Int
    let interpolation: ImageInterpolation
    let aspect: Aspect

    /// A part of a picture, or of what it becomes.
    private struct Part {
        var top = 0
        var left = 0
        var height: Int
        var width: Int
    }

    /// - Parameters:
    ///   - source: height · width · channels numbers.
    ///   - target: the same of the wanted size.
    func fit<Value: PixelValue>(
        _ source: UnsafePointer<Value>, height sourceHeight: Int, width sourceWidth: Int,
        channels: Int, to target: UnsafeMutablePointer<Float>
    ) throws {
        var from = Part(height: sourceHeight, width: sourceWidth)
        var to = Part(height: height, width: width)
        switch aspect {
        case .free: break
        case .crop: from = cropped(sourceHeight, sourceWidth)
        case .pad:
            to = padded(sourceHeight, sourceWidth)
            for place in 0..<(height * width * channels) { target[place] = 0 }
        }
        let resizing = try FloatResizing(
            interpolation, fromHeight: from.height, fromWidth: from.width, height: to.height,
            width: to.width)
        resizing.resize(
            source + (from.top * sourceWidth + from.left) * channels,
            stride: sourceWidth * channels, channels: channels,
            to: target + (to.top * width + to.left) * channels, targetStride: width * channels)
    }

    /// Keras's `smart_resize`.
    private func cropped(_ sourceHeight: Int, _ sourceWidth: Int) -> Part {
        func extent(_ limit: Int, _ other: Int, _ target: Int, _ otherTarget: Int) -> Int {
            let wanted = Float(other) * Float(target) / Float(otherTarget)
            return Swift.max(Swift.min(limit, Int(wanted)), 1)
        }
        let rows = extent(sourceHeight, sourceWidth, height, width)
        let columns = extent(sourceWidth, sourceHeight, width, height)
        return Part(
            top: (sourceHeight - rows) / 2, left: (sourceWidth - columns) / 2, height: rows,
            width: columns)
    }

    /// TensorFlow's `resize_with_pad`.
    private func padded(_ sourceHeight: Int, _ sourceWidth: Int) -> Part {
        let ratio = Swift.max(
            Float(sourceHeight) / Float(height), Float(sourceWidth) / Float(width))
        let (rows, columns) = (Float(sourceHeight) / ratio, Float(sourceWidth) / ratio)
        return Part(
            top: Swift.max(0, Int((Float(height) - rows) / 2)),
            left: Swift.max(0, Int((Float(width) - columns) / 2)),
            height: Swift.min(Swift.max(Int(rows), 1), height),
            width: Swift.min(Swift.max(Int(columns), 1), width))
    }
}
