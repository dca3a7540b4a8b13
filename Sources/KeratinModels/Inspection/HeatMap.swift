import KeratinCore
import KeratinTensor

/// A number for each place of a picture.
struct HeatMap {
    let values: [Float]
    let height: Int
    let width: Int

    /// From 0 to 1; zeros stay zeros, and what is no number counts as none.
    func normalized() -> HeatMap {
        let known = values.map { $0.isFinite ? Swift.max(0, $0) : 0 }
        let largest = known.max() ?? 0
        guard largest > 0 else { return HeatMap(values: known, height: height, width: width) }
        return HeatMap(values: known.map { $0 / largest }, height: height, width: width)
    }

    /// Bilinear, with the centres of pixels in place.
    func resized(height newHeight: Int, width newWidth: Int) -> HeatMap {
        let rows = Self.weights(height, newHeight)
        let columns = Self.weights(width, newWidth)
        var result: [Float] = []
        result.reserveCapacity(newHeight * newWidth)
        for row in rows {
            for column in columns {
                let top = mix(row.low, column)
                result.append(top + (mix(row.high, column) - top) * row.part)
            }
        }
        return HeatMap(values: result, height: newHeight, width: newWidth)
    }

    private func mix(_ row: Int, _ column: (low: Int, high: Int, part: Float)) -> Float {
        let left = values[row * width + column.low]
        return left + (values[row * width + column.high] - left) * column.part
    }

    private static func weights(
        _ old: Int, _ new: Int
    ) -> [(low: Int, high: Int, part: Float)] {
        (0..<new).map { index in
            let place = Swift.max(0, (Float(index) + 0.5) * Float(old) / Float(new) - 0.5)
            let low = Swift.min(Int(place), old - 1)
            return (low, Swift.min(low + 1, old - 1), place - Float(low))
        }
    }

    /// Blue, green, yellow, red on a picture of 1 or 3 channels.
    func overlaid(on picture: Tensor, alpha: Float) throws -> NDArray {
        let extents = Array(picture.shape.dimensions.suffix(3))
        guard extents.count == 3, extents[0] == height, extents[1] == width,
            [1, 3].contains(extents[2]), picture.shape.count == extents.reduce(1, *)
        else {
            throw KeratinError(
                .shapeMismatch,
                "heat of \(height)×\(width) is laid on such a picture of 1 or 3 channels, got \(picture.shape)",
                at: "gradCAM")
        }
        let channels = extents[2]
        let pixels = try picture.cast(to: .float32).floats()
        var result: [Float] = []
        result.reserveCapacity(values.count * 3)
        for (place, heat) in values.enumerated() {
            for (channel, colour) in Self.colour(heat).enumerated() {
                let pixel = pixels[place * channels + (channels == 3 ? channel : 0)]
                result.append(pixel * (1 - alpha) + 255 * colour * alpha)
            }
        }
        return NDArray(result, shape: [height, width, 3])
    }

    /// The scale from blue over green and yellow to red.
    private static func colour(_ heat: Float) -> [Float] {
        [3, 2, 1].map { Swift.min(1, Swift.max(0, 1.5 - Swift.abs(4 * heat - Float($0)))) }
    }
}
