import KeratinCore

/// Pictures of another size by the rule of Pillow 13, to the bit: a filter that grows where the picture shrinks, one direction after the
/// other, in whole numbers with 22 bits behind the point, rounded to 8 bits between and after the two.
enum PillowResizing {
    /// A part of a picture in pixels.
    struct Box {
        var left = 0
        var top = 0
        var right: Int
        var bottom: Int

        static func whole(_ image: PixelImage) -> Box {
            Box(right: image.width, bottom: image.height)
        }
    }

    private static let precision: Int32 = 22

    /// A part of a picture in another size. Colours count as much as their pixel is opaque.
    static func resized(
        _ image: PixelImage, height: Int, width: Int, interpolation: ImageInterpolation, box: Box
    ) throws -> PixelImage {
        try PixelImage.check(width, height, bytesPerPixel: image.channels * 2, most: .max)
        if interpolation == .nearest { return nearest(image, height, width, box) }
        let filter = try PillowFilter(interpolation)
        if image.channels == 4 {
            let result = filtered(premultiplied(image), height, width, filter, box)
            return unmultiplied(result)
        }
        return filtered(image, height, width, filter, box)
    }

    // MARK: The nearest pixel

    private static func nearest(
        _ image: PixelImage, _ height: Int, _ width: Int, _ box: Box
    ) -> PixelImage {
        /// Places are summed up, as Pillow does it.
        func places(_ count: Int, _ start: Int, _ end: Int, _ limit: Int) -> [Int] {
            let step = Double(end - start) / Double(count)
            var position = Double(start) + step * 0.5
            return (0..<count).map { _ in
                defer { position += step }
                return Swift.min(Int(position), limit - 1)
            }
        }
        let rows = places(height, box.top, box.bottom, image.height)
        let columns = places(width, box.left, box.right, image.width)
        let channels = image.channels
        var pixels: [UInt8] = []
        pixels.reserveCapacity(height * width * channels)
        for row in rows {
            for column in columns {
                let start = (row * image.width + column) * channels
                pixels += image.pixels[start..<(start + channels)]
            }
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }

    // MARK: Filters

    /// What an output pixel is summed up from, along one direction.
    private struct Weights {
        /// The first input of each output.
        var starts: [Int] = []
        var counts: [Int] = []
        /// Those of each output begin at its number times `most`.
        var values: [Int32] = []
        let most: Int

        /// - Parameters:
        ///   - limit: inputs that there are.
        ///   - start: where the part begins that is resized; `end`: where it ends.
        init(_ filter: PillowFilter, count: Int, start: Int, end: Int, limit: Int) {
            let scale = Double(end - start) / Double(count)
            let growth = Swift.max(scale, 1)
            let support = filter.support * growth
            most = Int(support.rounded(.up)) * 2 + 1
            values = [Int32](repeating: 0, count: most * count)
            for output in 0..<count {
                let center = Double(start) + (Double(output) + 0.5) * scale
                let first = Swift.max(Int(center - support + 0.5), 0)
                let last = Swift.min(Int(center + support + 0.5), limit)
                var weights = (first..<last).map {
                    filter.value((Double($0) - center + 0.5) * (1 / growth))
                }
                let sum = weights.reduce(0, +)
                if sum != 0 { for index in weights.indices { weights[index] /= sum } }
                for (index, weight) in weights.prefix(most).enumerated() {
                    let scaled = weight * Double(1 << precision)
                    values[output * most + index] = Int32(scaled + (scaled < 0 ? -0.5 : 0.5))
                }
                starts.append(first)
                counts.append(Swift.min(last - first, most))
            }
        }
    }

    private static func filtered(
        _ image: PixelImage, _ height: Int, _ width: Int, _ filter: PillowFilter, _ box: Box
    ) -> PixelImage {
        func across(_ image: PixelImage) -> PixelImage {
            guard width != image.width || box.left != 0 || box.right != image.width else {
                return image
            }
            let weights = Weights(
                filter, count: width, start: box.left, end: box.right, limit: image.width)
            return horizontal(image, width, weights)
        }
        func down(_ image: PixelImage) -> PixelImage {
            guard height != image.height || box.top != 0 || box.bottom != image.height else {
                return image
            }
            let weights = Weights(
                filter, count: height, start: box.top, end: box.bottom, limit: image.height)
            return vertical(image, height, weights)
        }
        // Which direction is the first decides what is rounded; found by comparing with Pillow at many sizes.
        let columnsFirst =
            height < image.height && image.height - height > 2 * (image.width - width)
        return columnsFirst ? across(down(image)) : down(across(image))
    }

    private static func horizontal(
        _ image: PixelImage, _ width: Int, _ weights: Weights
    ) -> PixelImage {
        let (channels, height) = (image.channels, image.height)
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) {
            target, count in
            count = width * height * channels
            image.pixels.withUnsafeBufferPointer { source in
                weights.values.withUnsafeBufferPointer { values in
                    for row in 0..<height {
                        for column in 0..<width {
                            let start = (row * image.width + weights.starts[column]) * channels
                            let first = column * weights.most
                            for channel in 0..<channels {
                                var sum = Int32(1) << (precision - 1)
                                var place = start + channel
                                for index in first..<(first + weights.counts[column]) {
                                    sum &+= Int32(source[place]) &* values[index]
                                    place += channels
                                }
                                target[(row * width + column) * channels + channel] = clipped(sum)
                            }
                        }
                    }
                }
            }
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }

    private static func vertical(
        _ image: PixelImage, _ height: Int, _ weights: Weights
    ) -> PixelImage {
        let row = image.width * image.channels
        let pixels = [UInt8](unsafeUninitializedCapacity: row * height) { target, count in
            count = row * height
            var sums = [Int32](repeating: 0, count: row)
            image.pixels.withUnsafeBufferPointer { source in
                sums.withUnsafeMutableBufferPointer { sums in
                    for output in 0..<height {
                        for place in 0..<row { sums[place] = 1 << (precision - 1) }
                        for index in 0..<weights.counts[output] {
                            let weight = weights.values[output * weights.most + index]
                            let start = (weights.starts[output] + index) * row
                            for place in 0..<row {
                                sums[place] &+= Int32(source[start + place]) &* weight
                            }
                        }
                        for place in 0..<row { target[output * row + place] = clipped(sums[place]) }
                    }
                }
            }
        }
        return PixelImage(
            width: image.width, height: height, channels: image.channels, pixels: pixels)
    }

    @inline(__always)
    private static func clipped(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> precision) }

    // MARK: Alpha

    private static func premultiplied(_ image: PixelImage) -> PixelImage {
        var result = image
        for pixel in stride(from: 0, to: image.pixels.count - 3, by: 4) {
            let alpha = UInt32(image.pixels[pixel + 3])
            for place in pixel..<(pixel + 3) {
                let product = UInt32(image.pixels[place]) * alpha + 128
                result.pixels[place] = UInt8(truncatingIfNeeded: ((product >> 8) + product) >> 8)
            }
        }
        return result
    }

    private static func unmultiplied(_ image: PixelImage) -> PixelImage {
        var result = image
        for pixel in stride(from: 0, to: image.pixels.count - 3, by: 4) {
            let alpha = UInt32(image.pixels[pixel + 3])
            guard alpha != 0, alpha != 255 else { continue }
            for place in pixel..<(pixel + 3) {
                result.pixels[place] = UInt8(clamping: 255 * UInt32(image.pixels[place]) / alpha)
            }
        }
        return result
    }
}
