import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread that walks over a data set and stays some elements ahead of whoever takes them.
///
/// It starts when the first element is asked for, and ends with the walk: at its end, at an error, or when nobody can ask any more. An
/// element that is being computed then is computed to its end, and dropped.
final class Prefetcher<Element>: @unchecked Sendable {
    // Unchecked: everything that changes is used under `mutex` only; the walk is called by the thread alone, which starts after its
    // last use elsewhere.
    private let walk: DatasetWalk<Element>
    private let ahead: Int
    /// What the thread computes with: it has no task that could tell.
    private let backend = Context.requested
    /// Later turns of a repeated data set draw their seeds on the thread: from a sequence of its own, so that they do not depend on what
    /// others draw meanwhile.
    private let seed = RandomSeed.next()
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var ready: [Element] = []
    private var isOver = false
    private var failure: (any Error)?
    private var isAbandoned = false

    private init(_ walk: @escaping DatasetWalk<Element>, ahead: Int) {
        self.walk = walk
        self.ahead = ahead
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(change, nil)
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(mutex)
        change.deallocate()
        mutex.deallocate()
    }

    /// Lives as long as somebody may ask for elements.
    private final class Reader {
        let prefetcher: Prefetcher
        var isRunning = false
        init(_ prefetcher: Prefetcher) { self.prefetcher = prefetcher }
        deinit { prefetcher.abandon() }
    }

    /// The elements of a walk, of which a thread computes so many ahead.
    static func walk(
        _ walk: @escaping DatasetWalk<Element>, ahead: Int
    ) -> DatasetWalk<Element> {
        guard ahead > 0 else {
            return DatasetStage.failing(
                KeratinError(
                    .invalidArgument, "stays 1 element or more ahead, got \(ahead)", at: "Dataset"))
        }
        let reader = Reader(Prefetcher(walk, ahead: ahead))
        return {
            if !reader.isRunning {
                try reader.prefetcher.start()
                reader.isRunning = true
            }
            return try reader.prefetcher.take()
        }
    }

    private func start() throws {
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
        // The thread's own hold; it gives it up at its end.
        let body = PrefetchThread { [self] in run() }
        let argument = Unmanaged.passRetained(body)
        #if canImport(Darwin)
            let code = pthread_create(&thread, &attributes, prefetchThread, argument.toOpaque())
        #else
            let code = pthread_create(
                &thread, &attributes, { prefetchThread($0) }, argument.toOpaque())
        #endif
        guard code == 0 else {
            argument.release()
            throw KeratinError(
                .invalidState,
                "a thread that stays ahead cannot be started: \(String(cString: strerror(code)))",
                at: "Dataset")
        }
    }

    // MARK: The thread

    private func run() {
        RandomSeed.with(seed) {
            if let backend { withBackend(backend) { work() } } else { work() }
        }
    }

    private func work() {
        while waitForRoom() {
            do {
                guard let element = try walk() else { return finish(nil) }
                locked { ready.append(element) }
            } catch {
                return finish(error)
            }
        }
    }

    /// - Returns: false if nobody asks any more.
    private func waitForRoom() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while ready.count >= ahead, !isAbandoned { pthread_cond_wait(change, mutex) }
        return !isAbandoned
    }

    private func finish(_ error: (any Error)?) {
        locked {
            isOver = true
            failure = error
        }
    }

    // MARK: Whoever takes elements

    private func take() throws -> Element? {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(change)
            pthread_mutex_unlock(mutex)
        }
        while ready.isEmpty, !isOver { pthread_cond_wait(change, mutex) }
        if !ready.isEmpty { return ready.removeFirst() }
        if let failure { throw failure }
        return nil
    }

    private func abandon() { locked { isAbandoned = true } }

    private func locked(_ body: () -> Void) {
        pthread_mutex_lock(mutex)
        body()
        pthread_cond_broadcast(change)
        pthread_mutex_unlock(mutex)
    }
}

/// What a thread does, as an object that C can hold.
private final class PrefetchThread: @unchecked Sendable {
    // Unchecked: only the thread uses it.
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}

private func prefetchThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument {
        Unmanaged<PrefetchThread>.fromOpaque(argument).takeRetainedValue().body()
    }
    return nil
}
