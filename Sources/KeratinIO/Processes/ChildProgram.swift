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

    /// - Returns: nil if no folder of `PATH` has a program of the name.
    init?(named name: String) {
        let folders = Self.searchPath ?? environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        let paths = folders.split(separator: ":").map { "\($0)/\(name)" }
        guard let path = paths.first(where: Self.isProgram) else { return nil }
        self.path = path
    }

    /// - Returns: nil if there is no program beside the one that runs, nor in a folder of `PATH`.
    package init?(besideThisOne name: String) {
        guard let path = Self.neighbour(name) else {
            self.init(named: name)
            return
        }
        self.init(at: path)
    }

    private init(at path: String) { self.path = path }

    private static func neighbour(_ name: String) -> String? {
        #if os(Linux)
            guard let own = realpath("/proc/self/exe", nil) else { return nil }
            defer { free(own) }
            let parts = String(cString: own).split(
                separator: "/", omittingEmptySubsequences: false)
            let path = (parts.dropLast().map(String.init) + [name]).joined(separator: "/")
            return isProgram(path) ? path : nil
        #else
            return nil
        #endif
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && access(path, X_OK) == 0
    }

    /// What the program answers.
    /// - Parameter seconds: a program that takes longer is ended.
    /// - Throws: `KeratinError` (`file`) if it does not start, does not end, or ends with an error; its last line of errors is told.
    package func run(_ arguments: [String], input: [UInt8], seconds: Double = 120) throws -> [UInt8]
    {
        // Files, since a full pipe would stop the program while the other one is read.
        let files = try (0..<3).map { _ in try ScratchFile(for: path) }
        try files[0].write(input)
        let status = try status(arguments, files, seconds: seconds)
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

    private func status(
        _ arguments: [String], _ files: [ScratchFile], seconds: Double
    ) throws -> Int32 {
        do throws(ChildProcess.Failure) {
            return try ChildProcess.start(path, arguments, descriptors: files.map(\.descriptor))
                .wait(seconds: seconds)
        } catch {
            let reason =
                switch error {
                case .notStarted(let reason): "the program does not start: \(reason)"
                case .lost(let reason): "the program is lost: \(reason)"
                case .tooLong: "the program was ended: it took more than \(Int(seconds)) s"
                }
            throw KeratinError(.file, reason, at: path)
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
