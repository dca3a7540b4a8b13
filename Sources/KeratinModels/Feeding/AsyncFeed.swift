import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Elements that a task hands to a thread, which waits for them. The task is one element ahead.
package final class AsyncFeed<Element: Sendable>: @unchecked Sendable {
    // Unchecked: everything below is used while the mutex is held.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// What the thread takes next.
    private var ready: Element?
    /// What the task waits to hand over.
    private var waiting: (element: Element, continuation: CheckedContinuation<Void, Never>)?
    private var end: Result<Void, any Error>?

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    private func locked<Value>(_ body: () throws -> Value) rethrows -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Hands an element over; comes back when there is room for the next.
    package func put(_ element: Element) async {
        await withCheckedContinuation { continuation in
            let goesOn = locked {
                guard end == nil, ready != nil else {
                    if end == nil { ready = element }
                    pthread_cond_signal(condition)
                    return true
                }
                waiting = (element, continuation)
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    /// There is nothing more: the sequence ended, failed, or nobody wants it.
    package func finish(_ result: Result<Void, any Error> = .success(())) {
        let left = locked {
            if end == nil { end = result }
            defer { waiting = nil }
            pthread_cond_signal(condition)
            return waiting?.continuation
        }
        left?.resume()
    }

    /// Waits for the next element; nil at the end.
    /// - Throws: what ended the sequence.
    package func take() throws -> Element? {
        let (element, next) = try locked {
            while ready == nil, end == nil { pthread_cond_wait(condition, mutex) }
            guard let element = ready else {
                try end?.get()
                return (Element?.none, CheckedContinuation<Void, Never>?.none)
            }
            ready = waiting?.element
            defer { waiting = nil }
            return (element, waiting?.continuation)
        }
        next?.resume()
        return element
    }
}

/// Runs `body` on a thread of its own, which may wait without holding up tasks.
package func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let work = ThreadWork { continuation.resume(with: Result { try body() }) }
        let pointer = Unmanaged.passRetained(work).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(
            &thread, nil,
            { pointer in
                #if canImport(Darwin)
                    Unmanaged<ThreadWork>.fromOpaque(pointer).takeRetainedValue().body()
                #else
                    if let pointer {
                        Unmanaged<ThreadWork>.fromOpaque(pointer).takeRetainedValue().body()
                    }
                #endif
                return nil
            }, pointer)
        guard status == 0 else {
            Unmanaged<ThreadWork>.fromOpaque(pointer).release()
            continuation.resume(
                throwing: KeratinError(
                    .invalidState, "no thread: \(String(cString: strerror(status)))"))
            return
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }
}

private final class ThreadWork: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
