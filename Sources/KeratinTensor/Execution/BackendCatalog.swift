import KeratinCore

/// The backends that this program contains, by name. Each is opened once, when it is first asked for.
public enum BackendCatalog {
    /// Opens a backend; called once, when it is first asked for.
    public typealias Factory = @Sendable () throws -> any Backend

    private struct Entry {
        var name: String
        var factory: Factory
        var backend: (any Backend)?
    }

    // A list, since backends register before `main`: in a static program the runtime draws the seed of its hash
    // tables later, and a dictionary made before would not find its keys again.
    private static let entries = Locked<[Entry]>([])

    /// Adds a backend under a name. The product registers "cpu" and "opencl" before `main` runs.
    public static func register(_ name: String, _ factory: @escaping Factory) {
        entries.withLock { entries in
            entries.removeAll { $0.name == name }
            entries.append(Entry(name: name, factory: factory, backend: nil))
        }
    }

    /// Registered names, sorted.
    public static var names: [String] { entries.withLock { $0.map(\.name).sorted() } }

    /// The backend in force: that of the enclosing `withBackend`, else `KERATIN_BACKEND`, else the default (an OpenCL GPU if there is one,
    /// else the CPU).
    /// - Throws: `KeratinError` for an unknown name; `BackendError` if it cannot be opened.
    public static var current: any Backend { get throws { try Context.backend } }

    /// The backend of that name, opened if it is not open yet.
    /// - Throws: `KeratinError` for an unknown name; `BackendError` if it cannot be opened.
    public static func backend(named name: String) throws -> any Backend {
        try entries.withLock { entries in
            guard let index = entries.firstIndex(where: { $0.name == name }) else {
                throw unknownName(name, among: entries.map(\.name).sorted(), what: "backend")
            }
            if let backend = entries[index].backend { return backend }
            let backend = try entries[index].factory()
            entries[index].backend = backend
            return backend
        }
    }
}
