import CKeratinPNG
import KeratinCore

/// PNG files, through libpng.
enum PNG {
    private struct Library: @unchecked Sendable {
        // Never changed once it is there.
        let pointer: UnsafeRawPointer
    }

    /// Opened once; the error of a missing library comes each time.
    private static let library = Result {
        var missing: UnsafePointer<CChar>?
        guard let pointer = keratin_png_library(&missing) else {
            let name = missing.map { String(cString: $0) } ?? "libpng"
            throw KeratinError(
                .unavailable,
                "the PNG library is not installed: there is no \(name) (Debian: apt-get install libpng16-16)"
            )
        }
        return Library(pointer: pointer)
    }

    /// The picture of a file; its channels are those of the file, its palette expanded. Of 16 bits the upper 8 stay, as TensorFlow reads
    /// them. Gamma and colour profiles are left alone.
    /// - Throws: `KeratinError` for damaged and cut off data, and for sizes that cannot be.
    static func decode(_ bytes: [UInt8]) throws -> PixelImage {
        let library = try library.get()
        return try bytes.withUnsafeBufferPointer { try decode($0, library) }
    }

    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ library: Library
    ) throws -> PixelImage {
        var message = [CChar](repeating: 0, count: Int(keratin_png_message_size))
        var head = keratin_png_head()
        guard
            let reader = keratin_png_begin(
                library.pointer, bytes.baseAddress, bytes.count, &head, &message)
        else { throw damaged(message) }
        defer { keratin_png_end(reader) }
        let (width, height, channels) = (Int(head.width), Int(head.height), Int(head.channels))
        // Deflated data become 1032 times as long at most.
        let bits = bytes.count.multipliedReportingOverflow(by: 8 * 1032)
        let most = bits.overflow ? Int.max : bits.partialValue / Swift.max(Int(head.file_bits), 1)
        try PixelImage.check(width, height, bytesPerPixel: channels, most: most)
        var isWhole = false
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) {
            target, count in
            isWhole = keratin_png_pixels(reader, target.baseAddress, &message) != 0
            if isWhole { count = width * height * channels }
        }
        guard isWhole else { throw damaged(message) }
        return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }

    private static func damaged(_ message: [CChar]) -> KeratinError {
        KeratinError(.invalidData, "the PNG data are damaged: \(text(message))")
    }

    private static func text(_ message: [CChar]) -> String {
        String(
            decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A file of a picture with any channels.
    static func encode(_ image: PixelImage) throws -> [UInt8] {
        let library = try library.get()
        guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height),
            width < 1 << 31, height < 1 << 31
        else {
            throw KeratinError(
                .invalidArgument, "a PNG file has fewer than 2^31 rows and columns")
        }
        var message = [CChar](repeating: 0, count: Int(keratin_png_message_size))
        var (file, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
        let done = image.pixels.withUnsafeBufferPointer {
            keratin_png_write(
                library.pointer, $0.baseAddress, width, height, UInt32(image.channels), &file,
                &count, &message)
        }
        guard done != 0, let file else {
            throw KeratinError(.invalidState, "libpng cannot write it: \(text(message))")
        }
        defer { systemFree(file) }
        return Array(UnsafeBufferPointer(start: file, count: count))
    }
}
