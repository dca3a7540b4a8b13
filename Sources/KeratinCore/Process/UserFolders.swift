#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a user's files go, as the environment says. Relative paths are ignored, as the XDG base directory
/// specification asks: they would make folders wherever the program happens to be started.
package enum UserFolders {
    /// `HOME`; nil if it is unset or no absolute path.
    package static var home: String? { absolute("HOME") }

    /// `XDG_CACHE_HOME`, else `.cache` in the home folder; nil if there is neither.
    package static var cache: String? { absolute("XDG_CACHE_HOME") ?? home.map { $0 + "/.cache" } }

    /// An absolute path in a variable of the environment.
    private static func absolute(_ variable: String) -> String? {
        environment(variable).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// Whether a folder is there and can be written to, or could be made. What would have to be made directly in `/`
    /// counts as impossible, even for a user who may.
    package static func isUsable(_ folder: String) -> Bool {
        guard folder.hasPrefix("/") else { return false }
        var path = folder
        var status = stat()
        while stat(path, &status) != 0 {
            // Something is in the way, such as a file or a folder that must not be searched.
            guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex
            else { return false }
            path = String(path[..<slash])
        }
        return status.st_mode & S_IFMT == S_IFDIR && access(path, W_OK | X_OK) == 0
    }

    /// Makes a folder and those above it.
    /// - Returns: whether it is there and can be written to.
    package static func make(_ folder: String, mode: mode_t = 0o755) -> Bool {
        guard isUsable(folder) else { return false }
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            mkdir(path, mode)
        }
        return access(folder, W_OK | X_OK) == 0
    }
}
