import KeratinCore

/// The kinds of files of pictures, told by their first bytes.
enum ImageFormat: String, CaseIterable {
    case jpeg, png, webp, gif, bmp, tiff

    /// nil: none that is known.
    init?(of bytes: [UInt8]) {
        func starts(_ beginning: String, at place: Int = 0) -> Bool {
            bytes.dropFirst(place).starts(with: beginning.unicodeScalars.map { UInt8($0.value) })
        }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if starts("\u{89}PNG\r\n\u{1A}\n") {
            self = .png
        } else if starts("RIFF"), starts("WEBP", at: 8) {
            self = .webp
        } else if starts("GIF87a") || starts("GIF89a") {
            self = .gif
        } else if starts("BM") {
            self = .bmp
        } else if starts("II*\0") || starts("MM\0*") {
            self = .tiff
        } else {
            return nil
        }
    }

    /// The ends of names that folders of pictures are searched for: Keras's, and WebP's.
    static let suffixes = [".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"]
}
