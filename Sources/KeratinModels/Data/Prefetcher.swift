import KeratinCore
import KeratinTensor

/// A thread that walks over a data set and stays some elements ahead of whoever takes them.
///
/// It starts when the first element is asked for, and ends with the walk: at its end, at an error, or when nobody can ask any more. An
/// element that is being computed then is computed to its end, and dropped.
final class Prefetcher<Element>: @unchecked Sendable {
    // Unchecked: everything that changes is used under `signal` only; the walk is called by the thread alone, which starts after its
    // last use elsewhere.
    private let walk: DatasetWalk<Element>
    private let ahead: Int
    /// What the thread computes with: it has no task that could tell.
    private let backend = Context.requested
    /// Later turns of a repeated data set draw their seeds on the thread: from a sequence of its own, so that they do not depend on what
    /// others draw meanwhile.
    private let seed = RandomSeed.next()
    private let signal = Signal()
    private var ready: [Element] = []
    private var isOver = false
    private var failure: (any Error)?
    private var isAbandoned = false

    private init(_ walk: @escaping DatasetWalk<Element>, ahead: Int) {
        self.walk = walk
        self.ahead = ahead
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

    /// The thread has a hold of its own, which it gives up at its end.
    private func start() throws { try WorkerThread.start { [self] in run() } }

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
                signal.change { ready.append(element) }
            } catch {
                return finish(error)
            }
        }
    }

    /// - Returns: false if nobody asks any more.
    private func waitForRoom() -> Bool {
        signal.change {
            while ready.count >= ahead, !isAbandoned { signal.wait() }
            return !isAbandoned
        }
    }

    private func finish(_ error: (any Error)?) {
        signal.change {
            isOver = true
            failure = error
        }
    }

    // MARK: Whoever takes elements

    private func take() throws -> Element? {
        try signal.change {
            while ready.isEmpty, !isOver { signal.wait() }
            if !ready.isEmpty { return ready.removeFirst() }
            if let failure { throw failure }
            return nil
        }
    }

    private func abandon() { signal.change { isAbandoned = true } }
}
