import KeratinCore
import Synchronization

/// The backends that this program contains, by name. Each is opened once, when it is first asked for.
public enum BackendCatalog {
    public typealias Factory = @Sendable () throws -> any Backend

    private struct Entry {
        var factory: Factory
        var backend: (any Backend)?
    }

    private static let entries = Mutex<[String: Entry]>([:])

    /// Adds a backend under a name. The product registers "cpu" and "opencl" before `main` runs.
    public static func register(_ name: String, _ factory: @escaping Factory) {
        entries.withLock { $0[name] = Entry(factory: factory, backend: nil) }
    }

    /// Registered names, sorted.
    public static var names: [String] { entries.withLock { $0.keys.sorted() } }

    /// The backend of that name, opened if it is not open yet.
    /// - Throws: `KeratinError` for an unknown name; `BackendError` if it cannot be opened.
    public static func backend(named name: String) throws -> any Backend {
        try entries.withLock { entries in
            guard var entry = entries[name] else {
                throw unknownName(name, among: entries.keys.sorted(), what: "backend")
            }
            if let backend = entry.backend { return backend }
            let backend = try entry.factory()
            entry.backend = backend
            entries[name] = entry
            return backend
        }
    }
}
