import KeratinCore

/// The entry points of libjpeg-turbo's TurboJPEG interface, found at run time.
struct JPEGFunctions: @unchecked Sendable {
    // The function pointers are immutable and the library stays open for the life of the process.
    typealias Handle = UnsafeMutableRawPointer

    let makeDecoder: @convention(c) () -> Handle?
    let makeEncoder: @convention(c) () -> Handle?
    let destroy: @convention(c) (Handle?) -> Int32
    /// bytes, their count, then where width, height, subsampling and colour space go.
    let readHeader:
        @convention(c) (
            Handle?, UnsafePointer<UInt8>?, UInt, UnsafeMutablePointer<Int32>?,
            UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?
        ) -> Int32
    /// bytes, their count, pixels, width, bytes of a row, height, format, flags.
    let decode:
        @convention(c) (
            Handle?, UnsafePointer<UInt8>?, UInt, UnsafeMutablePointer<UInt8>?, Int32, Int32, Int32,
            Int32, Int32
        ) -> Int32
    /// pixels, width, bytes of a row, height, format, bytes, their count, subsampling, quality, flags.
    let encode:
        @convention(c) (
            Handle?, UnsafePointer<UInt8>?, Int32, Int32, Int32, Int32,
            UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<UInt>?, Int32,
            Int32, Int32
        ) -> Int32
    let free: @convention(c) (UnsafeMutablePointer<UInt8>?) -> Void
    let message: @convention(c) (Handle?) -> UnsafeMutablePointer<CChar>?
    /// 0: a warning; 1: an error.
    let errorCode: @convention(c) (Handle?) -> Int32

    // The interface's numbers for orders of channels (TJPF), colour spaces (TJCS), subsampling (TJSAMP) and flags.
    static let rgb: Int32 = 0
    static let gray: Int32 = 6
    static let cmyk: Int32 = 11
    static let spaceGray: Int32 = 2
    static let spaceCMYK: Int32 = 3
    static let spaceYCCK: Int32 = 4
    static let halfColors: Int32 = 2
    static let noColors: Int32 = 3
    static let exactTransform: Int32 = 4096
    static let limitedScans: Int32 = 32_768

    /// Opened once; the error of a missing library comes each time.
    static let shared = Result { try load() }

    private static func load() throws -> JPEGFunctions {
        let library = try SharedLibrary(
            ["libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib"], title: "TurboJPEG",
            package: "libturbojpeg0")
        return try JPEGFunctions(
            makeDecoder: library.find("tjInitDecompress"),
            makeEncoder: library.find("tjInitCompress"), destroy: library.find("tjDestroy"),
            readHeader: library.find("tjDecompressHeader3"), decode: library.find("tjDecompress2"),
            encode: library.find("tjCompress2"), free: library.find("tjFree"),
            message: library.find("tjGetErrorStr2"), errorCode: library.find("tjGetErrorCode"))
    }
}
