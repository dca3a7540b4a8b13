import KeratinCore

/// The backends that this program contains, by name. Each is opened once, when it is first asked for.
///
/// A backend with several devices has a name for each: "opencl:0", "opencl:1" … and "opencl" for the one that is best.
public enum BackendCatalog {
    /// Opens a backend; called once, when it is first asked for.
    public typealias Factory = @Sendable () throws -> any Backend

    private struct Entry {
        var name: String
        /// The number of the device that is asked for by number or name, or of the best (nil).
        var device: @Sendable (String?) throws -> Int
        var open: @Sendable (Int) throws -> any Backend
        /// What names stand for, once they were asked for.
        var opened: [(request: String?, device: Int, backend: any Backend)] = []
    }

    // A list, since backends register before `main`: in a static program the runtime draws the seed of its hash
    // tables later, and a dictionary made before would not find its keys again.
    private static let entries = Locked<[Entry]>([])

    /// Adds a backend under a name. The product registers "cpu" and "opencl" before `main` runs.
    public static func register(_ name: String, _ factory: @escaping Factory) {
        register(
            name,
            device: { request in
                guard let request else { return 0 }
                throw KeratinError(
                    .unknownName, "the backend '\(name)' has one device, there is no '\(request)'")
            },
            open: { _ in try factory() })
    }

    /// Adds a backend with several devices.
    /// - Parameters:
    ///   - device: the number of the device that a name's part behind the colon stands for; nil: the best one.
    ///   - open: opens the device of a number; called once for each.
    package static func register(
        _ name: String, device: @escaping @Sendable (String?) throws -> Int,
        open: @escaping @Sendable (Int) throws -> any Backend
    ) {
        entries.withLock { entries in
            entries.removeAll { $0.name == name }
            entries.append(Entry(name: name, device: device, open: open))
        }
    }

    /// Registered names, sorted; a backend's without its devices.
    public static var names: [String] { entries.withLock { $0.map(\.name).sorted() } }

    /// The backend in force: that of the enclosing `withBackend`, else `KERATIN_BACKEND`, else the default (an OpenCL GPU if there is one,
    /// else the CPU).
    /// - Throws: `KeratinError` for an unknown name; `BackendError` if it cannot be opened.
    public static var current: any Backend { get throws { try Context.backend } }

    /// The backend of that name, opened if it is not open yet.
    /// - Parameter name: of the backend, or of one of its devices: "opencl:1".
    /// - Throws: `KeratinError` for an unknown name; `BackendError` if it cannot be opened.
    public static func backend(named name: String) throws -> any Backend {
        let (base, request) = parts(name)
        return try entries.withLock { entries in
            guard let index = entries.firstIndex(where: { $0.name == base }) else {
                throw unknownName(base, among: entries.map(\.name).sorted(), what: "backend")
            }
            let entry = entries[index]
            if let known = entry.opened.first(where: { $0.request == request }) {
                return known.backend
            }
            let device = try entry.device(request)
            let backend =
                try entry.opened.first { $0.device == device }?.backend ?? entry.open(device)
            entries[index].opened.append((request, device, backend))
            return backend
        }
    }

    /// A backend's name, and the device that stands behind a colon.
    package static func parts(_ name: String) -> (backend: String, device: String?) {
        guard let colon = name.firstIndex(of: ":") else { return (name, nil) }
        return (String(name[..<colon]), String(name[name.index(after: colon)...]))
    }
}
