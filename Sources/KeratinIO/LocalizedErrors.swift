import KeratinCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// What Foundation's `localizedDescription` says is the message itself. The conformances stand here because KeratinCore does without
// Foundation.

extension KeratinError: LocalizedError {
    /// The same as `description`.
    public var errorDescription: String? { description }
}

extension BackendError: LocalizedError {
    /// The same as `description`.
    public var errorDescription: String? { description }
}
