import KeratinCore

/// Which backend new tensors and models use.
package enum Context {
    /// Set by `withBackend` for the duration of its closure.
    @TaskLocal static var override: (any Backend)?

    /// The backend that the enclosing `withBackend` names; nil outside of one.
    package static var requested: (any Backend)? { override }

    /// Names the backend when neither the environment nor `withBackend` does; set by the product.
    package nonisolated(unsafe) static var defaultBackendName: @Sendable () -> String = { "cpu" }

    /// What `setBackend` chose.
    fileprivate static let chosen = Locked<String?>(nil)

    /// The backend in force: that of the enclosing `withBackend`, else what `setBackend` chose, else `KERATIN_BACKEND`, else the default
    /// (an OpenCL GPU if there is one, else the CPU).
    /// - Throws: `KeratinError` for an unknown name; `BackendError` if it cannot be opened.
    package static var backend: any Backend {
        get throws {
            if let override { return override }
            let name =
                chosen.withLock { $0 } ?? environment("KERATIN_BACKEND") ?? defaultBackendName()
            return try BackendCatalog.backend(named: name)
        }
    }
}

/// Chooses the backend for the tensors and models that the program makes from now on, outside of `withBackend`. What was made before stays
/// where it is.
/// - Throws: `KeratinError` for an unknown name; `BackendError` if it cannot be opened. Then nothing changes.
public func setBackend(_ choice: BackendChoice) throws {
    _ = try BackendCatalog.backend(named: choice.name)
    Context.chosen.withLock { $0 = choice.name }
}

/// Runs `body` with another backend for the tensors and models made in it.
public func withBackend<Result>(
    _ choice: BackendChoice, _ body: () throws -> Result
) throws -> Result {
    let backend = try BackendCatalog.backend(named: choice.name)
    return try Context.$override.withValue(backend) { try body() }
}

/// Runs `body` with the given backend object.
public func withBackend<Result>(
    _ backend: any Backend, _ body: () throws -> Result
) rethrows -> Result {
    try Context.$override.withValue(backend) { try body() }
}

/// A backend's name: `.cpu`, `.opencl`, or a string; a device's, such as "opencl:1", as `keratin devices` lists them.
public struct BackendChoice: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The name under which `BackendCatalog` knows it.
    public var name: String
    /// A backend that was registered under this name, or one of its devices: "opencl:1".
    public init(_ name: String) { self.name = name }
    public init(stringLiteral value: String) { name = value }

    /// The processor, in plain Swift.
    public static let cpu = BackendChoice("cpu")
    /// The OpenCL device that `KERATIN_DEVICE` names, else the best there is.
    public static let opencl = BackendChoice("opencl")
}
