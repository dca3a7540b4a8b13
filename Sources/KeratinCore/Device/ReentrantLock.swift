#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock that the thread which holds it may take again.
///
/// A thread that comes while the lock is free gets it at once, even if others sleep: short runs on one thread then cost no
/// switch. A sleeper that has waited for more than a millisecond is handed the lock next, so that a loop which takes and
/// releases it without a pause starves nobody.
package final class ReentrantLock: @unchecked Sendable {
    // Unchecked: everything below is read and written only while `mutex` is held, `waiters` included.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var owner: pthread_t?
    private var depth = 0
    private var waiters: [Waiter] = []
    /// Nanoseconds after which a sleeper is served first.
    private static let patience: UInt64 = 1_000_000

    /// A thread that sleeps until the lock may be its own.
    private final class Waiter {
        let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        let thread = pthread_self()
        let start = MonotonicClock.nanoseconds()

        init() { pthread_cond_init(condition, nil) }

        deinit {
            pthread_cond_destroy(condition)
            condition.deallocate()
        }
    }

    package init() { pthread_mutex_init(mutex, nil) }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` while no other thread holds the lock.
    @inline(__always)
    package func withLock<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body()
    }

    private func isOwn(_ thread: pthread_t) -> Bool {
        owner.map { pthread_equal($0, thread) != 0 } ?? false
    }

    private func lock() {
        let thread = pthread_self()
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if isOwn(thread) {
            depth += 1
            return
        }
        if owner != nil {
            let waiter = Waiter()
            waiters.append(waiter)
            // Either it is handed over, or it is free when this thread wakes.
            while owner != nil && !isOwn(thread) { pthread_cond_wait(waiter.condition, mutex) }
            waiters.removeAll { $0 === waiter }
        }
        owner = thread
        depth = 1
    }

    private func unlock() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        depth -= 1
        guard depth == 0 else { return }
        owner = nil
        guard let first = waiters.first else { return }
        if MonotonicClock.nanoseconds() - first.start > Self.patience { owner = first.thread }
        pthread_cond_signal(first.condition)
    }
}
