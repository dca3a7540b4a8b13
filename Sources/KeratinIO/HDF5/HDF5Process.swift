import KeratinCore

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
    private let early = Locked<(path: String, part: WeightsFile.Part, reading: Reading)?>(nil)

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

    /// Reads a file and writes its tree, or what is wrong with it, to standard output: array by array, in pieces before each of which its
    /// length stands. A negative length is that of an error, 0 means that the tree is complete. Ends when the parent ends, and takes
    /// no more time and memory than `ReaderLimits` allow.
    /// - Parameter arguments: the file, which part of it, the end of the `Lifeline`, and the seconds for a small file.
    package static func answer(_ arguments: ArraySlice<String>) {
        let arguments = Array(arguments)
        @Sendable func send(_ bytes: UnsafeRawBufferPointer) throws {
            try FileAccess.write(bytes, to: 1) { KeratinError(.file, "the parent has gone") }
        }
        @Sendable func send(length: Int) throws {
            try withUnsafeBytes(of: Int64(length).littleEndian) { try send($0) }
        }
        do {
            guard arguments.count == 4, let part = WeightsFile.Part(rawValue: arguments[1]),
                let lifeline = Int32(arguments[2]), let seconds = Double(arguments[3]), seconds > 0,
                seconds < 1e6
            else {
                throw KeratinError(
                    .invalidArgument, "expected a file, a part, a descriptor and seconds")
            }
            Lifeline.watch(lifeline)
            let limits = ReaderLimits(path: arguments[0], seconds: seconds)
            limits.apply()
            try ReaderLimits.$current.withValue(limits) {
                try WeightsFile.sendHere(arguments[0], part) { piece in
                    if piece.isEmpty { return }
                    try send(length: piece.count)
                    try send(piece)
                }
            }
            try send(length: 0)
        } catch {
            // Nobody is left to tell if the parent has gone.
            let message = Array("\(error)".utf8).prefix(AnswerPipe.longestMessage)
            try? send(length: -message.count)
            try? message.withUnsafeBytes { try send($0) }
        }
        // The libraries that libhdf5 brings would take their time to end.
        _exit(0)
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
        Self.reap()
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Self.failure("no pipe", path) }
        defer { close(ends[1]) }
        // Other children must not keep the pipes open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        guard let lifeline = Lifeline.make() else {
            let failure = Self.failure("no pipe", path)
            close(ends[0])
            throw failure
        }
        defer { close(lifeline.child) }
        #if os(Linux)
            // A larger pipe (F_SETPIPE_SZ) saves waiting for each other; without it reading only takes longer.
            _ = fcntl(ends[1], 1031, 1 << 20)
        #endif
        do {
            let child = try start(path, part, output: ends[1], lifeline: lifeline.child)
            return Reading(child, ends[0], lifeline.parent, path, seconds)
        } catch {
            close(ends[0])
            close(lifeline.parent)
            throw error
        }
    }

    /// A process at work on a file. It ends when nobody waits for it any more.
    ///
    /// Used by one task at a time (`@unchecked Sendable` only lets it wait for whoever asks).
    final class Reading: @unchecked Sendable {
        private let child: pid_t
        private let descriptor: Int32
        /// Closed by the system when this process ends, which ends the child.
        private let lifeline: Int32
        private let path: String
        private let seconds: Double
        private var isReaped = false

        fileprivate init(
            _ child: pid_t, _ descriptor: Int32, _ lifeline: Int32, _ path: String,
            _ seconds: Double
        ) {
            self.child = child
            self.descriptor = descriptor
            self.lifeline = lifeline
            self.path = path
            self.seconds = seconds
        }

        deinit {
            close(descriptor)
            close(lifeline)
            if isReaped { return }
            kill(child, SIGKILL)
            HDF5Process.reap(child)
        }

        /// The tree of the file.
        /// - Throws: `KeratinError` for what the reader found wrong, and if it crashed or took too long.
        func finish() throws -> HDF5Group {
            let pipe = AnswerPipe(descriptor, path, seconds)
            do {
                let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
                let tree = try HDF5Encoding.decode(limit: memory, from: pipe.read(into:))
                try pipe.end()
                return tree.withoutBackslashes
            } catch let refusal as AnswerPipe.Refusal {
                var message = refusal.message
                if message.hasPrefix("\(path): ") { message.removeFirst(path.count + 2) }
                throw KeratinError(.file, message, at: path)
            } catch is AnswerPipe.Ended {
                var status: Int32 = 0
                while waitpid(child, &status, 0) < 0, errno == EINTR {}
                isReaped = true
                throw KeratinError(
                    .file,
                    HDF5Process.describe(status, ReaderLimits(path: path, seconds: seconds)),
                    at: path)
            }
        }
    }

    /// Processes that were told to end.
    private static let ending = Locked<[pid_t]>([])

    /// Lets the system forget processes that have ended: the end of one is not waited for, since taking down what it
    /// had in memory takes as long as a prediction.
    private static func reap(_ child: pid_t? = nil) {
        ending.withLock { children in
            if let child { children.append(child) }
            children.removeAll { waitpid($0, nil, WNOHANG) != 0 }
        }
    }

    private func start(
        _ path: String, _ part: WeightsFile.Part, output: Int32, lifeline: Int32
    ) throws -> pid_t {
        let nothing = open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard nothing >= 0 else { throw Self.failure("the reading process does not start", path) }
        defer { close(nothing) }
        do throws(ChildProcess.Failure) {
            // A crash is expected; it needs no report.
            return try ChildProcess.start(
                arguments[0],
                Array(arguments.dropFirst()) + [path, part.rawValue, "\(lifeline)", "\(seconds)"],
                variables: ["SWIFT_BACKTRACE=enable=no"], descriptors: [0, output, nothing]
            ).number
        } catch {
            throw KeratinError(
                .file, "the reading process does not start: \(error.reason)", at: path)
        }
    }

    /// What the end of a reading process says about its file.
    fileprivate static func describe(_ status: Int32, _ limits: ReaderLimits) -> String {
        let signal = status & 0x7F
        if signal == SIGXCPU {
            return "is damaged: reading it needs more than \(limits.seconds) s of processor time"
        }
        let end = signal == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(signal)"
        return "is damaged: the HDF5 library crashed on it, or found its limit of "
            + "\(limits.bytes >> 20) MiB too small (the reading process ended with \(end))"
    }

    static func failure(_ what: String, _ path: String) -> KeratinError {
        KeratinError(.file, "\(what): \(String(cString: strerror(errno)))", at: path)
    }
}
