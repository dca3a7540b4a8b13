import KeratinCore
import KeratinModels

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// Models at the places of Foundation's URLs.

extension Model {
    /// Saves the model as a `.keras` file; see `save(_:overwrite:)`.
    public func save(_ url: URL, overwrite: Bool = true) throws {
        try save(path(of: url), overwrite: overwrite)
    }
}

/// A model from a `.keras` file; see `loadModel(_:compile:)`.
public func loadModel(_ url: URL, compile: Bool = true) throws -> Model {
    try loadModel(path(of: url), compile: compile)
}

private func path(of url: URL) throws -> String {
    guard url.isFileURL else {
        throw KeratinError(
            .invalidArgument, "models are files, got the address \(url.absoluteString)")
    }
    return url.path
}
