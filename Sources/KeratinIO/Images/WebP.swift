import KeratinCore

/// WebP files, through libwebp; of moving pictures none is read.
enum WebP {
    private struct Functions: @unchecked Sendable {
        // The function pointers are immutable and the library stays open for the life of the process.
        typealias Decode =
            @convention(c) (
                UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, Int32
            ) -> UnsafeMutablePointer<UInt8>?
        typealias Encode =
            @convention(c) (
                UnsafePointer<UInt8>?, Int32, Int32, Int32, Float,
                UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?
            ) -> Int

        let size:
            @convention(c) (
                UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Int32>?,
                UnsafeMutablePointer<Int32>?
            ) -> Int32
        let decode: Decode
        let encodeRGB: Encode
        let encodeRGBA: Encode
        let free: @convention(c) (UnsafeMutableRawPointer?) -> Void

        static let shared = Result { try load() }

        private static func load() throws -> Functions {
            let library = try SharedLibrary(
                ["libwebp.so.7", "libwebp.so.6", "libwebp.so", "libwebp.dylib"], title: "WebP",
                package: "libwebp7")
            return try Functions(
                size: library.find("WebPGetInfo"), decode: library.find("WebPDecodeRGBAInto"),
                encodeRGB: library.find("WebPEncodeRGB"),
                encodeRGBA: library.find("WebPEncodeRGBA"), free: library.find("WebPFree"))
        }
    }

    /// The picture of a file, with an alpha channel.
    /// - Throws: `KeratinError` for damaged and cut off data.
    static func decode(_ bytes: [UInt8]) throws -> PixelImage {
        let library = try Functions.shared.get()
        return try bytes.withUnsafeBufferPointer { source in
            var (width, height): (Int32, Int32) = (0, 0)
            guard library.size(source.baseAddress, source.count, &width, &height) != 0 else {
                throw KeratinError(.invalidData, "the WebP data are damaged: there is no head")
            }
            let (columns, rows) = (Int(width), Int(height))
            try PixelImage.check(
                columns, rows, bytesPerPixel: 8, most: PixelImage.mostPixels)
            var isWhole = false
            let pixels = [UInt8](unsafeUninitializedCapacity: columns * rows * 4) { target, count in
                isWhole =
                    library.decode(
                        source.baseAddress, source.count, target.baseAddress, columns * rows * 4,
                        Int32(columns * 4)) != nil
                if isWhole { count = columns * rows * 4 }
            }
            guard isWhole else {
                throw KeratinError(
                    .invalidData, "the WebP data are damaged, cut off, or a moving picture")
            }
            return PixelImage(width: columns, height: rows, channels: 4, pixels: pixels)
        }
    }

    /// A file of an RGB or RGBA picture.
    static func encode(_ image: PixelImage, quality: Int) throws -> [UInt8] {
        let library = try Functions.shared.get()
        guard image.width <= 16_383, image.height <= 16_383 else {
            throw KeratinError(
                .invalidArgument,
                "a WebP file has 16,383 rows and columns at most, got \(image.height)×\(image.width)"
            )
        }
        let encode = image.channels == 4 ? library.encodeRGBA : library.encodeRGB
        var file: UnsafeMutablePointer<UInt8>?
        let count = image.pixels.withUnsafeBufferPointer {
            encode(
                $0.baseAddress, Int32(image.width), Int32(image.height),
                Int32(image.width * image.channels), Float(quality), &file)
        }
        defer { library.free(file) }
        guard count > 0, let file else {
            throw KeratinError(.invalidState, "libwebp cannot write it")
        }
        return Array(UnsafeBufferPointer(start: file, count: count))
    }
}
