import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

#if canImport(Glibc)
    private typealias LimitedResource = __rlimit_resource_t
#else
    private typealias LimitedResource = Int32
#endif

/// What a process that reads a file may take of the machine, so that a hostile file costs neither all memory nor a
/// processor for ever, even if nobody is left who would end it.
struct ReaderLimits {
    /// Seconds of processor time.
    let seconds: Int
    /// Bytes of address space.
    let bytes: Int

    /// - Parameter seconds: for a small file; one more for every 100 MB.
    init(path: String, seconds: Double) {
        var status = stat()
        let size = stat(path, &status) == 0 ? Int(status.st_size) : 0
        self.seconds = Int(seconds + Double(size) / 1e8) + 1
        // The file, its weights and their copies in libraries; more where weights are compressed.
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let smallest = 1 << 32
        bytes = min(max(Shape([size, 16]).count, smallest), max(memory, smallest))
    }

    /// Puts the limits on this process, for good.
    func apply() {
        func limit(_ resource: LimitedResource, _ soft: Int, _ hard: Int) {
            var limit = rlimit(rlim_cur: rlim_t(soft), rlim_max: rlim_t(hard))
            // A lower limit from outside stays in force.
            _ = setrlimit(resource, &limit)
        }
        #if canImport(Glibc)
            limit(LimitedResource(RLIMIT_CPU.rawValue), seconds, seconds + 1)
            limit(LimitedResource(RLIMIT_AS.rawValue), bytes, bytes)
            limit(LimitedResource(RLIMIT_CORE.rawValue), 0, 0)
        #else
            limit(RLIMIT_CPU, seconds, seconds + 1)
            limit(RLIMIT_AS, bytes, bytes)
            limit(RLIMIT_CORE, 0, 0)
        #endif
    }

    /// The limit of a process that reads for another one.
    @TaskLocal static var current: ReaderLimits?

    /// - Throws: `KeratinError` if an array of a file is more than the limit allows to hold twice.
    static func require(_ size: Int, _ path: String) throws {
        guard let current, size > current.bytes / 2 else { return }
        throw KeratinError(
            .file,
            "the array '\(path)' needs \(size) bytes, more than reading the file may take (\(current.bytes) bytes in all)"
        )
    }
}

/// The wire by which a process notices that the one it works for has gone, however that ended: a pipe whose one end only
/// the other process holds. (Linux can also send a signal at a parent's death, but takes the end of the thread that
/// started the child for it.)
enum Lifeline {
    /// Both ends: the first is inherited by the next child, the second by none.
    static func make() -> (child: Int32, parent: Int32)? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        return (ends[0], ends[1])
    }

    /// Ends this process as soon as the other end is closed.
    static func watch(_ descriptor: Int32) {
        guard descriptor > 2 else { return }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(
            &thread, nil,
            { argument in
                let descriptor = Int32(Int(bitPattern: argument))
                var byte: UInt8 = 0
                while systemRead(descriptor, &byte, 1) != 0 {
                    if errno != EINTR { break }
                }
                _exit(1)
            }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
        if code != 0 { _exit(1) }
    }
}
