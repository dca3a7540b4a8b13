import KeratinCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads weights in a process of its own, so that a file on which libhdf5 crashes or hangs ends that process and not
/// the program.
package final class HDF5Process: Sendable {
    private let arguments: [String]
    private let seconds: Double
    /// A file that is being read before anybody asked for it.
    private let early = Mutex<(path: String, part: WeightsFile.Part, reading: Reading)?>(nil)

    /// The first argument with which the program starts itself to read; the second is the file.
    package static let argument = "read-weights-for-parent"

    /// - Parameters:
    ///   - program: the program that runs `answer` when its first argument is `argument`.
    ///   - seconds: how long reading may take, and one more for every 100 MB of the file.
    package init(program: String, seconds: Double = 20) {
        arguments = [program, HDF5Process.argument]
        self.seconds = seconds
    }

    // MARK: The reading process

    /// Reads a file and writes its tree, or what is wrong with it, to standard output.
    /// - Parameter arguments: the file, and which part of it.
    package static func answer(_ arguments: ArraySlice<String>) {
        var bytes: [UInt8]
        do {
            guard let path = arguments.first,
                let part = arguments.dropFirst().first.flatMap(WeightsFile.Part.init(rawValue:))
            else { throw KeratinError(.invalidArgument, "expected a file and a part") }
            bytes = [0] + HDF5Encoding.encode(try WeightsFile.readHere(path, part))
        } catch {
            bytes = [1] + Array("\(error)".utf8)
        }
        // Nobody is left to tell if the parent has gone.
        try? FileAccess.write(bytes, to: 1) { KeratinError(.file, "the parent has gone") }
    }

    // MARK: The process that asks

    /// Begins to read a file that will be asked for; what is wrong with it is said then.
    package func expect(_ path: String, _ part: WeightsFile.Part) {
        guard let reading = try? start(path, part) else { return }
        early.withLock { $0 = (path, part, reading) }
    }

    /// Begins to read a file, if that has not begun.
    func start(_ path: String, _ part: WeightsFile.Part) throws -> Reading {
        let begun = early.withLock { early -> Reading? in
            guard let known = early, known.path == path, known.part == part else { return nil }
            early = nil
            return known.reading
        }
        if let begun { return begun }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Self.failure("no pipe", path) }
        defer { close(ends[1]) }
        #if os(Linux)
            // A larger pipe (F_SETPIPE_SZ) saves waiting for each other; without it reading only takes longer.
            _ = fcntl(ends[1], 1031, 1 << 20)
        #endif
        do {
            let child = try start(path, part, output: ends[1], closing: ends[0])
            return Reading(child, ends[0], path, seconds)
        } catch {
            close(ends[0])
            throw error
        }
    }

    /// A process at work on a file. It ends when nobody waits for it any more.
    ///
    /// Used by one task at a time (`@unchecked Sendable` only lets it wait for whoever asks).
    final class Reading: @unchecked Sendable {
        private let child: pid_t
        private let descriptor: Int32
        private let path: String
        private let seconds: Double
        private var isReaped = false

        fileprivate init(_ child: pid_t, _ descriptor: Int32, _ path: String, _ seconds: Double) {
            self.child = child
            self.descriptor = descriptor
            self.path = path
            self.seconds = seconds
        }

        deinit {
            close(descriptor)
            if isReaped { return }
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }

        /// The tree of the file.
        /// - Throws: `KeratinError` for what the reader found wrong, and if it crashed or took too long.
        func finish() throws -> HDF5Group {
            let bytes = try HDF5Process.collect(from: descriptor, path, seconds)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            isReaped = true
            guard status == 0, let kind = bytes.first else {
                let end = HDF5Process.describe(status)
                throw KeratinError(
                    .file,
                    "is damaged: the HDF5 library crashed on it (the reading process ended with \(end))",
                    at: path)
            }
            if kind == 0 { return try HDF5Encoding.decode(bytes, from: 1) }
            var message = String(decoding: bytes.dropFirst(), as: UTF8.self)
            if message.hasPrefix("\(path): ") { message.removeFirst(path.count + 2) }
            throw KeratinError(.file, message, at: path)
        }
    }

    private func start(
        _ path: String, _ part: WeightsFile.Part, output: Int32, closing: Int32
    ) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addclose(&actions, closing)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pointers = (arguments + [path, part.rawValue]).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        // A crash is expected; it needs no report.
        let variables = ["SWIFT_BACKTRACE=enable=no"] + Self.environment
        var environment = variables.map { strdup($0) } + [nil]
        defer { for pointer in environment { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, arguments[0], &actions, nil, &pointers, &environment)
        guard code == 0 else {
            errno = code
            throw Self.failure("the reading process does not start", path)
        }
        return child
    }

    /// Everything that the child writes, until it closes the pipe or its time is up.
    fileprivate static func collect(
        from descriptor: Int32, _ path: String, _ seconds: Double
    ) throws -> [UInt8] {
        var status = stat()
        let size = stat(path, &status) == 0 ? Double(status.st_size) : 0
        let limit = seconds + size / 1e8
        let start = Self.now()
        var bytes = [UInt8]()
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let left = limit - (Self.now() - start)
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, Int32(max(left, 0) * 1000))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else {
                throw KeratinError(
                    .file,
                    "is damaged: the HDF5 library was still busy with it after \(Int(limit)) s",
                    at: path)
            }
            let count = systemRead(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Self.failure("the reading process cannot be heard", path)
            }
            if count == 0 { return bytes }
            bytes += part.prefix(count)
        }
    }

    private static var environment: [String] {
        var result: [String] = []
        var index = 0
        while let entry = environ[index] {
            result.append(String(cString: entry))
            index += 1
        }
        return result
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    fileprivate static func describe(_ status: Int32) -> String {
        let signal = status & 0x7F
        return signal == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(signal)"
    }

    private static func failure(_ what: String, _ path: String) -> KeratinError {
        KeratinError(.file, "\(what): \(String(cString: strerror(errno)))", at: path)
    }
}
