import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A library of the system that is opened when it is first needed.
struct SharedLibrary {
    private let handle: UnsafeMutableRawPointer
    private let title: String

    /// - Parameters:
    ///   - names: of its file, the best first.
    ///   - title: what messages call it.
    ///   - package: Debian's package that has it.
    /// - Throws: `KeratinError` (`unavailable`) if it is not installed.
    init(_ names: [String], title: String, package: String) throws {
        guard let handle = names.lazy.compactMap({ dlopen($0, RTLD_LAZY | RTLD_LOCAL) }).first
        else {
            throw KeratinError(
                .unavailable,
                "the \(title) library is not installed (Debian: apt-get install \(package))")
        }
        self.handle = handle
        self.title = title
    }

    /// A function by its name. The type must be the one that the library's header gives it.
    func find<Function>(_ name: String) throws -> Function {
        guard let symbol = dlsym(handle, name) else {
            throw KeratinError(.unavailable, "the installed \(title) library has no \(name)")
        }
        return unsafeBitCast(symbol, to: Function.self)
    }
}
