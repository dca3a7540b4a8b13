import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// PoCL has no device if it cannot make its cache folder, and makes it in the working directory if `XDG_CACHE_HOME` is a
/// relative path. So it is given one that works, before the OpenCL library is first asked for anything.
enum PoCLCache {
    private static let variable = "POCL_CACHE_DIR"

    /// Sets `POCL_CACHE_DIR` for this process, once, unless it is set or PoCL's usual folder will do.
    static let prepare: Void = {
        guard environment(variable) == nil else { return }
        // Set to nothing it would end the process.
        unsetenv(variable)
        if let folder = replacement() { setenv(variable, folder, 1) }
    }()

    /// The folder to use in place of PoCL's usual one; nil: that one will do, or there is none.
    static func replacement() -> String? {
        // Only making it tells: some file systems can be written to in name only.
        if let usual, UserFolders.make(usual) { return nil }
        if let cache = UserFolders.cache, UserFolders.make(cache + "/keratin/pocl") {
            return cache + "/keratin/pocl"
        }
        return temporary
    }

    /// Where PoCL keeps compiled kernels by itself.
    private static var usual: String? {
        let base = environment("XDG_CACHE_HOME") ?? environment("HOME").map { $0 + "/.cache" }
        return base.map { $0 + "/pocl/kcache" }
    }

    /// A folder for temporary files that only this user can write to: compiled code is loaded from it.
    private static var temporary: String? {
        for base in [environment("TMPDIR"), "/tmp", "/var/tmp"].compactMap(\.self) {
            let folder = base + "/keratin-\(getuid())"
            guard UserFolders.make(folder, mode: 0o700) else { continue }
            var status = stat()
            // Not another user's, nor a link to somewhere else.
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
                status.st_uid == getuid(), status.st_mode & 0o022 == 0
            else { continue }
            return folder + "/pocl"
        }
        return nil
    }
}
