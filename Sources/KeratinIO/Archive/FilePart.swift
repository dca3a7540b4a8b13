import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is open for reading, or a range of its bytes. It is closed when nobody holds it any more.
package final class FilePart: Sendable {
    let descriptor: Int32
    let range: Range<Int>
    private let path: String

    /// A whole file.
    /// - Throws: `KeratinError` that names the file and the system's reason.
    convenience init(_ path: String) throws {
        let descriptor = open(try UserFolders.expanded(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FilePart.failure(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = FilePart.failure(path)
            close(descriptor)
            throw error
        }
        self.init(path, descriptor, 0..<max(Int(status.st_size), 0))
    }

    private init(_ path: String, _ descriptor: Int32, _ range: Range<Int>) {
        self.path = path
        self.descriptor = descriptor
        self.range = range
    }

    deinit { close(descriptor) }

    /// A range of the bytes of this part, open on its own; nil if it leads out of the part.
    /// - Throws: `KeratinError` if no more files can be open.
    func part(_ inner: Range<Int>) throws -> FilePart? {
        guard inner.lowerBound >= 0, inner.upperBound <= range.count else { return nil }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw FilePart.failure(path) }
        let start = range.lowerBound + inner.lowerBound
        return FilePart(path, copy, start..<(start + inner.count))
    }

    /// The bytes of a range; nil if it leads out of the part, or the file has become shorter.
    /// - Throws: `KeratinError` with the system's reason.
    func bytes(_ inner: Range<Int>) throws -> [UInt8]? {
        guard inner.lowerBound >= 0, inner.upperBound <= range.count else { return nil }
        var bytes = [UInt8](repeating: 0, count: inner.count)
        let count = try bytes.withUnsafeMutableBytes { try read(into: $0, at: inner.lowerBound) }
        return count == inner.count ? bytes : nil
    }

    /// Fills a buffer with what begins at a place of the part.
    /// - Returns: how many bytes there were.
    /// - Throws: `KeratinError` with the system's reason.
    func read(into buffer: UnsafeMutableRawBufferPointer, at place: Int) throws -> Int {
        guard place >= 0, place <= range.count else { return 0 }
        let wanted = min(buffer.count, range.count - place)
        let count = FilePart.read(
            descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]),
            range.lowerBound + place)
        guard count >= 0 else { throw FilePart.failure(path) }
        return count
    }

    /// - Returns: how many bytes were read before the end; negative if the system refused.
    static func read(
        _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ place: Int
    ) -> Int {
        var position = 0
        while position < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress! + position, buffer.count - position,
                off_t(place + position))
            if count < 0, errno == EINTR { continue }
            if count < 0 { return -1 }
            if count == 0 { break }
            position += count
        }
        return position
    }

    private static func failure(_ path: String) -> KeratinError {
        KeratinError(.file, "cannot be read: \(String(cString: strerror(errno)))", at: path)
    }
}
