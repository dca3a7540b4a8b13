import KeratinCore

/// Elements that a task hands to a thread, which waits for them. The task is one element ahead.
package final class AsyncFeed<Element: Sendable>: @unchecked Sendable {
    // Unchecked: everything below is used under `signal` only.
    private let signal = Signal()
    /// What the thread takes next.
    private var ready: Element?
    /// What the task waits to hand over.
    private var waiting: (element: Element, continuation: CheckedContinuation<Void, Never>)?
    private var end: Result<Void, any Error>?

    package init() {}

    /// Hands an element over; comes back when there is room for the next.
    package func put(_ element: Element) async {
        await withCheckedContinuation { continuation in
            let goesOn = signal.change {
                if end == nil, ready != nil {
                    waiting = (element, continuation)
                    return false
                }
                if end == nil { ready = element }
                return true
            }
            if goesOn { continuation.resume() }
        }
    }

    /// There is nothing more: the sequence ended, failed, or nobody wants it.
    package func finish(_ result: Result<Void, any Error> = .success(())) {
        let left = signal.change {
            if end == nil { end = result }
            defer { waiting = nil }
            return waiting?.continuation
        }
        left?.resume()
    }

    /// Waits for the next element; nil at the end.
    /// - Throws: what ended the sequence.
    package func take() throws -> Element? {
        let (element, next) = try signal.change {
            while ready == nil, end == nil { signal.wait() }
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
        do {
            try WorkerThread.start { continuation.resume(with: Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
