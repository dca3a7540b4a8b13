/// An error that a user, a file or a model definition can cause. `message` says what is wrong, what was
/// given and what was expected; `location` names the layer, operation or file.
public struct KeratinError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is, for programs that react to it.
    public enum Code: String, Hashable, Sendable {
        case shapeMismatch
        case dtypeMismatch
        case invalidArgument
        case unknownName
        /// The call is not allowed now: not built, not compiled, values asked for while tracing …
        case invalidState
        /// A failed step left the model half updated; set its weights before using it again.
        case needsRestore
        case invalidData
        case file
        case download
        /// Keras has it, Keratin does not (see the list of missing parts).
        case unavailable
    }

    /// The kind of mistake.
    public var code: Code
    /// A sentence without a full stop: what is wrong, what was given and what was expected.
    public var message: String
    /// The layer, operation or file; nil if it is not known yet (`located(at:)`).
    public var location: String?

    /// An error; `location` may be added later by whoever knows it.
    public init(_ code: Code, _ message: String, at location: String? = nil) {
        self.code = code
        self.message = message
        self.location = location
    }

    public var description: String {
        if let location { "\(location): \(message)" } else { message }
    }

    /// The same error with a place, unless it already names one.
    public func located(at place: String) -> KeratinError {
        var copy = self
        if copy.location == nil { copy.location = place }
        return copy
    }
}
