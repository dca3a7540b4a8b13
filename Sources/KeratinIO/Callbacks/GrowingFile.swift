import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that grows at its end. What is appended is in it at once.
package final class GrowingFile {
    private let descriptor: Int32
    private let path: String
    /// What is cut off before the first write; nil: nothing.
    private var kept: Int?

    /// - Parameter keeping: how many bytes of a file that stands there are kept; the others are cut off before the first write.
    /// - Throws: `KeratinError` that names the file and the system's reason.
    package init(_ path: String, keeping kept: Int = .max) throws {
        let expanded = try UserFolders.expanded(path)
        self.path = path
        try FileAccess.makeFolder(of: expanded)
        descriptor = open(expanded, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw KeratinError(
                .file, "cannot be opened: \(String(cString: strerror(errno)))", at: path)
        }
        self.kept = kept == .max ? nil : kept
    }

    deinit { close(descriptor) }

    /// The bytes that it has, those left out that will be cut off.
    package func length() throws -> Int {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw failure() }
        return min(Int(size), kept ?? .max)
    }

    /// - Throws: `KeratinError`; of what could not be written whole nothing stays.
    package func append(_ bytes: [UInt8]) throws {
        let length = try length()
        if kept != nil {
            guard ftruncate(descriptor, off_t(length)) == 0 else { throw failure() }
            kept = nil
        }
        do {
            try bytes.withUnsafeBytes {
                try FileAccess.write($0, to: descriptor) { failure() }
            }
        } catch {
            _ = ftruncate(descriptor, off_t(length))
            throw error
        }
    }

    private func failure() -> KeratinError {
        KeratinError(.file, "cannot be written: \(String(cString: strerror(errno)))", at: path)
    }
}
