import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program of the system that turns bytes into bytes: from its standard input to its standard output.
package struct ChildProgram {
    let path: String

    /// The folders that are searched in place of `PATH`; for tests.
    @TaskLocal package static var searchPath: String?

    /// This process's own program, to do something that may end its process.
    package static var own: ChildProgram {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let name = count > 0 ? path[..<count].map { UInt8(bitPattern: $0) } : []
        return ChildProgram(
            path: count > 0 ? String(decoding: name, as: UTF8.self) : CommandLine.arguments[0])
    }

    private init(path: String) { self.path = path }

    /// - Returns: nil if no folder of `PATH` has a program of the name.
    init?(named name: String) {
        let folders = Self.searchPath ?? environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        let paths = folders.split(separator: ":").map { "\($0)/\(name)" }
        guard let path = paths.first(where: Self.isProgram) else { return nil }
        self.path = path
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && access(path, X_OK) == 0
    }

    /// What the program answers.
    /// - Parameter seconds: a program that takes longer is ended.
    /// - Throws: `KeratinError` (`file`) if it does not start, does not end, or ends with an error; its last line of errors is told.
    package func run(
        _ arguments: [String], input: [UInt8], seconds: Double = 120
    ) throws -> [UInt8] {
        // Files, since a full pipe would stop the program while the other one is read.
        let files = try (0..<3).map { _ in try ScratchFile(for: path) }
        try files[0].write(input)
        let child = try start(arguments, files)
        let status = try wait(for: child, seconds: seconds)
        guard status == 0 else {
            let lines = String(decoding: try files[2].read(), as: UTF8.self)
                .split(whereSeparator: \.isNewline)
            let signal = status & 0x7F
            let end =
                signal == 0 ? "the exit code \(status >> 8 & 0xFF)" : "the signal \(signal)"
            throw KeratinError(
                .file, "ended with \(end)" + (lines.last.map { ": \($0)" } ?? ""), at: path)
        }
        return try files[1].read()
    }

    private func start(_ arguments: [String], _ files: [ScratchFile]) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file.descriptor, Int32(number))
        }
        var pointers = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, path, &actions, nil, &pointers, environ)
        guard code == 0 else {
            throw KeratinError(
                .file, "the program does not start: \(String(cString: strerror(code)))", at: path)
        }
        return child
    }

    private func wait(for child: pid_t, seconds: Double) throws -> Int32 {
        let end = MonotonicClock.seconds() + seconds
        var pause: UInt32 = 500
        while true {
            var status: Int32 = 0
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { return status }
            guard ended == 0 || errno == EINTR else {
                throw KeratinError(
                    .file, "the program is lost: \(String(cString: strerror(errno)))", at: path)
            }
            guard MonotonicClock.seconds() < end else {
                kill(child, SIGKILL)
                while waitpid(child, &status, 0) < 0, errno == EINTR {}
                throw KeratinError(
                    .file, "the program was ended: it took more than \(Int(seconds)) s", at: path)
            }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }
}

/// A file without a name, which is gone when nobody has it open.
private final class ScratchFile {
    let descriptor: Int32
    private let place: String

    /// - Parameter place: what errors name.
    init(for place: String) throws {
        self.place = place
        let folder = environment("TMPDIR") ?? "/tmp"
        var template = Array("\(folder)/keratin.XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw Self.failure("no scratch file in \(folder)", place) }
        unlink(template)
        // Not one of the three that a program has from the start, onto which it is to be put; and no child keeps it.
        let moved = fcntl(file, F_DUPFD_CLOEXEC, 3)
        close(file)
        guard moved >= 0 else { throw Self.failure("no scratch file in \(folder)", place) }
        descriptor = moved
    }

    deinit { close(descriptor) }

    /// The bytes from the start, which is also where a reader begins.
    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes {
            try FileAccess.write($0, to: descriptor) { Self.failure("no scratch file", place) }
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    func read() throws -> [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        return try FileAccess.read(descriptor, sizeHint: 1 << 16) {
            Self.failure("its answer cannot be read", place)
        }
    }

    private static func failure(_ what: String, _ place: String) -> KeratinError {
        KeratinError(.file, "\(what): \(String(cString: strerror(errno)))", at: place)
    }
}
