import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Holds a folder for one run: a second one that wants it is told. The system lets go when the process ends, however that happens.
final class FolderLock {
    private let descriptor: Int32
    private let path: String

    /// - Throws: `KeratinError` if another run has it, or the folder cannot be written to.
    init(_ folder: String) throws {
        path = "\(folder)/.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw KeratinError(
                .file, "cannot be written to: \(String(cString: strerror(errno)))", at: folder)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw KeratinError(
                .file, "another training uses this folder: give each one of its own", at: folder)
        }
    }

    /// Takes the file away with which the folder is held.
    func remove() { unlink(path) }

    deinit { close(descriptor) }
}
