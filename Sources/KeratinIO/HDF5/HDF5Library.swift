import CHDF5
import KeratinCore

/// libhdf5, one call at a time: the C library is not thread-safe.
package enum HDF5Library {
    private static let state = Locked<HDF5Functions?>(nil)

    /// Runs code that calls the library, alone.
    /// - Throws: `KeratinError` if the library is not installed.
    static func use<Result: Sendable>(
        _ body: @Sendable (HDF5Functions) throws -> Result
    ) throws -> Result {
        try state.withLock { loaded in
            if loaded == nil {
                let functions = try HDF5Functions.load()
                // Our errors say what failed; the library's own would go to standard error.
                _ = functions.setErrorPrinting(0, nil, nil)
                loaded = functions
            }
            return try body(loaded!)
        }
    }
}

extension HDF5Functions {
    /// The identifier that a call returned.
    /// - Throws: `KeratinError` with the library's innermost message if the call failed.
    func check<Code: SignedInteger>(_ code: Code, _ what: String) throws -> Code {
        guard code < 0 else { return code }
        throw KeratinError(.file, "\(what) failed in the HDF5 library: \(innermostMessage)")
    }

    private var innermostMessage: String {
        var message = "no message"
        withUnsafeMutablePointer(to: &message) { pointer in
            _ = walkErrors(
                0, H5E_WALK_UPWARD,
                { index, error, target in
                    if index == 0, let text = error?.pointee.desc, let target {
                        target.assumingMemoryBound(to: String.self).pointee = String(cString: text)
                    }
                    return 0
                }, pointer)
        }
        return message
    }

    /// Opens something, uses it, and closes it.
    func with<Result>(
        _ identifier: hid_t, _ what: String, _ close: Close, _ body: (hid_t) throws -> Result
    ) throws -> Result {
        let identifier = try check(identifier, what)
        defer { _ = close(identifier) }
        return try body(identifier)
    }
}
