import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whole files, read and written.
package enum FileAccess {
    /// The bytes of a file.
    /// - Throws: `KeratinError` that names the file and the system's reason.
    package static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read", path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw KeratinError(.file, "is a folder, not a file", at: path)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var position = 0
        while true {
            // A file that is no ordinary one, such as a pipe, does not tell its size.
            if position == bytes.count { bytes += [UInt8](repeating: 0, count: 1 << 16) }
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + position, $0.count - position)
            }
            guard count >= 0 else { throw failure("cannot be read", path) }
            if count == 0 { return Array(bytes.prefix(position)) }
            position += count
        }
    }

    /// Writes a file whole or not at all: into a file beside it, which then takes its place. What stood there stays as
    /// it was if anything fails.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let temporary = "\(path).\(getpid()).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure("cannot be written", path) }
        do {
            var position = 0
            while position < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress! + position, $0.count - position)
                }
                guard count > 0 else { throw failure("cannot be written", path) }
                position += count
            }
            guard fsync(descriptor) == 0 || errno == EINVAL else {
                throw failure("cannot be written", path)
            }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let error = failure("cannot be written", path)
            unlink(temporary)
            throw error
        }
    }

    private static func failure(_ what: String, _ path: String) -> KeratinError {
        KeratinError(.file, "\(what): \(String(cString: strerror(errno)))", at: path)
    }
}
