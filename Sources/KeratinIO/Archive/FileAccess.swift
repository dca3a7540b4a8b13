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
    /// Whether there is something of a name.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// How many bytes a file has.
    /// - Throws: `KeratinError` that names the file and the system's reason.
    static func byteCount(_ path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("cannot be read", path) }
        return Int(status.st_size)
    }

    /// The bytes of a file.
    /// - Throws: `KeratinError` that names the file and the system's reason.
    package static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(try UserFolders.expanded(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read", path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw KeratinError(.file, "is a folder, not a file", at: path)
        }
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        guard status.st_size <= memory else {
            throw KeratinError(
                .file,
                "has \(status.st_size) bytes, more than this machine's memory of \(memory) bytes",
                at: path)
        }
        // One byte more than the file has, so that its end is seen without growing. What is no ordinary file, such as a
        // pipe, does not tell its size.
        return try read(descriptor, sizeHint: Int(status.st_size) + 1) {
            failure("cannot be read", path)
        }
    }

    /// Whether a path is that of an ordinary file, which may be read more than once.
    static func isOrdinary(_ path: String) -> Bool { kind(path) == S_IFREG }

    /// Whether what a path names can be read but once, from its beginning to its end: a pipe or a terminal.
    static func isStream(_ path: String) -> Bool {
        kind(path).map { $0 != S_IFREG && $0 != S_IFDIR } ?? false
    }

    /// What `stat` calls the kind of a file; nil if there is none.
    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        guard let path = try? UserFolders.expanded(path), stat(path, &status) == 0 else {
            return nil
        }
        return status.st_mode & S_IFMT
    }

    /// The first bytes of a file, or all if it has fewer.
    /// - Throws: `KeratinError` that names the file and the system's reason.
    static func prefix(_ path: String, _ count: Int) throws -> [UInt8] {
        let descriptor = open(try UserFolders.expanded(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = bytes.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress!, count) }
        guard read >= 0 else { throw failure("cannot be read", path) }
        return Array(bytes.prefix(read))
    }

    /// Everything up to the end of a descriptor.
    static func read(
        _ descriptor: Int32, sizeHint: Int, failure: () -> KeratinError
    ) throws -> [UInt8] {
        var capacity = sizeHint
        var bytes = [UInt8]()
        while true {
            var problem: KeratinError?
            let part = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                while count < capacity {
                    let read = systemRead(descriptor, buffer.baseAddress! + count, capacity - count)
                    if read < 0, errno == EINTR { continue }
                    if read < 0 { problem = failure() }
                    if read <= 0 { return }
                    count += read
                }
            }
            if let problem { throw problem }
            let isEnd = part.count < capacity
            if bytes.isEmpty { bytes = part } else { bytes += part }
            if isEnd { return bytes }
            capacity = 1 << 16
        }
    }

    /// Writes a file whole or not at all: into a file beside it, which then takes its place. What stood there stays as
    /// it was if anything fails. A symbolic link stays one: the file that it stands for is replaced. Devices and pipes cannot
    /// be replaced, only written to.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let path = try UserFolders.expanded(path)
        var status = stat()
        let exists = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if exists, kind != S_IFREG, kind != S_IFDIR { return try append(bytes, to: path) }
        guard exists, let resolved = realpath(path, nil) else {
            return try replace(path, by: bytes, rights: nil)
        }
        defer { free(resolved) }
        try replace(String(cString: resolved), by: bytes, rights: status.st_mode & 0o777)
    }

    private static func append(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be written", path) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor) { failure("cannot be written", path) }
    }

    /// - Parameter rights: those of the file that stood there.
    private static func replace(_ path: String, by bytes: [UInt8], rights: mode_t?) throws {
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure("cannot be written", path) }
        let temporary = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var isOpen = true
        do {
            // A new file gets the rights that the system gives new files, an old one keeps its own.
            let mask = umask(0)
            umask(mask)
            fchmod(descriptor, rights ?? 0o666 & ~mask)
            try write(bytes, to: descriptor) { failure("cannot be written", path) }
            guard fsync(descriptor) == 0 else { throw failure("cannot be written", path) }
            isOpen = false
            guard close(descriptor) == 0, rename(temporary, path) == 0 else {
                throw failure("cannot be written", path)
            }
        } catch {
            if isOpen { close(descriptor) }
            unlink(temporary)
            throw error
        }
    }

    /// Makes a folder, and those that it lies in, unless it is there.
    /// - Throws: `KeratinError` that names it and the system's reason.
    package static func makeFolder(_ path: String) throws {
        let path = try UserFolders.expanded(path)
        if path.isEmpty { return }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw KeratinError(.file, "is a file, not a folder", at: path)
            }
            return
        }
        try makeFolder(of: path)
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw failure("cannot be made", path)
        }
    }

    /// Makes the folder that a file is to lie in, unless it is there.
    package static func makeFolder(of path: String) throws {
        let path = try UserFolders.expanded(path)
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        try makeFolder(String(path[..<slash]))
    }

    /// Takes a file away, if it is there.
    static func remove(_ path: String) throws {
        let path = try UserFolders.expanded(path)
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed", path) }
    }

    /// Takes a folder away if nothing is in it.
    static func removeEmptyFolder(_ path: String) {
        if let path = try? UserFolders.expanded(path) { rmdir(path) }
    }

    /// Finds out before long work whether its result could be written.
    /// - Throws: `KeratinError` if the path is a folder, or lies in none that may be written to.
    package static func requireWritable(_ path: String) throws {
        let path = try UserFolders.expanded(path)
        var status = stat()
        let exists = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        guard !exists || kind != S_IFDIR else {
            throw KeratinError(.file, "is a folder, not a file", at: path)
        }
        if exists, kind != S_IFREG { return try requireAccess(path, path) }
        let resolved = exists ? realpath(path, nil) : nil
        defer { free(resolved) }
        let target = resolved.map { String(cString: $0) } ?? path
        let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
        try requireAccess(folder, path)
    }

    /// Whether two paths lead to one file, whatever links and dots they have. A file that is not there yet is told by its folder.
    package static func isSame(_ a: String, _ b: String) throws -> Bool {
        func place(_ path: String) throws -> String {
            let path = try UserFolders.expanded(path)
            func real(_ path: String) -> String? {
                guard let resolved = realpath(path, nil) else { return nil }
                defer { free(resolved) }
                return String(cString: resolved)
            }
            if let file = real(path) { return file }
            let slash = path.lastIndex(of: "/")
            let folder = slash.map { String(path[...$0]) } ?? "."
            let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
            return "\(real(folder) ?? folder)/\(name)"
        }
        if try place(a) == place(b) { return true }
        // Hard links are one file under several names.
        var first = stat()
        var second = stat()
        guard stat(try UserFolders.expanded(a), &first) == 0,
            stat(try UserFolders.expanded(b), &second) == 0
        else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    private static func requireAccess(_ place: String, _ path: String) throws {
        guard access(place, W_OK) == 0 else { throw failure("cannot be written", path) }
    }

    private static func write(
        _ bytes: [UInt8], to descriptor: Int32, failure: () -> KeratinError
    ) throws {
        try bytes.withUnsafeBytes { try write($0, to: descriptor, failure: failure) }
    }

    /// All of standard input.
    /// - Throws: `KeratinError` with the system's reason.
    package static func readStandardInput() throws -> [UInt8] {
        try read(0, sizeHint: 1 << 16) { failure("cannot be read", "standard input") }
    }

    /// Writes everything to a descriptor.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, failure: () -> KeratinError
    ) throws {
        var position = 0
        while position < bytes.count {
            let count = systemWrite(
                descriptor, bytes.baseAddress! + position, bytes.count - position)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            position += count
        }
    }

    private static func failure(_ what: String, _ path: String) -> KeratinError {
        KeratinError(.file, "\(what): \(String(cString: strerror(errno)))", at: path)
    }
}

// The system's calls, whose names members of types hide.
func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}

func systemFree(_ pointer: UnsafeMutableRawPointer?) { free(pointer) }
