import KeratinCore
import KeratinTensor

// Colours.

extension ops.image {
    /// Images of three channels (red, green, blue) in grey: one channel, 0.2989 R + 0.587 G + 0.114 B. Images of one channel stay as they are.
    public static func rgbToGrayscale(
        _ images: Tensor, dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        one("RGBToGrayscale", [], [images], dataFormat: dataFormat) { images, _ in
            try Colors.gray(images)
        }
    }

    /// Hue, saturation and value, each in 0...1, of images of red, green and blue in 0...1 (float32).
    public static func rgbToHsv(
        _ images: Tensor, dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        one("RGBToHSV", [], [images], dataFormat: dataFormat) { images, _ in
            let hsv = try Colors.hsv(images)
            return Tensor.concatenate([hsv.hue, hsv.saturation, hsv.value], axis: 3)
        }
    }

    /// Red, green and blue of images of hue, saturation and value, all in 0...1 (float32).
    public static func hsvToRgb(
        _ images: Tensor, dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        one("HSVToRGB", [], [images], dataFormat: dataFormat) { images, _ in
            try Colors.check(images)
            return Colors.rgb(
                hue: images.channel(0), saturation: images.channel(1), value: images.channel(2))
        }
    }
}

/// Colours of images [batch, rows, columns, channels].
enum Colors {
    static func gray(_ images: Tensor) throws -> Tensor {
        if images.shape[3] == 1 { return images }
        guard images.shape[3] == 3 else {
            throw KeratinError(
                .shapeMismatch,
                "expects 3 channels (red, green, blue) or 1 (grey), got \(images.shape)")
        }
        let x = images.cast(to: .float32)
        let gray = x.channel(0) * 0.2989 + x.channel(1) * 0.587 + x.channel(2) * 0.114
        return gray.cast(to: images.dtype)
    }

    /// - Throws: `KeratinError` for images that are not floats of three channels.
    static func check(_ images: Tensor) throws {
        guard images.shape[3] == 3, images.dtype == .float32 else {
            throw KeratinError(
                .shapeMismatch,
                "expects 3 channels of float32, got \(images.dtype.rawValue) \(images.shape)")
        }
    }

    static func hsv(
        _ images: Tensor
    ) throws -> (hue: Tensor, saturation: Tensor, value: Tensor) {
        try check(images)
        let (r, g, b) = (images.channel(0), images.channel(1), images.channel(2))
        let value = r.binary(.maximum, g).binary(.maximum, b)
        let range = value - r.binary(.minimum, g).binary(.minimum, b)
        // Where there is nothing to divide by, gradients would divide by it all the same.
        let (isLit, isColored) = (value.binary(.greater, 0), range.binary(.greater, 0))
        let saturation = isLit.select(range / isLit.select(value, Tensor(1)), Tensor(0))
        let norm = Tensor.binary(.divide, 1.0 / 6, isColored.select(range, Tensor(1)))
        let hue = r.binary(.equal, value).select(
            norm * (g - b),
            g.binary(.equal, value).select(
                norm * (b - r) + 1.0 / 3, norm * (r - g) + 2.0 / 3))
        let known = isColored.select(hue, Tensor(0))
        return (known.binary(.less, 0).select(known + 1, known), saturation, value)
    }

    static func rgb(hue: Tensor, saturation: Tensor, value: Tensor) -> Tensor {
        let h = hue * 6
        let red = ((h - 3).unary(.abs) - 1).clipped(0, 1)
        let green = ((h - 2).unary(.abs) * -1 + 2).clipped(0, 1)
        let blue = ((h - 4).unary(.abs) * -1 + 2).clipped(0, 1)
        let rest = saturation * -1 + 1
        return Tensor.concatenate(
            [red, green, blue].map { (rest + saturation * $0) * value }, axis: 3)
    }
}
