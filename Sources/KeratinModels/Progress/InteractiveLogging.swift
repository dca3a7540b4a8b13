import KeratinCore

/// Whether progress and messages are shown on standard output where nobody says so: `verbose: "auto"`, "Found 25000 files …",
/// "Downloading data from …". They are at first.
package enum InteractiveLogging {
    private static let state = Locked(true)

    package static var isEnabled: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// Prints a line, if they are shown.
    package static func message(_ text: String) {
        if isEnabled { Terminal.write(text + "\n") }
    }
}

/// Shows progress and messages on standard output where nobody says otherwise, as at the start of a program.
public func enableInteractiveLogging() { InteractiveLogging.isEnabled = true }

/// Shows no progress and no messages on standard output where nobody asks for them, such as in a server.
public func disableInteractiveLogging() { InteractiveLogging.isEnabled = false }

/// Whether progress and messages are shown on standard output where nobody says so.
public func isInteractiveLoggingEnabled() -> Bool { InteractiveLogging.isEnabled }
