import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread of its own for work that waits, which tasks must not.
enum WorkerThread {
    /// Starts a thread that ends with `body`. What the body holds must be used by the thread alone, or be made for several.
    /// - Throws: `KeratinError` if the system has no thread left.
    static func start(_ body: @escaping () -> Void) throws {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // As large as a main thread's: models are deep.
        pthread_attr_setstacksize(&attributes, 8 << 20)
        let work = ThreadWork(body)
        let argument = Unmanaged.passRetained(work)
        #if canImport(Darwin)
            let code = pthread_create(&thread, &attributes, runThread, argument.toOpaque())
        #else
            let code = pthread_create(&thread, &attributes, { runThread($0) }, argument.toOpaque())
        #endif
        guard code == 0 else {
            argument.release()
            throw KeratinError(
                .invalidState, "a thread cannot be started: \(String(cString: strerror(code)))")
        }
    }
}

/// What a thread does, as an object that C can hold.
private final class ThreadWork: @unchecked Sendable {
    // Unchecked: only the thread uses it.
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument {
        Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().body()
    }
    return nil
}
