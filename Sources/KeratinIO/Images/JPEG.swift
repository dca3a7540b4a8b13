import KeratinCore

/// JPEG files, through TurboJPEG.
enum JPEG {
    /// The picture of a file: grey, or RGB. CMYK becomes RGB as in Pillow, which takes such files for inverted, as Adobe writes them.
    /// - Throws: `KeratinError` for damaged and cut off data, and for sizes that cannot be.
    static func decode(_ bytes: [UInt8]) throws -> PixelImage {
        let library = try JPEGFunctions.shared.get()
        return try bytes.withUnsafeBufferPointer { try decode($0, library) }
    }

    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ library: JPEGFunctions
    ) throws -> PixelImage {
        guard let decoder = library.makeDecoder() else {
            throw KeratinError(.unavailable, "TurboJPEG cannot be started")
        }
        defer { _ = library.destroy(decoder) }
        var (width, height, sampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let status = library.readHeader(
            decoder, bytes.baseAddress, UInt(bytes.count), &width, &height, &sampling, &space)
        // Where the subsampling has no name the sizes are there all the same.
        guard status == 0 || (width > 0 && height > 0 && space >= 0) else {
            throw damaged(library, decoder)
        }
        let (format, channels): (Int32, Int) =
            switch space {
            case JPEGFunctions.spaceGray: (JPEGFunctions.gray, 1)
            case JPEGFunctions.spaceCMYK, JPEGFunctions.spaceYCCK: (JPEGFunctions.cmyk, 4)
            default: (JPEGFunctions.rgb, 3)
            }
        let (columns, rows) = (Int(width), Int(height))
        // Each block of 64 pixels takes a bit or more; small pictures need no proof.
        let most = Swift.max(1 << 24, bytes.count.multipliedReportingOverflow(by: 512).partialValue)
        try PixelImage.check(columns, rows, bytesPerPixel: channels, most: most)
        var failure: KeratinError?
        let pixels = [UInt8](unsafeUninitializedCapacity: columns * rows * channels) {
            target, count in
            let status = library.decode(
                decoder, bytes.baseAddress, UInt(bytes.count), target.baseAddress, width,
                Int32(columns * channels), height, format, JPEGFunctions.limitedScans)
            if status != 0, !isHarmless(library, decoder) {
                failure = damaged(library, decoder)
                return
            }
            count = columns * rows * channels
        }
        if let failure { throw failure }
        let image = PixelImage(width: columns, height: rows, channels: channels, pixels: pixels)
        return format == JPEGFunctions.cmyk ? colors(ofInks: image) : image
    }

    /// A warning that leaves the picture whole, such as of bytes between its parts. The library's code alone does not tell: an error behind
    /// a warning has that of a warning, and leaves pixels unset; its text is the last one that there was.
    private static func isHarmless(
        _ library: JPEGFunctions, _ decoder: JPEGFunctions.Handle
    ) -> Bool {
        let warnings = [
            "extraneous bytes before marker", "Unknown Adobe color transform code",
            "Invalid SOS parameters for sequential JPEG",
        ]
        let text = text(library, decoder)
        return library.errorCode(decoder) == 0 && warnings.contains { text.contains($0) }
    }

    private static func text(
        _ library: JPEGFunctions, _ handle: JPEGFunctions.Handle
    ) -> String {
        library.message(handle).map { String(cString: $0) } ?? "no reason is given"
    }

    private static func damaged(
        _ library: JPEGFunctions, _ decoder: JPEGFunctions.Handle
    ) -> KeratinError {
        KeratinError(.invalidData, "the JPEG data are damaged: \(text(library, decoder))")
    }

    /// Inks as Adobe stores them, 255 where there is none, as light.
    private static func colors(ofInks image: PixelImage) -> PixelImage {
        var pixels = [UInt8](repeating: 0, count: image.width * image.height * 3)
        for pixel in 0..<(image.width * image.height) {
            let white = Int32(image.pixels[pixel * 4 + 3])
            for channel in 0..<3 {
                let ink = 255 - Int32(image.pixels[pixel * 4 + channel])
                let product = ink * white + 128
                let light = white - ((product >> 8) + product) >> 8
                pixels[pixel * 3 + channel] = UInt8(clamping: light)
            }
        }
        return PixelImage(width: image.width, height: image.height, channels: 3, pixels: pixels)
    }

    /// A file of a grey or RGB picture.
    /// - Parameter quality: 1…100; the colours have half the resolution, as Pillow writes them.
    static func encode(_ image: PixelImage, quality: Int) throws -> [UInt8] {
        let library = try JPEGFunctions.shared.get()
        guard image.width <= 65_500, image.height <= 65_500 else {
            throw KeratinError(
                .invalidArgument,
                "a JPEG file has 65,500 rows and columns at most, got \(image.height)×\(image.width)"
            )
        }
        guard let encoder = library.makeEncoder() else {
            throw KeratinError(.unavailable, "TurboJPEG cannot be started")
        }
        defer { _ = library.destroy(encoder) }
        let isGray = image.channels == 1
        var (file, count): (UnsafeMutablePointer<UInt8>?, UInt) = (nil, 0)
        let status = image.pixels.withUnsafeBufferPointer {
            library.encode(
                encoder, $0.baseAddress, Int32(image.width), Int32(image.width * image.channels),
                Int32(image.height), isGray ? JPEGFunctions.gray : JPEGFunctions.rgb, &file, &count,
                isGray ? JPEGFunctions.noColors : JPEGFunctions.halfColors, Int32(quality),
                JPEGFunctions.exactTransform)
        }
        defer { library.free(file) }
        guard status == 0, let file else {
            throw KeratinError(
                .invalidState, "TurboJPEG cannot write it: \(text(library, encoder))")
        }
        return Array(UnsafeBufferPointer(start: file, count: Int(count)))
    }
}
