import Synchronization

/// Why states were not changed where nothing could be thrown: told once, whichever of the states is read first.
final class PendingFailure: Sendable {
    private let error: Mutex<(any Error)?>

    init(_ error: any Error) { self.error = Mutex(error) }

    /// The error, the first time.
    func take() -> (any Error)? {
        error.withLock { error in
            defer { error = nil }
            return error
        }
    }
}
