import KeratinCore

/// A zip archive in memory, or on disk, which is read part by part.
enum ZipArchive {
    case bytes([UInt8])
    case file(String)

    /// Whether it begins as zip archives do.
    /// - Throws: `KeratinError` if the file cannot be read.
    func isZip() throws -> Bool {
        switch self {
        case .bytes(let bytes): Zip.recognizes(bytes)
        case .file(let path): Zip.recognizes(try FileAccess.prefix(path, 4))
        }
    }

    /// See `Zip.read`.
    func members(wanted: (String) -> Bool) throws -> [Zip.Member] {
        switch self {
        case .bytes(let bytes): try Zip.read(bytes, wanted: wanted)
        case .file(let path): try Zip.read(path: path, wanted: wanted)
        }
    }
}
